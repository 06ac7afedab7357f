"""A bloq as JSON: registers, counts, and the bloqs that it calls."""

from __future__ import annotations

from typing import Any

import attrs
from qualtran import Bloq

from qattention.compiler import bloq_counts
from qattention.export.qref import to_qref

SCHEMA = "qattention/bloq/1"


def to_bloq_json(bloq: Bloq, name: str, summary: str, facts: tuple[str, ...] = ()) -> dict[str, Any]:
    """Facts of a bloq; `tree` is its QREF program."""
    return {
        "schema": SCHEMA,
        "name": name,
        "summary": summary,
        "facts": list(facts),
        "registers": [
            {"name": one.name, "side": one.side.name, "bits": int(one.total_bits())} for one in bloq.signature
        ],
        "counts": attrs.asdict(bloq_counts(bloq)),
        "tree": to_qref(bloq)["program"],
    }
