"""What each operation waits for and holds: compiled bookkeeping of wires and bits for scheduling."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled
from qattention.lowering.operands import CONDITIONED, MEASURES, OPERANDS, members
from qattention.lowering.program import Op

NEVER = -1  # `first` of a wire not used since its birth

ABSENT, DIAGONAL, OTHER = 0, 1, 2  # how an operation acts on a wire; diagonal actions commute
_XOR_ROW, _QUERY = int(Op.XOR_ROW), int(Op.QUERY)
_MEASURES = members(*MEASURES)
_READS_BIT = members(*CONDITIONED)
_DIAGONAL_COLUMNS = {
    Op.Z: "a", Op.CNOT: "a", Op.CZ: "ab", Op.AND: "ab", Op.TOFFOLI: "ab", Op.CSWAP: "a", Op.Z_IF: "a",
    Op.CZ_IF: "ab", Op.CZ_PARITY: "ab", Op.XOR_ROW: "a", Op.PHASE: "a",
}  # fmt: skip
ACTIONS = np.array([[OTHER if c in OPERANDS[op] else ABSENT for c in "abc"] for op in Op])
for _op, _columns in _DIAGONAL_COLUMNS.items():
    ACTIONS[_op, : len(_columns)] = DIAGONAL  # they come first
ACTIONS[[Op.XOR_ROW, Op.CZ_PARITY, Op.QUERY], 2] = ABSENT  # a span, walked apart


class Wiring(NamedTuple):
    """Ends of the last uses of every wire and classical bit, in levels (pass one) or layers (pass two).

    Attributes:
        settled: end of the last non-diagonal action on a wire; a diagonal one may start there.
        touched: end of the last action of any kind.
        first: start of the first action since the wire's birth, or NEVER; 0 for inputs.
        written: end of the measurement that wrote a classical bit.
        shared: whether diagonal actions may overlap.
    """

    settled: NDArray[np.int64]
    touched: NDArray[np.int64]
    first: NDArray[np.int64]
    written: NDArray[np.int64]
    shared: bool


@compiled(**BORROWS)
def ready_at(row, items, wiring):  # type: ignore[no-untyped-def]
    """End of the last operation this one must follow; `items` are those its mask picks."""
    op, ready = row[0], 0
    for k in range(3):
        if ACTIONS[op, k] != ABSENT and row[k + 1] >= 0:
            commutes = wiring.shared and ACTIONS[op, k] == DIAGONAL
            ready = max(ready, wiring.settled[row[k + 1]] if commutes else wiring.touched[row[k + 1]])
    if _READS_BIT[op]:
        ready = max(ready, wiring.written[row[4]])
    on_wires = op in (_XOR_ROW, _QUERY)
    for k in range(len(items)):
        ready = max(ready, wiring.touched[items[k]] if on_wires else wiring.written[items[k]])
    return ready


@compiled(**BORROWS)
def bear(wiring, wire):  # type: ignore[no-untyped-def]
    """A new life of `wire` begins: even its diagonal uses wait for the end of the last one."""
    wiring.first[wire] = NEVER
    wiring.settled[wire] = wiring.touched[wire]


@compiled(**BORROWS)
def commit(row, items, start, end, wiring):  # type: ignore[no-untyped-def]
    """Note that an operation holds its wires and writes its bit from `start` to `end`."""
    op = row[0]
    for k in range(3):
        if ACTIONS[op, k] != ABSENT and row[k + 1] >= 0:
            _touch(wiring, row[k + 1], start, end, wiring.shared and ACTIONS[op, k] == DIAGONAL)
    if op in (_XOR_ROW, _QUERY):
        for k in range(len(items)):
            _touch(wiring, items[k], start, end, False)
    if _MEASURES[op]:
        wiring.written[row[4]] = end


@compiled(**BORROWS)
def _touch(wiring, wire, start, end, commutes):  # type: ignore[no-untyped-def]
    if wiring.first[wire] == NEVER or start < wiring.first[wire]:
        wiring.first[wire] = start
    wiring.touched[wire] = max(wiring.touched[wire], end)
    if not commutes:
        wiring.settled[wire] = wiring.touched[wire]
