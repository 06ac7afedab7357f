"""What `export` can write of a bloq and of an estimate: format -> text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from qattention.api.shown import dumped, plain

if TYPE_CHECKING:
    from qattention.api.estimating import JoinEstimate
    from qattention.estimates import Estimate


@attrs.frozen
class Head:
    """What is said of an exported bloq.

    Attributes:
        name: the bloq's, as the command spells it.
        title: one line.
        facts: what it is made of, a line each.
        limit: statements at most; None for the writer's own limit.
    """

    name: str
    title: str
    facts: tuple[str, ...]
    limit: int | None = None

    @property
    def text(self) -> str:
        """Title and facts."""
        return "\n".join((self.title, *self.facts))


BloqWriter = Callable[[Any, Head], str]  # of a bloq


def _qasm3(bloq: Any, head: Head) -> str:
    from qattention.export.qasm3 import to_qasm3
    from qattention.export.qasm_statements import MAX_STATEMENTS
    from qattention.lowering.lower import lower

    return to_qasm3(lower(bloq), title=head.text, max_statements=head.limit or MAX_STATEMENTS)


def _qasm3_plain(bloq: Any, head: Head) -> str:
    from qattention.export.qasm3 import to_qasm3
    from qattention.export.qasm_statements import MAX_STATEMENTS
    from qattention.lowering.lower import lower

    limit = head.limit or MAX_STATEMENTS
    return to_qasm3(lower(bloq), title=head.text, max_statements=limit, spelling="plain")


def _qasm2(bloq: Any, head: Head) -> str:
    from qattention.export.qasm2 import to_qasm2
    from qattention.export.qasm_statements import MAX_STATEMENTS
    from qattention.lowering.lower import lower

    return to_qasm2(lower(bloq), title=head.text, max_statements=head.limit or MAX_STATEMENTS)


def _cirq(bloq: Any, head: Head) -> str:
    from qattention.export.cirq_circuit import MAX_OPERATIONS, cirq_json, to_cirq
    from qattention.lowering.lower import lower

    made = to_cirq(lower(bloq), title=head.text, max_operations=head.limit or MAX_OPERATIONS)
    return cirq_json(made)


def _qref(bloq: Any, head: Head) -> str:
    from qattention.export.qref import qref_yaml, to_qref

    return qref_yaml(to_qref(bloq), head.text.splitlines())


def _bloq_json(bloq: Any, head: Head) -> str:
    from qattention.export.qref import to_bloq_json

    return dumped(plain(to_bloq_json(bloq, head.name, head.title, head.facts)))


def _graphml(bloq: Any, head: Head) -> str:
    from qattention.compiler.call_graph import call_graph
    from qattention.export.graphml import to_graphml

    return to_graphml(call_graph(bloq), head.text)


def _gates_graphml(bloq: Any, head: Head) -> str:
    from qattention.export.graphml import to_graphml
    from qattention.lowering.dependencies import MAX_GATES, gate_graph
    from qattention.lowering.lower import lower

    graph = gate_graph(lower(bloq), max_gates=head.limit or MAX_GATES)
    return to_graphml(graph, head.text)


BLOQ_FORMATS: dict[str, BloqWriter] = {
    "qasm3": _qasm3,
    "qasm3-plain": _qasm3_plain,
    "qasm2": _qasm2,
    "cirq": _cirq,
    "qref": _qref,
    "json": _bloq_json,
    "graphml": _graphml,
    "graphml-gates": _gates_graphml,
}
LIMITED = ("qasm3", "qasm3-plain", "qasm2", "cirq", "graphml-gates")  # as long as the circuit


def _azure(estimate: Estimate, title: str) -> str:
    from qattention.export.azure import to_azure

    del title
    return dumped(to_azure(estimate))


def _json(estimate: Estimate, title: str) -> str:
    from qattention.estimates import to_dict

    del title
    return dumped(to_dict(estimate))


def _csv(estimate: Estimate, title: str) -> str:
    from qattention.export.tables import to_csv

    del title
    return to_csv(estimate)


def _latex(estimate: Estimate, title: str) -> str:
    from qattention.export.tables import to_latex

    return to_latex(estimate, title)


def _markdown(estimate: Estimate, title: str) -> str:
    from qattention.render.estimate_report import estimate_markdown

    return estimate_markdown(estimate, title)


def _estimate_qref(estimate: Estimate, title: str) -> str:
    from qattention.export.qref import estimate_to_qref, qref_yaml

    return qref_yaml(estimate_to_qref(estimate), [title])


def _symbolic_qref(estimate: Estimate, title: str) -> str:
    from qattention.export.qref import qref_yaml
    from qattention.export.symbolic_qref import meaning_lines, to_symbolic_qref

    document = to_symbolic_qref(estimate)
    return qref_yaml(document, [title, *meaning_lines(estimate, document)])


ESTIMATE_FORMATS: dict[str, Callable[[Estimate, str], str]] = {
    "json": _json,
    "azure": _azure,
    "csv": _csv,
    "latex": _latex,
    "markdown": _markdown,
    "qref": _estimate_qref,
    "qref-symbolic": _symbolic_qref,
}


def rows_csv(rows: list[dict[str, object]]) -> str:
    """A line a row under a header of all names (RFC 4180)."""
    names = dict.fromkeys(name for row in rows for name in row)
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(names), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _phases_csv(estimate: JoinEstimate, title: str) -> str:
    del title
    return rows_csv(estimate.rows())


def _join_markdown(estimate: JoinEstimate, title: str) -> str:
    from qattention.render.join_report import join_markdown

    return join_markdown(estimate, title)


JOIN_FORMATS: dict[str, Callable[[JoinEstimate, str], str]] = {
    "json": lambda estimate, title: estimate.to_json(),
    "csv": _phases_csv,
    "markdown": _join_markdown,
}
