"""What `export` can write of a bloq and of an estimate: format -> text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qattention.cli.output import json_text

if TYPE_CHECKING:
    from qattention.estimates import Estimate

BloqWriter = Callable[[Any, str, str], str]  # bloq, name, title -> text


def _qasm3(bloq: Any, name: str, title: str) -> str:
    from qattention.export.qasm3 import to_qasm3
    from qattention.lowering.lower import lower

    del name
    return to_qasm3(lower(bloq), title=title)


def _cirq(bloq: Any, name: str, title: str) -> str:
    from qattention.export.cirq_circuit import cirq_json, to_cirq
    from qattention.lowering.lower import lower

    del name, title
    return cirq_json(to_cirq(lower(bloq)))


def _qref(bloq: Any, name: str, title: str) -> str:
    from qattention.export.qref import qref_yaml, to_qref

    del name
    return qref_yaml(to_qref(bloq), title.splitlines())


def _bloq_json(bloq: Any, name: str, title: str) -> str:
    from qattention.export.bloq_json import to_bloq_json

    return json_text(to_bloq_json(bloq, name, title))


BLOQ_FORMATS: dict[str, BloqWriter] = {"qasm3": _qasm3, "cirq": _cirq, "qref": _qref, "json": _bloq_json}


def _azure(estimate: Estimate, title: str) -> str:
    from qattention.export.azure import to_azure

    del title
    return json_text(to_azure(estimate))


def _json(estimate: Estimate, title: str) -> str:
    from qattention.estimates import to_dict

    del title
    return json_text(to_dict(estimate))


def _csv(estimate: Estimate, title: str) -> str:
    from qattention.export.tables import to_csv

    del title
    return to_csv(estimate)


def _latex(estimate: Estimate, title: str) -> str:
    from qattention.export.tables import to_latex

    return to_latex(estimate, title)


def _estimate_qref(estimate: Estimate, title: str) -> str:
    from qattention.export.qref import estimate_to_qref, qref_yaml

    return qref_yaml(estimate_to_qref(estimate), [title])


ESTIMATE_FORMATS: dict[str, Callable[[Estimate, str], str]] = {
    "json": _json,
    "azure": _azure,
    "csv": _csv,
    "latex": _latex,
    "qref": _estimate_qref,
}
