"""The call graph of a bloq as a networkx graph: costs as attributes, calls on the edges."""

from __future__ import annotations

from collections import Counter

import attrs
import networkx as nx
from qualtran import Bloq
from qualtran.resource_counting.generalizers import ignore_alloc_free, ignore_split_join

from qattention.compiler.costs import BloqCounts, bloq_counts
from qattention.compiler.parts import part_name


def call_graph(bloq: Bloq) -> nx.DiGraph:
    """Bloqs and what they call, the root first, plumbing left out.

    Nodes are names, told apart by numbers, with `kind` (the class), `calls` (in the whole), and of one call
    `toffoli`, `t`, `clifford`, `rotation`, `measurement`. Edges have `times`. A bloq that states its own cost
    calls nothing; parts of one class that cost the same, such as adders of complemented bits, are one node.
    """
    graph = nx.DiGraph(root=part_name(bloq))
    names: dict[tuple[type, str, BloqCounts], str] = {}
    _enter(graph, bloq, names, Counter())
    for node in nx.topological_sort(graph):
        before = graph.in_edges(node, data="times")
        graph.nodes[node]["calls"] = sum(graph.nodes[caller]["calls"] * n for caller, _, n in before) or 1
    return graph


def _enter(
    graph: nx.DiGraph, bloq: Bloq, names: dict[tuple[type, str, BloqCounts], str], seen: Counter[str]
) -> str:
    stem, counts = part_name(bloq), bloq_counts(bloq)
    key = (type(bloq), stem, counts)
    if key in names:
        return names[key]
    seen[stem] += 1
    name = names[key] = stem if seen[stem] == 1 else f"{stem}_{seen[stem]}"
    graph.add_node(name, kind=type(bloq).__name__, **attrs.asdict(counts))
    for callee, times in _callees(bloq).items():
        below = _enter(graph, callee, names, seen)
        so_far = graph.get_edge_data(name, below, {"times": 0})["times"]
        graph.add_edge(name, below, times=so_far + times)
    return name


def _callees(bloq: Bloq) -> dict[Bloq, int]:
    if type(bloq).build_call_graph is Bloq.build_call_graph:
        return {}
    counts = bloq.bloq_counts(generalizer=(ignore_split_join, ignore_alloc_free))
    return {callee: int(times) for callee, times in counts.items()}
