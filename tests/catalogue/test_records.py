"""The records themselves: complete, unique, honest about what they skip, and cheap to read."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import attrs
import pytest

from qattention.catalogue import RECORDS, RUNGS, BloqRecord, find_record, record_slugs
from qattention.errors import SpecError

BLOQS = Path(__file__).parents[2] / "src" / "qattention" / "bloqs"


def test_every_bloq_example_has_a_record() -> None:
    examples = {
        line.removeprefix("def _").split("(")[0]
        for path in BLOQS.glob("*.py")
        for before, line in pairwise(path.read_text().splitlines())
        if before == "@bloq_example"
    }
    assert examples == set(record_slugs())
    assert len(set(record_slugs())) == len(RECORDS)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.slug)
def test_each_rung_is_climbed_or_has_its_reason(record: BloqRecord) -> None:
    assert set(record.checks) | set(record.skips) == set(RUNGS)
    assert not set(record.checks) & set(record.skips)
    assert all(len(reason) > 20 for reason in record.skips.values())
    assert {"formula", "drawing"} <= set(record.checks)


def test_skips_are_counted() -> None:
    """Another skip must be meant: change the number with it."""
    assert sum(len(record.skips) for record in RECORDS) == 57


def test_a_skip_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="without reason"):
        attrs.evolve(RECORDS[0], skips={"tensor": ""})


@pytest.mark.parametrize("name", ["heavy-key-oracle", "heavy_key_oracle", "Heavy-Key-Oracle"])
def test_names_are_spelled_either_way(name: str) -> None:
    assert find_record(name).title == "HeavyKeyOracle"


def test_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(SpecError, match=r"`bloq`: got 'heavy-key-orcle'.*did you mean heavy-key-oracle\?"):
        find_record("heavy-key-orcle")


def test_reading_records_imports_no_qualtran() -> None:
    code = "import sys, qattention.catalogue; print('qualtran' in sys.modules, 'numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
