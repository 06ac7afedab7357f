"""Walk a program in order: which wires are live, how many at most, and the first operation out of place."""

from __future__ import annotations

import attrs
import numba
import numpy as np
from numpy.typing import NDArray

from qattention.lowering.operands import (
    CONDITIONED,
    MEASURES,
    OPERANDS,
    flatten_masks,
    masked_items,
    members,
    scratch,
    wires_of,
)
from qattention.lowering.program import GateProgram, Op


@attrs.frozen(eq=False, kw_only=True)
class Lifetimes:
    """What walking a program in order shows.

    Attributes:
        misuse: index of the first operation on an absent wire, of a birth on a live wire, or of a read of an
            unwritten (write of a written) classical bit; the number of operations if there is none.
        peak: most wires live at once, inputs live from the start; valid if nothing is misused.
        live: wires live at the end, ascending.
    """

    misuse: int
    peak: int
    live: NDArray[np.int64]


def walk(program: GateProgram) -> Lifetimes:
    """Walk the operations in program order; operands are taken to be in range (`check.static_problems`)."""
    live = np.zeros(program.n_wires, dtype=np.bool_)
    live[wires_of(program.inputs.values())] = True
    written = np.zeros(program.n_cbits, dtype=np.bool_)
    written[wires_of(program.cbit_inputs.values())] = True
    misuse, peak = _walk(program.code, flatten_masks(program), live, written, scratch(program))
    return Lifetimes(misuse=int(misuse), peak=int(peak), live=np.flatnonzero(live))


_XOR_ROW, _CZ_PARITY, _QUERY = int(Op.XOR_ROW), int(Op.CZ_PARITY), int(Op.QUERY)
_MEASURES = members(*MEASURES)
_READS_BIT = members(*CONDITIONED)
_DEATHS = _MEASURES | members(Op.FREE)
# The column of the wire that is born, 0 if none is.
_BORN_AT = np.array([1 if op == Op.ALLOC else 3 if op == Op.AND else 0 for op in Op])
# USED[op, column - 1]: the column names a wire that must already be live.
_USED = np.array([[c in OPERANDS[op] and _BORN_AT[op] != k for k, c in enumerate("abc", 1)] for op in Op])
_USED[[_CZ_PARITY, _XOR_ROW, _QUERY], 2] = False  # their third operand is a span


@numba.njit(cache=True)
def _walk(code, masks, live, written, items):  # type: ignore[no-untyped-def]
    now = peak = np.sum(live)
    for i in range(len(code)):
        row = code[i]
        op, born = row[0], _BORN_AT[row[0]]
        if not _in_place(row, masks, live, written, items) or (born and live[row[born]]):
            return i, peak
        if born:
            live[row[born]] = True
            now += 1
            peak = max(peak, now)
        if _MEASURES[op]:
            written[row[4]] = True
        if _DEATHS[op]:
            live[row[1]] = False
            now -= 1
    return len(code), peak


@numba.njit(cache=True)
def _in_place(row, masks, live, written, items):  # type: ignore[no-untyped-def]
    """Whether the wires the operation uses are live and its classical bits written (its own not yet)."""
    op = row[0]
    for k in range(3):
        if _USED[op, k] and row[k + 1] >= 0 and not live[row[k + 1]]:
            return False
    if (_READS_BIT[op] and not written[row[4]]) or (_MEASURES[op] and written[row[4]]):
        return False
    if op == _XOR_ROW or op == _CZ_PARITY or op == _QUERY:  # noqa: SIM109 (Numba)
        ready = written if op == _CZ_PARITY else live
        for k in range(masked_items(masks, row, items)):
            if not ready[items[k]] or (op == _XOR_ROW and items[k] == row[1]):
                return False
    return True
