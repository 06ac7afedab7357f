"""The gate recount, on programs whose counts are known by hand."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, MaskTable, Op
from qattention.lowering.resources import CLIFFORD, ROTATION, T_GATE, GateTally, count, phase_kinds

ROWS = np.array([[1, 1, 1], [0, 1, 0], [0, 0, 0]], dtype=bool)


def wires(*items: int) -> np.ndarray:
    return np.array(items, dtype=np.int32)


@pytest.fixture
def every_op() -> GateProgram:
    """One of each opcode at least; wires 0-2 are x, 3-5 are loaded, 6 is an ancilla."""
    ops = [
        (Op.ALLOC, 3), (Op.ALLOC, 4), (Op.ALLOC, 5), (Op.X, 0), (Op.Z, 0), (Op.H, 0), (Op.CNOT, 0, 1),
        (Op.CZ, 0, 1), (Op.SWAP, 0, 1), (Op.AND, 0, 1, 6), (Op.XOR_ROW, 6, 0, 0, 0), (Op.XOR_ROW, 6, 0, 1, 0),
        (Op.TOFFOLI, 0, 1, 2), (Op.CSWAP, 0, 1, 2), (Op.MEASURE_X, 6, 0), (Op.CZ_IF, 0, 1, 0),
        (Op.MEASURE_X, 3, 1), (Op.MEASURE_X, 4, 2), (Op.MEASURE_Z, 5, 3), (Op.X_IF, 0, 3), (Op.Z_IF, 0, 3),
        (Op.CZ_PARITY, 0, 1, 1, 0, 0), (Op.CZ_PARITY, 0, -1, 1, 1, 0), (Op.PHASE, 0, 0), (Op.PHASE, 0, 1),
        (Op.PHASE, 0, 2), (Op.GLOBAL_PHASE, 2), (Op.ALLOC, 6), (Op.FREE, 6), (Op.QUERY, 2, 0, 1),
    ]  # fmt: skip
    return GateProgram(
        code=encode(ops),
        n_wires=7,
        n_cbits=4,
        inputs={"x": wires(0, 1, 2)},
        outputs={"x": wires(0, 1, 2)},
        spans=(wires(3, 4, 5), wires(1, 2, 3), wires(0, 1)),
        tables=(MaskTable.from_bits(ROWS), MaskTable.from_bits(ROWS[:2, :2])),
        angles=np.array([np.pi / 2, -3 * np.pi / 4, 0.3]),
    )


def test_every_opcode_is_counted_where_it_belongs(every_op: GateProgram) -> None:
    assert set(every_op.code[:, 0]) == set(Op)
    assert count(every_op) == GateTally(
        toffoli=3,
        t=1,
        rotation=1,
        clifford=6
        + 3
        + 2
        + 4
        + 1,  # X Z H CNOT CZ SWAP; on one bit; on a parity; the rows' ones; PHASE(pi/2)
        multi_target=2,
        queries=1,
        measurement=4,
        classical_bit_ops=3 + 1,
        qubits=7,
    )


@pytest.mark.parametrize("dropped", [0, 3, 6, 9, 12, 15, 20, 22, 24])
def test_counts_move_when_a_gate_is_dropped(every_op: GateProgram, dropped: int) -> None:
    kept = np.delete(every_op.code, dropped, axis=0)
    try:
        assert count(attrs.evolve(every_op, code=kept)) != count(every_op)
    except SpecError:
        assert every_op.code[dropped, 0] in (Op.ALLOC, Op.AND)  # nothing to load into, no wire to measure


def test_phase_kinds() -> None:
    turns = np.array([0, 1, 2, 3, -1, 5, 8, 400, 401]) * np.pi / 4
    assert phase_kinds(turns).tolist() == [CLIFFORD, T_GATE] * 2 + [
        T_GATE,
        T_GATE,
        CLIFFORD,
        CLIFFORD,
        T_GATE,
    ]
    assert phase_kinds(np.array([0.1, np.pi / 8, np.pi / 4 + 1e-9])).tolist() == [ROTATION] * 3


def test_high_water_mark_follows_births_and_deaths() -> None:
    ops = [
        (Op.AND, 0, 1, 2),
        (Op.MEASURE_X, 2, 0),
        (Op.CZ_IF, 0, 1, 0),
        (Op.ALLOC, 2),
        (Op.ALLOC, 3),
        (Op.FREE, 2),
    ]
    ops += [(Op.FREE, 3)]
    x = wires(0, 1)
    program = GateProgram(code=encode(ops), n_wires=4, n_cbits=1, inputs={"x": x}, outputs={"x": x})
    assert count(program).qubits == 4
    assert count(attrs.evolve(program, code=program.code[:3])).qubits == 3
    assert count(attrs.evolve(program, code=program.code[:0])).qubits == 2
