"""QREF version 1 (https://github.com/PsiQ/qref): a bloq or an estimate as a tree that Bartiq compiles.

Calls in a row are `repetition` nodes, never unrolled, so that the size is that of the call graph.
"""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from qattention.errors import SpecError, bad

if TYPE_CHECKING:  # an estimate is written without Qualtran
    from qualtran import Bloq

    from qattention.estimates import Estimate

MAX_ROUTINES = 20_000  # of a tree: some 5 MB of YAML
Node = dict[str, Any]


def to_qref(bloq: Bloq) -> Node:
    """A bloq and the bloqs that it calls; leaves carry toffoli, t, clifford, rotation and measurement.

    A bloq whose parts do not add up to its own counts (one that states its cost) is a leaf.

    Raises:
        SpecError: the tree has more than MAX_ROUTINES nodes.
    """
    from qattention.compiler.parts import part_name

    return document_of(_Tree().node(part_name(bloq), bloq))


class _Tree:
    """Builds nodes, and counts them."""

    def __init__(self) -> None:
        self.size = 0

    def node(self, name: str, bloq: Bloq) -> Node:
        from qattention.compiler.parts import part_name

        self.size += 1
        if self.size > MAX_ROUTINES:
            raise SpecError(bad("export", f"more than {MAX_ROUTINES} routines", f"at most {MAX_ROUTINES}"))
        callees = _callees(bloq)
        node: Node = {"name": identifier(name), "type": type(bloq).__name__}
        if not callees:
            return node | {"resources": _resources(_counts(bloq))}
        children = [self._repeated(part_name(callee), callee, times) for callee, times in callees.items()]
        return node | {"children": distinct(children)}

    def _repeated(self, name: str, bloq: Bloq, times: int) -> Node:
        return repeated(self.node(name, bloq), times)


def repeated(node: Node, times: int | float) -> Node:
    """`node` executed `times` times one after another."""
    if times == 1:
        return node
    count = times if isinstance(times, int) else repr(times)  # a mean is an expression
    sequence = {"type": "constant", "multiplier": 1}
    return {
        "name": f"repeated_{node['name']}",
        "repetition": {"count": count, "sequence": sequence},
        "children": [node],
    }


def _callees(bloq: Bloq) -> Counter[Bloq]:
    """What it calls; nothing where that is not what it counts."""
    from qualtran import DecomposeNotImplementedError, DecomposeTypeError

    try:
        graph = bloq.build_call_graph(None)
    except (DecomposeTypeError, DecomposeNotImplementedError):
        return Counter()
    found: Counter[Bloq] = Counter()
    for callee, times in graph.items() if isinstance(graph, Mapping) else ((one, 1) for one in graph):
        if type(times) is not int:
            return Counter()
        if any(_counts(callee).values()):
            found[callee] += times
    sums: Counter[str] = Counter()
    for callee, times in found.items():
        sums.update({name: times * count for name, count in _counts(callee).items()})
    return found if {name: sums[name] for name in _counts(bloq)} == _counts(bloq) else Counter()


def _counts(bloq: Bloq) -> dict[str, int]:
    from qattention.compiler import bloq_counts

    return attrs.asdict(bloq_counts(bloq))


def _resources(counts: Mapping[str, int | float]) -> list[Node]:
    return [
        {"name": name, "type": "additive", "value": value} for name, value in sorted(counts.items()) if value
    ]


def distinct(children: list[Node]) -> list[Node]:
    """Siblings of one name get numbers."""
    seen: Counter[str] = Counter()
    for child in children:
        name = child["name"]
        seen[name] += 1
        if seen[name] > 1:
            child["name"] = f"{name}_{seen[name]}"
    return children


def identifier(name: str) -> str:
    """A name that Bartiq reads."""
    found = re.sub(r"[^A-Za-z0-9_]", "_", name)
    if keyword.iskeyword(found):  # Bartiq reads names as Python does
        return f"{found}_"
    return found if re.match(r"[A-Za-z_]", found) else f"_{found}"


def estimate_to_qref(estimate: Estimate) -> Node:
    """Iterations as one repetition of an iteration and its parts, and what the totals hold beyond them.

    Compiled, its resources are the expected totals of Toffoli, measurements and rotations. The iteration is
    the estimate's (of the median row); where all rows together take less than so many of it, their mean.
    """
    expected, one, times = estimate.logical.expected, estimate.iteration, estimate.search.iterations_total
    counts = {name: getattr(one, name) for name in ("toffoli", "measurement", "rotation", "clifford")}
    shares = {name: _share(getattr(expected, name), times * count) for name, count in counts.items()}
    parts = [
        _leaf(part.path, {"toffoli": _scaled(part.toffoli, shares["toffoli"])}) for part in one.breakdown
    ]
    told = sum(part.toffoli for part in one.breakdown)
    others = {name: count - told * (name == "toffoli") for name, count in counts.items()}
    rest = {
        name: getattr(expected, name) - times * count if shares[name] == 1 else 0
        for name, count in counts.items()
    }
    scaled = {name: _scaled(count, shares[name]) for name, count in others.items()}
    iteration = {"name": "iteration", "children": distinct([*parts, _leaf("other_gates", scaled)])}
    qubits = [{"name": "logical_qubits", "type": "other", "value": estimate.logical.qubits}]
    children = [repeated(iteration, times), _leaf("start_states_certificates_and_other_rows", rest)]
    return document_of({"name": "sparse_attention", "children": children, "resources": qubits})


def _share(total: float, at_most: float) -> float:
    return min(1.0, total / at_most) if at_most else 1.0


def _scaled(count: int, share: float) -> int | float:
    return count if share == 1 else count * share


def _leaf(name: str, counts: Mapping[str, int | float]) -> Node:
    return {"name": identifier(name), "resources": _resources(counts)}


def document_of(program: Node) -> Node:
    """A document of version 1."""
    return {"version": "v1", "program": program}


def qref_yaml(document: Node, comments: Iterable[str] = ()) -> str:
    """The document as YAML, under comments."""
    import yaml  # type: ignore[import-untyped]  # it ships no annotations

    head = "".join(f"# {line}\n" for line in comments)
    return head + str(yaml.safe_dump(document, sort_keys=False))


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
        "counts": _counts(bloq),
        "tree": to_qref(bloq)["program"],
    }
