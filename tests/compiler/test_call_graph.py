"""Call graphs as networkx graphs: what leaves cost, as often as they are called, is what the root costs."""

from __future__ import annotations

import io

import networkx as nx
import pytest

from qattention.catalogue import RECORDS, BloqRecord, find_record
from qattention.compiler import bloq_counts
from qattention.compiler.call_graph import call_graph
from qattention.export.graphml import to_graphml
from qattention.lowering.dependencies import gate_graph
from qattention.lowering.lower import lower

COUNTS = ("toffoli", "t", "rotation", "clifford", "measurement")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.slug)
def test_what_leaves_cost_adds_up_to_the_root(record: BloqRecord) -> None:
    bloq = record.example()
    graph = call_graph(bloq)
    root = graph.nodes[graph.graph["root"]]
    assert {name: root[name] for name in COUNTS} == {
        name: getattr(bloq_counts(bloq), name) for name in COUNTS
    }
    leaves = [graph.nodes[node] for node in graph if graph.out_degree(node) == 0]
    for name in COUNTS:
        assert sum(leaf["calls"] * leaf[name] for leaf in leaves) == root[name], name


def test_calls_are_counted_along_every_way() -> None:
    graph = call_graph(find_record("sparse_attention").example())
    assert graph.nodes["find_heavy_keys"]["calls"] == 2
    assert graph.nodes["and"]["calls"] == graph.nodes["sparse_attention"]["toffoli"]


def test_graphml_is_read_back_with_numbers() -> None:
    bloq = find_record("full_adder").example()
    for graph in (call_graph(bloq), gate_graph(lower(bloq))):
        back = nx.read_graphml(io.BytesIO(to_graphml(graph, "A title").encode()))
        assert back.graph["title"] == "A title"
        assert {str(node): data for node, data in graph.nodes(data=True)} == dict(back.nodes(data=True))
        assert [(str(a), str(b), data) for a, b, data in graph.edges(data=True)] == list(
            back.edges(data=True)
        )
