"""Dependency graphs of gates: their longest chain is the schedule's T depth, found by other code."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from qattention.catalogue import RECORDS, BloqRecord, find_record
from qattention.errors import SpecError
from qattention.lowering.dependencies import (
    critical_path,
    gate_graph,
    gate_paths,
    longest_chain,
)
from qattention.lowering.lower import lower
from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, Op
from qattention.lowering.schedule import schedule

LOWERED = [record for record in RECORDS if record.slug != "memory_query"]
ROTATION = 7  # T layers


def t_layers_of(graph: nx.DiGraph, chain: list[int]) -> int:
    return sum(graph.nodes[gate]["t_layers"] for gate in chain)


@pytest.mark.parametrize("record", LOWERED, ids=lambda record: record.slug)
def test_the_longest_chain_is_the_t_depth(record: BloqRecord) -> None:
    for bloq in (record.example(), record.build(record.sizes[-1])):
        program = lower(bloq)
        graph = gate_graph(program, ROTATION)
        chain = longest_chain(graph)
        assert t_layers_of(graph, chain) == schedule(program, t_per_rotation=ROTATION).t_depth
        assert all(graph.has_edge(a, b) for a, b in pairwise(chain))
        assert all(a < b for a, b in graph.edges)
        assert sum(one.t_layers for one in critical_path(bloq, ROTATION)) == t_layers_of(graph, chain)


def test_a_missing_edge_is_seen() -> None:
    program = lower(find_record("inner_product").example())
    graph = gate_graph(program)
    chain = longest_chain(graph)
    graph.remove_edges_from(list(graph.in_edges(chain[-1])))
    assert t_layers_of(graph, longest_chain(graph)) < schedule(program).t_depth


def test_what_waits_for_what() -> None:
    """Controls on one wire commute; a target does not; a condition waits for its bit; so does a new life."""
    ops = [(Op.CNOT, 0, 1), (Op.CNOT, 0, 2), (Op.MEASURE_X, 2, 0), (Op.Z_IF, 1, 0), (Op.ALLOC, 2), (Op.Z, 2)]
    wires = {"x": np.array([0, 1, 2], np.int32)}
    out = {"x": np.array([0, 1, 2], np.int32)}
    program = GateProgram(code=encode(ops), n_wires=3, n_cbits=1, inputs=wires, outputs=out)
    assert set(gate_graph(program).edges) == {(1, 2), (2, 3), (0, 3), (2, 5)}


@pytest.mark.usefixtures("empty_caches")  # forgets programs lowered under planted faults
def test_gates_are_named_by_the_parts_that_they_belong_to() -> None:
    oracle = find_record("heavy_key_oracle").example()
    paths = gate_paths(oracle, depth=1)
    assert len(paths) == len(lower(oracle))
    assert list(dict.fromkeys(paths)) == [
        "load",
        "inner_product",
        "threshold_flag",
        "zgate",
        "threshold_flag_adjoint",
        "inner_product_adjoint",
        "unload",
    ]
    told = [(one.path, one.t_layers) for one in critical_path(oracle, depth=1)]
    assert told == [("load", 3), ("inner_product", 7), ("unload", 1)]


def test_long_programs_are_refused() -> None:
    program = lower(find_record("full_adder").example())
    with pytest.raises(SpecError, match=r"`graph`: got '\d+ gates'; must be at most 3"):
        gate_graph(program, max_gates=3)
    assert nx.is_directed_acyclic_graph(gate_graph(program))
