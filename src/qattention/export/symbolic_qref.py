"""QREF of a plan whose sizes are parameters: Bartiq evaluates the estimate at any of them.

Each node states its local resources as closed forms in its parameters, read off the symbolic call graph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import sympy
from qualtran import Bloq, DecomposeNotImplementedError, DecomposeTypeError
from qualtran.resource_counting import QECGatesCost, get_cost_value
from sympy import Expr
from sympy.printing.str import StrPrinter

from qattention.bloqs.key_load import KeyLoad
from qattention.bloqs.made_of import bloq_class
from qattention.compiler.parts import part_name
from qattention.compiler.symbolic import MEANINGS, SymbolicTree, symbolic_tree
from qattention.estimates import Estimate
from qattention.export.qref import Node, distinct, document_of, identifier

RESOURCES = ("toffoli", "measurement", "rotation")


class _Printer(StrPrinter):
    """Expressions in the words that Bartiq knows."""

    def _print_Sum(self, expression: Any) -> str:
        (index, low, high), *_ = expression.limits
        inner = ", ".join(self._print(part) for part in (expression.function, index, low, high))
        return f"sum_over({inner})"

    def _print_Max(self, expression: Any) -> str:
        return f"max({', '.join(map(self._print, expression.args))})"

    def _print_Pi(self, _: Any) -> str:
        return "PI"

    def _print_log2(self, expression: Any) -> str:
        return f"log2({self._print(expression.args[0])})"

    def _print_Dummy(self, expression: Any) -> str:
        return str(expression.name)


def expression_text(expression: Expr | int) -> str | int:
    """A number, or an expression as Bartiq reads it."""
    found = sympy.sympify(expression)
    return int(found) if found.is_Integer else str(_Printer().doprint(found))


def to_symbolic_qref(estimate: Estimate) -> Node:
    """The estimate's plan in n, d, b, q, k and `sum_saving`; other searches' means are parameters too.

    Raises:
        SpecError: see `compiler.symbolic.symbolic_tree`.
    """
    tree = symbolic_tree(estimate.problem, estimate.plan)
    children = [*_repeated(_node(tree.bloq), 1)]
    for leaf, times in zip(_matched(tree), tree.matched, strict=True):
        children += _repeated(leaf, times) if times != 0 else []
    return document_of(_parent("qattention", "SymbolicEstimate", children))


def meaning_lines(estimate: Estimate, document: Node) -> Iterator[str]:
    """What each parameter stands for, and its value where the result is the estimate."""
    values = _values(estimate)
    for name in document["program"]["input_params"]:
        yield f"{name}: {MEANINGS[name]}; {values[name]!r} here"


def _values(estimate: Estimate) -> dict[str, float]:
    problem, search = estimate.problem, estimate.search
    sizes = {"n": problem.n_keys, "d": problem.head_dim, "b": problem.key_bits, "q": problem.query_bits}
    form = bloq_class(estimate.plan.circuit.inner_product.bloq)
    most = sum(form.most_ands(sizes["d"], sizes["q"], sizes["b"]))  # type: ignore[attr-defined]
    parts = [part.toffoli for part in estimate.iteration.breakdown if "inner_product" in part.path]
    return sizes | {
        "k": problem.n_searched,
        "sum_saving": int(most) - sum(parts),
        "iterations_per_row": search.iterations_per_row,
        "runs_per_row": estimate.classical_work.inner_products / problem.n_queries,
    }


def _matched(tree: SymbolicTree) -> tuple[Node, Node]:
    """What the last iteration of a run that cannot miss has beyond a plain one (`formulas.own_phases`)."""
    more = sympy.Min(1, tree.oracle.table.address_bits - 1)
    phases = _leaf("phases_of_the_last_iteration", "MatchedPhases", {"toffoli": more, "measurement": more})
    return phases, _leaf("rotations_of_these_phases", "Rotation", {"rotation": sympy.Integer(1)})


def _node(bloq: Bloq) -> Node:
    callees = {} if isinstance(bloq, KeyLoad) else _callees(bloq)
    name, kind = part_name(bloq), type(bloq).__name__
    if not callees:
        return _leaf(name, kind, _counts(bloq))
    children = [child for callee, times in callees.items() for child in _repeated(_node(callee), times)]
    return _parent(name, kind, children)


def _callees(bloq: Bloq) -> dict[Bloq, Expr]:
    """What costs something; nothing for a bloq that states its cost."""
    if type(bloq).build_call_graph is Bloq.build_call_graph:
        return {}
    try:
        graph = bloq.build_call_graph(None)
    except (DecomposeTypeError, DecomposeNotImplementedError):
        return {}
    calls: Counter[Bloq] = Counter()
    for callee, times in graph.items() if isinstance(graph, Mapping) else ((one, 1) for one in graph):
        if times != 0 and any(count != 0 for count in _counts(callee).values()):
            calls[callee] += times
    composite = {callee for callee in calls if type(callee).__module__.startswith("qattention")}
    return dict(calls) if composite else {}


def _counts(bloq: Bloq) -> dict[str, Expr]:
    found = get_cost_value(bloq, QECGatesCost())
    toffoli = found.and_bloq + found.toffoli + found.cswap
    return {"toffoli": toffoli, "measurement": found.measurement, "rotation": found.rotation}


def _leaf(name: str, kind: str, counts: Mapping[str, Expr]) -> Node:
    used = {resource: sympy.sympify(count) for resource, count in counts.items() if count != 0}
    free = {symbol.name for count in used.values() for symbol in count.free_symbols}
    resources = [
        {"name": resource, "type": "additive", "value": expression_text(count)}
        for resource, count in used.items()
    ]
    return {"name": identifier(name), "type": kind, "input_params": sorted(free), "resources": resources}


def _parent(name: str, kind: str, children: list[Node], own: frozenset[str] = frozenset()) -> Node:
    """Hands its parameters on to the children by their names."""
    named = distinct(children)
    free = sorted(own.union(*(child["input_params"] for child in named)))
    targets = {
        one: [f"{child['name']}.{one}" for child in named if one in child["input_params"]] for one in free
    }
    return {
        "name": identifier(name),
        "type": kind,
        "input_params": free,
        "linked_params": [{"source": one, "targets": ends} for one, ends in targets.items() if ends],
        "children": named,
    }


def _repeated(node: Node, times: Expr | int) -> list[Node]:
    """`node` so often one after another: a node of its own around it."""
    count = sympy.sympify(times)
    if count == 1:
        return [node]
    own = frozenset(symbol.name for symbol in count.free_symbols)
    around = _parent(f"repeated_{node['name']}", "Repetition", [node], own)
    sequence = {"type": "constant", "multiplier": 1}
    return [around | {"repetition": {"count": expression_text(count), "sequence": sequence}}]
