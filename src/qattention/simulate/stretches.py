"""What the exact engine knows of a program before it runs: erasures, rows for outcomes, stretches to skip.

A *stretch* is a run of operations that do nothing wherever one wire is 0 as it begins: the part of a walk
below one node, or all that is done with one line of a tree. It is passed over in a batch of states in which
that wire is 0 throughout. `stretch_plan` finds them by going through the operations once.

Apart from `exact` because it reads a program before it runs, once for all batches.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import compiled
from qattention.lowering.operands import FlatMasks, members, wires_of
from qattention.lowering.program import GateProgram, Op

Ints = NDArray[np.int32]

NO_SLOT = -1
LEAST = 4  # operations in a stretch that is worth a look at its wire
MOST_OPEN = 64  # stretches open at once; a walk over 2**m addresses has about m

_NEVER = -1
_ALLOC, _FREE, _X, _CNOT, _CZ = int(Op.ALLOC), int(Op.FREE), int(Op.X), int(Op.CNOT), int(Op.CZ)
_SWAP, _AND, _TOFFOLI, _CSWAP = int(Op.SWAP), int(Op.AND), int(Op.TOFFOLI), int(Op.CSWAP)
_MEASURE_X, _CZ_IF, _CZ_PARITY = int(Op.MEASURE_X), int(Op.CZ_IF), int(Op.CZ_PARITY)
_XOR_ROW, _PHASE, _QUERY = int(Op.XOR_ROW), int(Op.PHASE), int(Op.QUERY)
_ON_BIT = members(Op.MEASURE_X, Op.Z_IF, Op.CZ_IF)
_ON_SPAN = members(Op.XOR_ROW, Op.QUERY, Op.CZ_PARITY)
_TWO_GUARDS = members(Op.AND, Op.TOFFOLI, Op.CZ, Op.CZ_IF, Op.CZ_PARITY)
_UNGUARDED = members(Op.X, Op.SWAP, Op.PHASE, Op.QUERY)  # a phase gate must be passed, to be counted
_CLEARS = members(Op.ALLOC, Op.FREE, Op.MEASURE_X)
_OPENS = members(Op.AND, Op.CZ, Op.CZ_IF, Op.CZ_PARITY, Op.XOR_ROW)


class StretchPlan(NamedTuple):
    """Arrays for the kernel.

    Attributes:
        pair: uint8, (n_ops,): 1 where an X measurement and the CZ that mends it follow each other and
            nothing else touches their bit.
        slot: int32, (n_cbits,): row of the coefficients of each outcome; NO_SLOT if it has a pair.
        closes: int32, (n, 2): (operation before which it is settled, outcome), ascending.
        skip_on, skip_to: int32, (n_ops,): if wire `skip_on[i]` is 0 throughout, operation `skip_to[i]` is
            next; 0 if there is no stretch.
        flips, flips_at: bool, of all tables end to end; int64, where each begins.
        flush: uint8, (n_ops,): 1 where a wire is touched into which rows may still have to be XORed.
        n_slots: coefficient rows needed at once.
    """

    pair: NDArray[np.uint8]
    slot: Ints
    closes: Ints
    skip_on: Ints
    skip_to: Ints
    flush: NDArray[np.uint8]
    flips: NDArray[np.bool_]
    flips_at: NDArray[np.int64]
    n_slots: int


def stretch_plan(program: GateProgram, masks: FlatMasks, skips: bool = True) -> StretchPlan:
    """Plan a program without X on an outcome; `skips`: look for stretches, of use from two batches on."""
    flips = np.concatenate([np.zeros(0, bool), *(table.flips for table in program.tables)])
    flips_at = np.cumsum([0, *(len(table.flips) for table in program.tables)])
    given = wires_of(program.inputs.values())
    return _planned(program.code, masks, program.n_wires, program.n_cbits, given, flips, flips_at, skips)


@compiled()
def _uses(code, masks, spans, touched, rows_at):  # type: ignore[no-untyped-def]
    """First and last use of each span; the same of each bit, and how often; of each wire that takes rows."""
    on_wires = np.zeros(len(spans), np.bool_)
    for i in range(len(code)):
        op = code[i, 0]
        if _ON_SPAN[op]:
            span = code[i, 3]
            on_wires[span] = op != _CZ_PARITY
            spans[span, 0] = i if spans[span, 0] < 0 else spans[span, 0]
            spans[span, 1] = i
        elif _ON_BIT[op]:
            _touch(touched[code[i, 4]], i, i)
    for span in range(len(spans)):
        if spans[span, 0] >= 0:
            rows = rows_at if on_wires[span] else touched
            for k in range(masks.span_at[span], masks.span_at[span + 1]):
                _touch(rows[masks.span_items[k]], spans[span, 0], spans[span, 1])


@compiled()
def _touch(row, first, last):  # type: ignore[no-untyped-def]
    row[0] = first if row[0] < 0 else min(row[0], first)
    row[1] = max(row[1], last)
    if len(row) > 2:
        row[2] = max(row[2], 0) + 1


@compiled()
def _pairs(code, touched, pair):  # type: ignore[no-untyped-def]
    """Mark the pairs; returns the outcomes that are touched and in none, ascending."""
    alone = touched[:, 1] >= 0
    for i in range(len(code) - 1):
        if code[i, 0] == _MEASURE_X and code[i + 1, 0] == _CZ_IF:
            mends = code[i + 1, 1] != code[i, 1] and code[i + 1, 2] != code[i, 1]
            pair[i] = mends and code[i + 1, 4] == code[i, 4] and touched[code[i, 4], 2] == 2
            if pair[i]:
                alone[code[i, 4]] = False
    return np.flatnonzero(alone)


@compiled()
def _ordered(bits, at, n_ops):  # type: ignore[no-untyped-def]
    """The bits by the operation at which each is, those of one operation as they were."""
    before, ordered = np.zeros(n_ops + 1, np.int32), np.empty(len(bits), np.int32)
    for bit in bits:
        before[at[bit] + 1] += 1
    for i in range(n_ops):
        before[i + 1] += before[i]
    for bit in bits:
        ordered[before[at[bit]]] = bit
        before[at[bit]] += 1
    return ordered


@compiled()
def _hand_out(opening, touched, closes, slot):  # type: ignore[no-untyped-def]
    """Rows in the order in which outcomes are first touched, and again when they are settled."""
    free, n_free, n_slots, done = np.empty(len(opening), np.int32), 0, 0, 0
    for k in range(len(opening)):
        bit = opening[k]
        while done < len(closes) and closes[done, 0] <= touched[bit, 0]:
            free[n_free] = slot[closes[done, 1]]
            n_free += 1
            done += 1
        if n_free:
            n_free -= 1
            slot[bit] = free[n_free]
        else:
            slot[bit] = n_slots
            n_slots += 1
    return n_slots


@compiled()
def _slots_of(bits, touched, n_ops):  # type: ignore[no-untyped-def]
    """Rows for the outcomes without a pair; when each is settled; how many rows."""
    slot, closes = np.full(len(touched), NO_SLOT, np.int32), np.empty((len(bits), 2), np.int32)
    if not len(bits):
        return slot, closes, 0
    ending = _ordered(bits, touched[:, 1], n_ops)
    for k in range(len(bits)):
        closes[k, 0], closes[k, 1] = touched[ending[k], 1] + 1, ending[k]
    return slot, closes, _hand_out(_ordered(bits, touched[:, 0], n_ops), touched, closes, slot)


@compiled()
def _stretches(code, masks, clean, spans, rows_at, pair, skip_on, skip_to):  # type: ignore[no-untyped-def]
    """One pass with the stretches that are open: (wire, operation before the first), by beginning.

    An operation does nothing where one of its guards is 0. In a stretch of wire v those are v itself, and
    wires known to be 0 at some point within it: born there of a guard, or cleared. As all operations since
    did nothing where v is 0, they still are. Where this fails the stretch ends, good up to there.
    """
    known = np.full(len(clean), _NEVER, np.int32)  # when a wire last was known to be 0
    wire, start, n_open = np.empty(MOST_OPEN, np.int32), np.empty(MOST_OPEN, np.int32), np.int64(0)
    for i in range(len(code)):
        op, a, b, c = code[i, 0], code[i, 1], code[i, 2], code[i, 3]
        other = b if _TWO_GUARDS[op] else -1
        guarded = not _UNGUARDED[op] and (op != _AND or clean[c])
        if not (guarded and (clean[a] or (other >= 0 and clean[other]))):
            newest = max(known[a], known[other] if other >= 0 else _NEVER) if guarded else _NEVER
            before = i - pair[i - 1] if i else i  # a pair is not parted
            n_open = _end(wire, start, n_open, newest, a if guarded else -1, other, before, skip_on, skip_to)
        if _OPENS[op] and guarded:
            n_open = _begin(a, i - 1, wire, start, n_open)
        written = a if op == _X else b if op == _CNOT else c if op in (_AND, _TOFFOLI) else -1
        if written >= 0:
            clean[written] = False
            n_open = _begin(written, i, wire, start, n_open)
        if op in (_SWAP, _CSWAP):
            clean[a if op == _SWAP else c] = False
            clean[b] = False
        elif op == _AND and guarded:
            known[c] = i
        elif _CLEARS[op]:
            clean[a] = not (rows_at[a, 0] <= i <= rows_at[a, 1])
            known[a] = i
        elif op in (_XOR_ROW, _QUERY) and spans[c, 0] == i:
            for k in range(masks.span_at[c], masks.span_at[c + 1]):
                clean[masks.span_items[k]] = False


@compiled()
def _end(wire, start, n_open, newest, one, other, before, skip_on, skip_to):  # type: ignore[no-untyped-def]
    """End the stretches, before operation `before`, unless a guard is their wire or newer than they are."""
    k = n_open - 1
    while k >= 0 and start[k] >= newest:
        if wire[k] == one or wire[k] == other:
            k -= 1
            continue
        first = start[k] + 1
        if before - first >= LEAST and before > skip_to[first]:
            skip_on[first], skip_to[first] = wire[k], before
        for j in range(k, n_open - 1):
            wire[j], start[j] = wire[j + 1], start[j + 1]
        n_open -= 1
        k -= 1
    return n_open


@compiled()
def _begin(v, before, wire, start, n_open):  # type: ignore[no-untyped-def]
    for k in range(n_open):
        if wire[k] == v:
            return n_open
    if n_open == MOST_OPEN:  # the oldest is given up
        for k in range(n_open - 1):
            wire[k], start[k] = wire[k + 1], start[k + 1]
        n_open -= 1
    wire[n_open], start[n_open] = v, before
    return n_open + 1


@compiled()
def _flushes(code, rows_at, skip_on, skip_to, flush):  # type: ignore[no-untyped-def]
    """From a wire's first row on every look at it counts; a flush with nothing to do costs nothing."""
    for i in range(len(code)):
        op = code[i, 0]
        n_wires = 1 if op == _XOR_ROW else 2 if op == _CZ_PARITY else 0 if op == _QUERY else 3
        touches = op == _QUERY
        for k in range(1, n_wires + 1):
            if k == 3 and op not in (_AND, _TOFFOLI, _CSWAP):
                break
            w = code[i, k]
            touches = touches or (w >= 0 and 0 <= rows_at[w, 0] < i)
        if skip_to[i]:
            touches = touches or 0 <= rows_at[skip_on[i], 0] < i
        flush[i] = touches


@compiled()
def _planned(code, masks, n_wires, n_cbits, given, flips, flips_at, skips):  # type: ignore[no-untyped-def]
    n_ops = len(code)
    spans = np.full((len(masks.span_at) - 1, 2), _NEVER, np.int32)
    touched, rows_at = np.full((n_cbits, 3), _NEVER, np.int32), np.full((n_wires, 2), _NEVER, np.int32)
    _uses(code, masks, spans, touched, rows_at)
    pair, flush = np.zeros(n_ops, np.uint8), np.zeros(n_ops, np.uint8)
    slot, closes, n_slots = _slots_of(_pairs(code, touched, pair), touched, n_ops)
    skip_on, skip_to = np.zeros(n_ops, np.int32), np.zeros(n_ops, np.int32)
    if skips:
        clean = np.ones(n_wires, np.bool_)
        for w in given:
            clean[w] = False
        _stretches(code, masks, clean, spans, rows_at, pair, skip_on, skip_to)
    if len(spans):
        _flushes(code, rows_at, skip_on, skip_to, flush)
        for i in range(n_ops - 1):
            if pair[i]:
                flush[i] |= flush[i + 1]
    return StretchPlan(pair, slot, closes, skip_on, skip_to, flush, flips, flips_at, n_slots)
