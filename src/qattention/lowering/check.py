"""Is a `GateProgram` well formed, and how do its wires live? Compiled kernels trust their indices.

So this is asked before they run: operands within range, then a walk in order that tells which wires are live,
how many at most, and the first operation out of place.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled
from qattention.errors import SpecError, bad
from qattention.lowering.operands import (
    CONDITIONED,
    MASKED,
    MEASURES,
    OPERANDS,
    flatten_masks,
    masked_items,
    members,
    scratch,
    wires_of,
)
from qattention.lowering.program import NONE, GateProgram, Op

_XOR_ROW, _CZ_PARITY, _QUERY = int(Op.XOR_ROW), int(Op.CZ_PARITY), int(Op.QUERY)
_MEASURES = members(*MEASURES)
_READS_BIT = members(*CONDITIONED)
_DEATHS = _MEASURES | members(Op.FREE)
# The column of the wire that is born, 0 if none is.
_BORN_AT = np.array([1 if op == Op.ALLOC else 3 if op == Op.AND else 0 for op in Op])
# USED[op, column - 1]: the column names a wire that must already be live.
_USED = np.array([[c in OPERANDS[op] and _BORN_AT[op] != k for k, c in enumerate("abc", 1)] for op in Op])
_USED[[_CZ_PARITY, _XOR_ROW, _QUERY], 2] = False  # their third operand is a span


def require_valid(program: GateProgram) -> Lifetimes:
    """How the program's wires live.

    Raises:
        SpecError: operands or registers out of range, absent wires used, bits read before they are written.
    """
    found = static_problems(program)
    if found:
        raise SpecError(found)
    walked = walk(program)
    if walked.misuse < len(program):
        opcode, *operands = program.code[walked.misuse].tolist()
        allowed = "on live wires (births on absent ones) and on classical bits written once, earlier"
        raise SpecError(bad(f"code[{walked.misuse}]", f"{Op(opcode).name} {operands}", allowed))
    dead = sorted(set(wires_of(program.outputs.values()).tolist()) - set(walked.live.tolist()))
    if dead:
        raise SpecError(bad("outputs", f"wires {dead[:10]}, which have left", "wires live at the end"))
    return walked


def static_problems(program: GateProgram) -> list[str]:
    """Wrong shapes, operands and indices out of range, clashing registers; one line each."""
    code = program.code
    if code.ndim != 2 or code.shape[1] != 6 or code.dtype != np.int32:
        return [bad("code", f"{code.dtype} {code.shape}", "int32 of shape (n_ops, 6)")]
    return _masks(program) + _registers(program) or _operands(program) or _mask_widths(program)


def _masks(program: GateProgram) -> list[str]:
    top = max(program.n_wires, program.n_cbits)
    spans = [
        bad(f"spans[{i}]", "an index out of range", f"0..{top - 1}")
        for i, span in enumerate(program.spans)
        if _out_of_range(span, top)
    ]
    tables = [
        bad(
            f"tables[{i}]", f"rows {t.rows.shape}, flips {t.flips.shape}", f"{t.n_bits} bits, in words, a row"
        )
        for i, t in enumerate(program.tables)
        if t.rows.ndim != 2 or t.rows.shape[1] != -(-t.n_bits // 64) or t.flips.shape != t.rows.shape[:1]
    ]
    return (
        spans
        + tables
        + [line for i, t in enumerate(program.tables) for line in _padding(i, t.rows, t.n_bits)]
    )


def _padding(i: int, rows: NDArray[np.uint64], n_bits: int) -> list[str]:
    """Bits beyond the row's width would name items beyond the span."""
    spare = -n_bits % 64
    if rows.ndim != 2 or not rows.size or not spare or not np.any(rows[:, -1] >> np.uint64(64 - spare)):
        return []
    return [bad(f"tables[{i}]", f"ones beyond bit {n_bits - 1}", "zeros there")]


def _registers(program: GateProgram) -> list[str]:
    found = []
    tops = {"inputs": program.n_wires, "outputs": program.n_wires}
    tops |= {"cbit_inputs": program.n_cbits, "cbit_outputs": program.n_cbits}
    for name, top in tops.items():
        side = getattr(program, name)
        wires = wires_of(side.values())
        if _out_of_range(wires, top) or len(np.unique(wires)) < len(wires):
            found.append(bad(name, "an index out of range or twice", f"distinct, 0..{top - 1}"))
    return found


