"""Exact recount of the gates of a `GateProgram`: the second witness of every logical cost."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.lowering.check import require_valid
from qattention.lowering.operands import CONDITIONED, MEASURES
from qattention.lowering.program import TOFFOLI_LIKE, GateProgram, Op

CLIFFORD, T_GATE, ROTATION = 0, 1, 2  # the kinds of `Op.PHASE`
_SINGLE_CLIFFORDS = (Op.X, Op.Z, Op.CNOT, Op.CZ, Op.SWAP, Op.H, *CONDITIONED, Op.CZ_PARITY)
_EPS_ANGLE = 1e-12  # radians; angles are written as multiples of pi in double precision


@attrs.frozen(kw_only=True)
class GateTally:
    """Gates of one program, counted one by one.

    Attributes:
        toffoli: AND, TOFFOLI and CSWAP, one each.
        t: phase gates by an odd multiple of pi/4. The T gates inside Toffolis and rotations are not in it.
        rotation: phase gates by any angle that is not a multiple of pi/4.
        clifford: single gates; an XOR_ROW is as many CNOTs as its row has ones; a conditioned gate is one.
        multi_target: XOR_ROW operations.
        queries: of a memory device; no gates.
        measurement: single-qubit measurements.
        classical_bit_ops: bits of the CZ_PARITY masks, one XOR each.
        qubits: most wires live at once when the operations run one by one in program order.
    """

    toffoli: int
    t: int
    rotation: int
    clifford: int
    multi_target: int
    queries: int
    measurement: int
    classical_bit_ops: int
    qubits: int


def count(program: GateProgram) -> GateTally:
    """Count the gates of `program` as written.

    Raises:
        SpecError: the program is not well formed.
    """
    walked = require_valid(program)
    of_op = np.bincount(program.code[:, 0], minlength=len(Op)).tolist()
    kinds = phase_kinds(program.angles)[program.code[program.code[:, 0] == Op.PHASE, 4]]
    of_kind = np.bincount(kinds, minlength=3).tolist()
    singles = sum(of_op[op] for op in _SINGLE_CLIFFORDS)
    return GateTally(
        toffoli=sum(of_op[op] for op in TOFFOLI_LIKE),
        t=of_kind[T_GATE],
        rotation=of_kind[ROTATION],
        clifford=singles + of_kind[CLIFFORD] + mask_bits(program, Op.XOR_ROW),
        multi_target=of_op[Op.XOR_ROW],
        queries=of_op[Op.QUERY],
        measurement=sum(of_op[op] for op in MEASURES),
        classical_bit_ops=mask_bits(program, Op.CZ_PARITY),
        qubits=walked.peak,
    )


def phase_kinds(angles: NDArray[np.float64]) -> NDArray[np.int8]:
    """CLIFFORD (multiples of pi/2), T_GATE (odd multiples of pi/4) or ROTATION for each angle in radians."""
    eighths = np.asarray(angles, dtype=np.float64) / (np.pi / 4)
    nearest = np.rint(eighths)
    exact = np.abs(eighths - nearest) * (np.pi / 4) < _EPS_ANGLE * np.maximum(1, np.abs(angles))
    return np.where(exact, np.where(nearest % 2 == 0, CLIFFORD, T_GATE), ROTATION).astype(np.int8)


def mask_bits(program: GateProgram, op: Op) -> int:
    """Ones in the mask rows that the operations `op` (XOR_ROW or CZ_PARITY) name, summed."""
    code = program.code[program.code[:, 0] == op]
    total = 0
    for i, table in enumerate(program.tables):
        used = np.bincount(code[code[:, 5] == i, 4], minlength=len(table.rows))
        total += int(used @ np.bitwise_count(table.rows).sum(axis=1, dtype=np.int64))
    return total
