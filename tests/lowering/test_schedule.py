"""Schedules with answers known by hand."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, MaskTable, Op
from qattention.lowering.schedule import GateSchedule, schedule


def program(
    ops: list[tuple[int, ...]], n_wires: int, n_inputs: int, n_cbits: int = 0, **more: Any
) -> GateProgram:
    """Wires 0 .. n_inputs - 1 come in and stay."""
    x = np.arange(n_inputs, dtype=np.int32)
    return GateProgram(
        code=encode(ops), n_wires=n_wires, n_cbits=n_cbits, inputs={"x": x}, outputs={"x": x}, **more
    )


def erase(a: int, b: int, c: int, bit: int) -> list[tuple[int, ...]]:
    """Measured erasure of c = a AND b."""
    return [(Op.MEASURE_X, c, bit), (Op.CZ_IF, a, b, bit)]


def figures(plan: GateSchedule) -> tuple[int, int, int, int]:
    return plan.t_depth, plan.clifford_depth, plan.depth, plan.qubits


@pytest.fixture
def fan_out() -> GateProgram:
    """Four ANDs that share control 0, each kept."""
    ops = [(Op.AND, 0, i, 4 + i) for i in range(1, 5)]
    return attrs.evolve(program(ops, 9, 5), outputs={"x": np.arange(9, dtype=np.int32)})


def test_shared_controls_put_ands_in_one_layer(fan_out: GateProgram) -> None:
    assert figures(schedule(fan_out)) == (1, 0, 1, 9)
    assert figures(schedule(fan_out, shared_controls=False)) == (4, 0, 4, 9)


def test_a_chain_of_ands_cannot_be_shortened() -> None:
    chain = program([(Op.AND, 0, 1, 2), (Op.AND, 2, 1, 3), (Op.AND, 3, 1, 4)], 5, 2)
    assert schedule(chain, reuse=False).t_depth == 3


@pytest.fixture
def one_scratch_wire() -> GateProgram:
    """Three ANDs of disjoint pairs, one after the other in the same wire 6."""
    ops = [op for i in range(3) for op in [(Op.AND, 2 * i, 2 * i + 1, 6), *erase(2 * i, 2 * i + 1, 6, i)]]
    return program(ops, 7, 6, 3)


def test_wire_reuse_trades_depth_for_qubits(one_scratch_wire: GateProgram) -> None:
    # AND, measure, AND beside CZ, measure, AND beside CZ, measure, CZ: a CZ holds up nothing.
    assert figures(schedule(one_scratch_wire)) == (3, 6, 7, 7)
    assert figures(schedule(one_scratch_wire, reuse=False)) == (1, 2, 3, 9)


def test_profiles_of_the_reused_wire(one_scratch_wire: GateProgram) -> None:
    plan = schedule(one_scratch_wire)
    assert plan.layers.tolist() == [0, 1, 2, 2, 3, 4, 4, 5, 6]
    assert plan.is_t_layer.tolist() == [True, False, True, False, True, False, False]
    assert plan.live_profile.tolist() == [7, 7, 7, 7, 7, 7, 6]
    assert plan.gate_profile.tolist() == [1, 1, 2, 1, 2, 1, 1]


def test_clifford_layers_hold_at_most_p_gates() -> None:
    hs = program([(Op.H, i) for i in range(10)], 10, 10)
    depths = [schedule(hs, parallelism=p).clifford_depth for p in (1, 3, 10, None)]
    assert depths == [10, 4, 1, 1]


def test_a_late_gate_fills_an_early_layer_with_room() -> None:
    ops = [(Op.H, 0), (Op.H, 0), (Op.H, 1), (Op.H, 2)]
    plan = schedule(program(ops, 3, 3), parallelism=2)
    assert plan.layers.tolist() == [0, 1, 0, 1]


def test_one_to_many_cnot_is_one_layer_and_one_gate() -> None:
    table = MaskTable.from_bits(np.array([[1, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]], dtype=bool))
    span = np.arange(2, 6, dtype=np.int32)
    rows = program([(Op.XOR_ROW, 0, 0, 0, 0), (Op.XOR_ROW, 1, 0, 1, 0)], 6, 6, spans=(span,), tables=(table,))
    assert schedule(rows, parallelism=1).clifford_depth == 2
    assert schedule(rows).clifford_depth == 2  # both write wire 2
    apart = attrs.evolve(rows, code=encode([(Op.XOR_ROW, 0, 0, 0, 0), (Op.XOR_ROW, 1, 0, 2, 0)]))
    assert schedule(apart).clifford_depth == 1  # an empty row writes nothing


def test_feed_forward_is_a_dependency_and_no_t_layer() -> None:
    ops = [(Op.AND, 0, 1, 4), (Op.H, 4), (Op.MEASURE_Z, 4, 0), (Op.X_IF, 2, 0), (Op.AND, 2, 3, 5)]
    waits = program(ops, 6, 4, 1)
    assert schedule(waits).layers[:5].tolist() == [0, 1, 2, 3, 4]
    free = attrs.evolve(waits, code=np.delete(waits.code, 3, axis=0))
    assert schedule(free, reuse=False).layers[3] == 0


@pytest.mark.parametrize(("row", "layer"), [(0, 2), (1, 4), (2, 0)])
def test_a_parity_waits_for_the_bits_its_row_picks(row: int, layer: int) -> None:
    table = MaskTable.from_bits(np.array([[1, 0], [1, 1], [0, 0]], dtype=bool))
    ops = [(Op.AND, 1, 2, 4), (Op.MEASURE_X, 4, 0)]  # bit 0 at the end of layer 1
    ops += [(Op.AND, 3, 1, 5), (Op.H, 5), (Op.H, 5), (Op.MEASURE_X, 5, 1)]  # bit 1 at the end of layer 3
    fix = [(Op.CZ_PARITY, 0, -1, 0, row, 0)]
    span = np.array([0, 1], dtype=np.int32)
    parity = program([*ops, *fix], 6, 4, 2, spans=(span,), tables=(table,))
    assert schedule(parity).layers[-1] == layer


def test_rotations_count_their_t_gates_as_depth() -> None:
    ops = [(Op.PHASE, 0, 0), (Op.PHASE, 1, 1), (Op.PHASE, 2, 2), (Op.AND, 2, 3, 4)]
    angles = np.array([0.3, np.pi / 4, np.pi / 2])
    turns = program(ops, 5, 4, angles=angles)
    with pytest.raises(SpecError, match="t_per_rotation"):
        schedule(turns)
    plan = schedule(turns, t_per_rotation=7)
    assert (plan.t_depth, plan.toffoli_depth, plan.clifford_depth) == (7, 1, 1)
    assert plan.gate_profile.tolist() == [4, 1, 1, 1, 1, 1, 1]  # the rotation runs through all seven
    late = schedule(turns, t_per_rotation=7, shared_controls=False)
    # The AND no longer passes the Clifford phase on its control; the gates of one T layer go together.
    assert late.layers.tolist() == [1, 1, 0, 1]


def test_a_wire_lives_from_its_first_gate_not_from_its_allocation() -> None:
    ops = [(Op.ALLOC, 2), (Op.AND, 0, 1, 3), (Op.CNOT, 3, 2), (Op.MEASURE_Z, 2, 0), *erase(0, 1, 3, 1)]
    assert schedule(program(ops, 4, 2, 2)).live_profile.tolist() == [3, 4, 4, 2]


def test_empty_program() -> None:
    assert figures(schedule(program([], 3, 3))) == (0, 0, 0, 3)
    assert figures(schedule(program([(Op.ALLOC, 3), (Op.FREE, 3)], 4, 3))) == (0, 0, 0, 3)


@pytest.mark.parametrize("knobs", [{"parallelism": 0}, {"t_per_rotation": 0}, {"parallelism": -1}])
def test_knobs_below_one_are_refused(fan_out: GateProgram, knobs: dict[str, int]) -> None:
    with pytest.raises(SpecError, match=next(iter(knobs))):
        schedule(fan_out, **knobs)


def test_the_rule_states_every_knob(fan_out: GateProgram) -> None:
    rule = schedule(fan_out, parallelism=17, t_per_rotation=23).rule
    assert "at most 17" in rule
    assert "23 T layers" in rule
    other = schedule(fan_out, parallelism=None, shared_controls=False, reuse=False).rule
    assert all(words in other for words in ("any number", "no fan-out", "fresh wire", "no rotations"))