def _out_of_range(items: NDArray[np.int32], top: int) -> bool:
    return bool(items.size and (items.min() < 0 or items.max() >= top))


def _operands(program: GateProgram) -> list[str]:
    n_rows = np.array([len(table.rows) for table in program.tables], dtype=np.int64)
    i = int(_first_wrong(program.code, _limits(program), n_rows))
    if i == len(program):
        return []
    op, *operands = program.code[i].tolist()
    name = Op(op).name if 0 <= op < len(Op) else f"opcode {op}"
    return [bad(f"code[{i}]", f"{name} {operands}", "a known opcode, its operands distinct and in range")]


def _limits(program: GateProgram) -> NDArray[np.int64]:
    """Exclusive upper bound of each operand, shape (n opcodes, 5); 0 for an operand that is absent."""
    limits = np.zeros((len(Op), 5), dtype=np.int64)
    for op, letters in OPERANDS.items():
        d = len(program.angles) if op in (Op.PHASE, Op.GLOBAL_PHASE) else program.n_cbits
        c = len(program.spans) if op in MASKED else program.n_wires
        tops = {"a": program.n_wires, "b": program.n_wires, "c": c, "d": d, "e": len(program.tables)}
        for letter in letters:
            limits[op, "abcde".index(letter)] = tops[letter]
        if op in MASKED:
            limits[op, 3] = np.iinfo(np.int64).max  # a row or a width: bounded by its own table
    return limits


_CZ_PARITY, _XOR_ROW, _NONE = int(Op.CZ_PARITY), int(Op.XOR_ROW), int(NONE)


_N_WIRES = np.array([sum(c in "abc" for c in OPERANDS[op]) for op in Op])


_N_WIRES[list(MASKED)] = 0


_N_WIRES[_CZ_PARITY] = 2


@compiled(**BORROWS)
def _first_wrong(code, limits, n_rows):  # type: ignore[no-untyped-def]
    """Index of the first operation with an unknown opcode, an operand out of range, or a wire named twice."""
    for i in range(len(code)):
        row, op = code[i], code[i, 0]
        if op < 0 or op >= len(limits):
            return i
        for k in range(5):
            optional = op == _CZ_PARITY and k == 1 and row[k + 1] == _NONE
            if limits[op, k] and not optional and (row[k + 1] < 0 or row[k + 1] >= limits[op, k]):
                return i
            if not limits[op, k] and row[k + 1] != _NONE:
                return i
        if (op == _CZ_PARITY or op == _XOR_ROW) and row[4] >= n_rows[row[5]]:  # noqa: SIM109 (Numba)
            return i
        n = _N_WIRES[op]
        if (n > 1 and row[1] == row[2]) or (n > 2 and (row[1] == row[3] or row[2] == row[3])):
            return i
    return len(code)


def _mask_widths(program: GateProgram) -> list[str]:
    """Spans as long as the rows they are paired with, and of the right kind."""
    found = []
    for op, top in ((Op.XOR_ROW, program.n_wires), (Op.CZ_PARITY, program.n_cbits)):
        masked = program.code[program.code[:, 0] == op]
        for span, table in np.unique(masked[:, [3, 5]], axis=0).tolist():
            items, width = program.spans[span], program.tables[table].n_bits
            if len(items) != width or _out_of_range(items, top):
                found.append(bad(f"spans[{span}]", f"{len(items)} items", f"{width} of them, below {top}"))
    return found + _queries(program)


def _queries(program: GateProgram) -> list[str]:
    """Spans of queries: distinct wires, an address and a word."""
    found, queries = [], program.code[program.code[:, 0] == Op.QUERY]
    for span, n_bits, table in np.unique(queries[:, 3:], axis=0).tolist():
        items, width = program.spans[span], program.tables[table].n_bits + n_bits
        fits = len(items) == width and len(np.unique(items)) == width
        if not fits or _out_of_range(items, program.n_wires) or n_bits > 62:
            allowed = f"{width} distinct wires, at most 62 of them an address"
            found.append(bad(f"spans[{span}]", f"{len(items)} items", allowed))
    return found


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


@compiled(**BORROWS)
def _walk(code, masks, live, written, items):  # type: ignore[no-untyped-def]
    now = 0
    for wire in range(len(live)):
        now += live[wire]
    peak = now
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


@compiled(**BORROWS)
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
