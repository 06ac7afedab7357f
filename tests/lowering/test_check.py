"""Malformed programs are refused before a compiled kernel touches them."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.lowering.check import require_valid
from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, MaskTable, Op

X = np.array([0, 1], dtype=np.int32)


@pytest.fixture
def program() -> GateProgram:
    """XOR a row into wires 2 and 3, measure them, fix the phase."""
    ops = [(Op.ALLOC, 2), (Op.ALLOC, 3), (Op.XOR_ROW, 0, 0, 0, 0), (Op.MEASURE_X, 2, 0), (Op.MEASURE_X, 3, 1)]
    return GateProgram(
        code=encode([*ops, (Op.CZ_PARITY, 0, -1, 1, 0, 0), (Op.PHASE, 1, 0)]),
        n_wires=4,
        n_cbits=2,
        inputs={"x": X},
        outputs={"x": X},
        spans=(np.array([2, 3], np.int32), np.array([0, 1], np.int32)),
        tables=(MaskTable.from_bits(np.array([[True, True]])),),
        angles=np.array([np.pi]),
    )


def test_a_good_program_passes(program: GateProgram) -> None:
    walked = require_valid(program)
    assert (walked.misuse, walked.peak, walked.live.tolist()) == (7, 4, [0, 1])


@pytest.mark.parametrize(
    ("at", "row"),
    [
        (0, (99, 2, -1, -1, -1, -1)),  # unknown opcode
        (0, (-1, 2, -1, -1, -1, -1)),
        (2, (Op.XOR_ROW, 4, -1, 0, 0, 0)),  # wire out of range
        (2, (Op.XOR_ROW, 0, -1, 2, 0, 0)),  # span out of range
        (2, (Op.XOR_ROW, 0, -1, 0, 1, 0)),  # row out of range
        (2, (Op.XOR_ROW, 0, -1, 0, 0, 1)),  # table out of range
        (2, (Op.XOR_ROW, 0, -1, 0, -1, 0)),
        (2, (Op.XOR_ROW, 2, -1, 0, 0, 0)),  # its control is one of its targets
        (2, (Op.CNOT, 0, 0, -1, -1, -1)),  # one wire twice
        (2, (Op.TOFFOLI, 0, 1, 0, -1, -1)),
        (2, (Op.CNOT, 0, -1, -1, -1, -1)),  # missing operand
        (2, (Op.X, 0, 1, -1, -1, -1)),  # an operand too many
        (0, (Op.X, 2, -1, -1, -1, -1)),  # wire absent
        (1, (Op.ALLOC, 2, -1, -1, -1, -1)),  # born twice
        (1, (Op.AND, 0, 1, 2, -1, -1)),
        (4, (Op.MEASURE_X, 3, -1, -1, 0, -1)),  # bit written twice
        (4, (Op.X_IF, 3, -1, -1, 1, -1)),  # bit read before it is written
        (4, (Op.FREE, 3, -1, -1, -1, -1)),  # then the parity reads bit 1 unwritten
        (4, (Op.MEASURE_X, 2, -1, -1, 1, -1)),  # gone already
        (6, (Op.PHASE, 1, -1, -1, 1, -1)),  # angle out of range
        (6, (Op.FREE, 1, -1, -1, -1, -1)),  # an output that has left
    ],
)
def test_bad_rows_are_refused(program: GateProgram, at: int, row: tuple[int, ...]) -> None:
    code = program.code.copy()
    code[at] = row
    with pytest.raises(SpecError, match=r"`(code\[|outputs)"):
        require_valid(attrs.evolve(program, code=code))


def test_a_given_bit_may_be_read(program: GateProgram) -> None:
    code = np.delete(program.code, 4, axis=0)
    with pytest.raises(SpecError):
        require_valid(attrs.evolve(program, code=code))
    require_valid(attrs.evolve(program, code=code, cbit_inputs={"r": np.array([1], np.int32)}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", np.zeros((2, 5), np.int32)),
        ("code", np.zeros((2, 6), np.int64)),
        ("inputs", {"x": np.array([0, 0], np.int32)}),
        ("outputs", {"x": np.array([0, 4], np.int32)}),
        ("cbit_outputs", {"r": np.array([2], np.int32)}),
        ("cbit_inputs", {"r": np.array([0, 0], np.int32)}),
        ("cbit_inputs", {"r": np.array([1], np.int32)}),  # and then measured into
        ("spans", (np.array([2, 9], np.int32), np.array([0, 1], np.int32))),
        ("spans", (np.array([2], np.int32), np.array([0, 1], np.int32))),
        ("tables", (MaskTable(np.array([[7]], np.uint64), 2, np.zeros(1, bool)),)),
        ("tables", (MaskTable(np.array([[3]], np.uint64), 65, np.zeros(1, bool)),)),
        ("tables", (MaskTable(np.array([[3]], np.uint64), 2, np.zeros(2, bool)),)),
    ],
)
def test_bad_parts_are_refused(program: GateProgram, field: str, value: Any) -> None:
    with pytest.raises(SpecError):
        require_valid(attrs.evolve(program, **{field: value}))
