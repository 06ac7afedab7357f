"""The compiled step of the exact engine: one batch of states, wires and the coefficient of each outcome.

Apart from `exact` because it is the compiled step, on arrays alone, from the batch's states to what is wrong.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled
from qattention.lowering.program import Op
from qattention.simulate.bitslice import Words, query_each
from qattention.simulate.sparse_words import cover, held_back, hold, none_held, release, trim

_ALLOC, _FREE, _X, _Z, _CNOT, _CZ, _SWAP, _AND = (int(op) for op in list(Op)[:8])
_TOFFOLI, _CSWAP, _MEASURE_X = int(Op.TOFFOLI), int(Op.CSWAP), int(Op.MEASURE_X)
_Z_IF, _CZ_IF, _CZ_PARITY, _XOR_ROW = int(Op.Z_IF), int(Op.CZ_IF), int(Op.CZ_PARITY), int(Op.XOR_ROW)
_PHASE, _QUERY = int(Op.PHASE), int(Op.QUERY)
_EVERYWHERE = np.int32(-1)  # in the place of a wire
_ALL, _ONE = np.uint64(2**64 - 1), np.uint64(1)


class Batch(NamedTuple):
    """The state of one batch, 64 basis states a word.

    Attributes:
        wires: (n_wires, n_words), each 0 outside words low .. high - 1 of its own.
        low, high: int32, (n_wires,).
        coefficients: (n_slots, n_words), of the outcomes that are not settled.
        phase, dirty, wrong: (n_words,): sign with all outcomes 0, and where a phase gate found its wire 1;
            wires not 0 that had to be; a coefficient that is not what it is at the first address.
        valid: (n_words,): 1 for a state that is there.
    """

    wires: Words
    low: NDArray[np.int32]
    high: NDArray[np.int32]
    coefficients: Words
    phase: Words
    dirty: Words
    wrong: Words
    valid: Words


class Registers(NamedTuple):
    """Wires, in order: what holds the states before and after, and all that is left behind the program."""

    before: NDArray[np.int32]
    after: NDArray[np.int32]
    left: NDArray[np.int32]


class Outcomes(NamedTuple):
    """Of each outcome: its coefficient at the first address, and whether it is another elsewhere."""

    base: NDArray[np.uint8]
    varies: NDArray[np.uint8]


@compiled(**BORROWS)
def _differs(batch, outcomes, bit, k, word):  # type: ignore[no-untyped-def]
    """Compare word k of a coefficient with what it was at the first address."""
    odd = (word ^ (_ALL if outcomes.base[bit] else np.uint64(0))) & batch.valid[k]
    if odd:
        batch.wrong[k] |= odd
        outcomes.varies[bit] = 1


@compiled(**BORROWS)
def _settle_pair(batch, outcomes, bit, c, a, b, is_first):  # type: ignore[no-untyped-def]
    """Wire c is measured and mended by a AND b: its coefficient is c XOR (a AND b), and not 0 everywhere."""
    wires = batch.wires
    if is_first:
        outcomes.base[bit] = (wires[c, 0] ^ (wires[a, 0] & wires[b, 0])) & _ONE
    for k in range(wires.shape[1]):
        _differs(batch, outcomes, bit, k, wires[c, k] ^ (wires[a, k] & wires[b, k]))


@compiled(**BORROWS)
def _settle(batch, outcomes, bit, row, is_first):  # type: ignore[no-untyped-def]
    """No operation from here on touches this outcome: its coefficient is looked at, and its row cleared."""
    if is_first:
        outcomes.base[bit] = row[0] & np.uint64(1)
    for k in range(len(row)):
        _differs(batch, outcomes, bit, k, row[k])
        row[k] = 0


@compiled(**BORROWS)
def _swap(wires, low, high, on, x, y):  # type: ignore[no-untyped-def]
    """Exchange x and y where `on` (a wire, or -1 for everywhere) is 1."""
    first, last = low[x], high[x]
    if first >= last:
        first, last = low[y], high[y]
    elif low[y] < high[y]:
        first, last = min(first, low[y]), max(last, high[y])
    if on >= 0:
        first = max(first, low[on])
        last = max(first, min(last, high[on]))
    for k in range(np.uint64(first), np.uint64(last)):
        change = (wires[x, k] ^ wires[y, k]) & (wires[on, k] if on >= 0 else _ALL)
        wires[x, k] ^= change
        wires[y, k] ^= change
    if first < last:
        for w in (x, y):
            cover(low, high, w, first, last)
            trim(wires, low, high, w)
    return last - first


@compiled()
def execute(code, plan, masks, slots, batch, outcomes, rows, parities, is_first):  # type: ignore[no-untyped-def]
    """Run the code on one batch; returns the words that gates were executed on.

    Args:
        slots: int32, the coefficient row of each item of each span of classical bits.
        rows, parities: what is held for wires and for coefficients.
    """
    wires, low, high, coefficients = batch.wires, batch.low, batch.high, batch.coefficients
    none, n_words = np.zeros(0, np.int32), wires.shape[1]
    n_closed, work, i = 0, 0, 0
    closes, base, rows_held, parities_held = plan.closes, outcomes.base, rows.of, parities.of
    while i < len(code):
        op, a, b, c = code[i, 0], code[i, 1], code[i, 2], code[i, 3]
        while n_closed < len(closes) and closes[n_closed, 0] <= i:
            if parities_held[2]:
                work += release(parities, masks, slots, coefficients, none, none)
            bit = closes[n_closed, 1]
            _settle(batch, outcomes, bit, coefficients[plan.slot[bit]], is_first)
            n_closed += 1
        if plan.flush[i] and rows_held[2]:
            work += release(rows, masks, masks.span_items, wires, low, high)
        if plan.skip_to[i] and low[plan.skip_on[i]] >= high[plan.skip_on[i]]:
            i = plan.skip_to[i]
            continue
        if op == _CNOT:
            first, last = low[a], high[a]
            if first < last:
                for k in range(np.uint64(first), np.uint64(last)):
                    wires[b, k] ^= wires[a, k]
                cover(low, high, b, first, last)
                trim(wires, low, high, b)
                work += last - first
        elif op in (_AND, _TOFFOLI):
            if op == _AND:
                for k in range(np.uint64(low[c]), np.uint64(high[c])):
                    batch.dirty[k] |= wires[c, k]
            first, last = max(low[a], low[b]), min(high[a], high[b])
            if first < last:
                for k in range(np.uint64(first), np.uint64(last)):
                    wires[c, k] ^= wires[a, k] & wires[b, k]
                cover(low, high, c, first, last)
                trim(wires, low, high, c)
                work += last - first
        elif op == _MEASURE_X:
            bit = code[i, 4]
            if plan.pair[i]:
                b, c = code[i + 1, 1], code[i + 1, 2]
                first, last = max(low[b], low[c]), min(high[b], high[c])
                if first >= last:
                    first, last = low[a], high[a]
                elif low[a] < high[a]:
                    first, last = min(first, low[a]), max(last, high[a])
                seen = np.uint64(base[bit])
                for k in range(np.uint64(first), np.uint64(last)):
                    seen |= wires[a, k] ^ (wires[b, k] & wires[c, k])
                if seen:
                    _settle_pair(batch, outcomes, bit, a, b, c, is_first)
                work += last - first
                i += 1
            else:
                for k in range(np.uint64(low[a]), np.uint64(high[a])):
                    coefficients[plan.slot[bit], k] ^= wires[a, k]
                work += high[a] - low[a]
            for k in range(np.uint64(low[a]), np.uint64(high[a])):
                wires[a, k] = 0
            low[a] = high[a] = 0
        elif op == _XOR_ROW:
            for k in range(np.uint64(low[a]), np.uint64(high[a])):
                at = wires[a, k]
                if at and not held_back(rows.row, rows.states, rows_held, code, i, at, k):
                    work += hold(rows, masks, code[i], at, masks.span_items, wires, low, high, k)
        elif op in (_CZ, _CZ_IF, _CZ_PARITY, _Z, _Z_IF):
            first, last = low[a], high[a]
            is_pair = b >= 0
            if is_pair:
                first = max(first, low[b])
                last = max(first, min(last, high[b]))
            for k in range(np.uint64(first), np.uint64(last)):
                at = wires[a, k] & (wires[b, k] if is_pair else _ALL)
                if op in (_CZ_IF, _Z_IF):
                    coefficients[plan.slot[code[i, 4]], k] ^= at
                elif op != _CZ_PARITY:
                    batch.phase[k] ^= at
                elif at:
                    if plan.flips[plan.flips_at[code[i, 5]] + code[i, 4]]:
                        batch.phase[k] ^= at
                    if not held_back(parities.row, parities.states, parities_held, code, i, at, k):
                        work += hold(parities, masks, code[i], at, slots, coefficients, none, none, k)
            work += last - first
        elif op == _X:
            for k in range(n_words):
                wires[a, k] = ~wires[a, k]
            low[a], high[a] = 0, n_words
            trim(wires, low, high, a)
            work += n_words
        elif op in (_ALLOC, _FREE):
            for k in range(np.uint64(low[a]), np.uint64(high[a])):
                batch.dirty[k] |= wires[a, k]
                wires[a, k] = 0
            low[a] = high[a] = 0
        elif op == _PHASE:
            for k in range(n_words):
                batch.phase[k] ^= wires[a, k]
            work += n_words
        elif op == _QUERY:
            query_each(code[i], masks, wires)
            for w in masks.span_items[masks.span_at[c] : masks.span_at[c + 1]]:
                low[w], high[w] = 0, n_words
                trim(wires, low, high, w)
        elif op == _SWAP:
            work += _swap(wires, low, high, _EVERYWHERE, a, b)
        elif op == _CSWAP:
            work += _swap(wires, low, high, a, b, c)
        i += 1
    work += release(rows, masks, masks.span_items, wires, low, high)
    work += release(parities, masks, slots, coefficients, none, none)
    while n_closed < len(closes):
        bit = closes[n_closed, 1]
        _settle(batch, outcomes, bit, coefficients[plan.slot[bit]], is_first)
        n_closed += 1
    return work


@compiled()
def _begin(n_wires, n_slots, states, n_valid, registers):  # type: ignore[no-untyped-def]
    """A batch of `n_valid` states, 64 a word, that the registers hold; all other wires are 0."""
    n_words = states.shape[1]
    batch = Batch(
        np.zeros((n_wires, n_words), np.uint64),
        np.zeros(n_wires, np.int32),
        np.zeros(n_wires, np.int32),
        np.zeros((n_slots, n_words), np.uint64),
        np.zeros(n_words, np.uint64),
        np.zeros(n_words, np.uint64),
        np.zeros(n_words, np.uint64),
        np.full(n_words, _ALL),
    )
    for k in range(n_valid // 64, n_words):
        batch.valid[k] = (_ONE << np.uint64(n_valid - 64 * k)) - _ONE if 64 * k < n_valid else np.uint64(0)
    for i in range(len(registers.before)):
        w = registers.before[i]
        batch.wires[w, :] = states[i, :]
        batch.high[w] = n_words
        trim(batch.wires, batch.low, batch.high, w)
    return batch


@compiled()
def run_batch(code, n_wires, plan, masks, slots, registers, states, n_valid, phase, outcomes, is_first):  # type: ignore[no-untyped-def]
    """Run the code on one batch and compare.

    Args:
        plan: `StretchPlan`. slots: see `execute`.
        states: what the registers hold, a row a wire, shape (w, n_words); the first n_valid are there.
        phase: where it belongs, shape (n_words,). outcomes: written to. is_first: it holds the first state.

    Returns:
        Rows (4, n_words): a register came back changed, a wire that had to be 0 was not, the phase with all
        outcomes 0 is another, a coefficient is not what it is at the first state; and the words that gates
        were executed on.
    """
    batch = _begin(n_wires, plan.n_slots, states, n_valid, registers)
    n_words = states.shape[1]
    rows, parities = none_held(n_words), none_held(n_words)
    work = execute(code, plan, masks, slots, batch, outcomes, rows, parities, is_first)
    found = np.zeros((4, n_words), np.uint64)
    for i in range(len(registers.after)):
        for k in range(n_words):
            found[0, k] |= batch.wires[registers.after[i], k] ^ states[i, k]
    for w in registers.left:
        batch.wires[w, :] = 0
    for w in range(n_wires):
        for k in range(n_words):
            found[1, k] |= batch.wires[w, k]
    for k in range(n_words):
        found[1, k] |= batch.dirty[k]
        found[2, k] = batch.phase[k] ^ phase[k]
        found[3, k] = batch.wrong[k]
        for i in range(4):
            found[i, k] &= batch.valid[k]
    return found, work
