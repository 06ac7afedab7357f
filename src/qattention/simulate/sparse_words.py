"""Rows of 64-bit words of which most are 0: each has a range outside which it is, kept tight from its ends.

Rows of tables that are XORed into such rows at single states are held back and turned over, 64 x 64 bits at
a time: a look-up of 64 addresses then costs one operation a wire, not one a bit of the table.

Apart from `exact_kernel` because it is a data structure, and what waits to go into it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled
from qattention.simulate.bitslice import Words

FEW_STATES = 6  # rows held back for a word that are XORed in one by one
MANY_STATES = 16  # states at once for which a row is XORed in at once

_ONE = np.uint64(1)


class Held(NamedTuple):
    """Rows of a table that wait to be XORed in.

    Attributes:
        row: int32, (n_words, 64): the one for state j of word k, where bit j of `states[k]` is 1.
        states: (n_words,).
        of: int64, (3,): span, table and number of words that have any; -1 where nothing is held.
        square: 64 words of scratch.
    """

    row: NDArray[np.int32]
    states: Words
    of: NDArray[np.int64]
    square: Words


@compiled(**BORROWS)
def trim(wires, low, high, w):  # type: ignore[no-untyped-def]
    """Draw the range of row w in, up to its first and last word that is not 0."""
    first, last = low[w], high[w]
    while first < last and wires[w, first] == 0:
        first += 1
    while last > first and wires[w, last - 1] == 0:
        last -= 1
    low[w], high[w] = first, last


@compiled(**BORROWS)
def cover(low, high, w, first, last):  # type: ignore[no-untyped-def]
    """Let the range of row w hold first .. last - 1 too."""
    if low[w] >= high[w]:
        low[w], high[w] = first, last
    else:
        low[w], high[w] = min(low[w], first), max(high[w], last)


@compiled(**BORROWS)
def _ones(word):  # type: ignore[no-untyped-def]
    """Bits of a word that are 1."""
    x = np.uint64(word)
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled(**BORROWS)
def _lowest(word):  # type: ignore[no-untyped-def]
    """Index of the lowest bit that is 1."""
    return _ones(~word & (word - _ONE))


@compiled(**BORROWS)
def _turn(square):  # type: ignore[no-untyped-def]
    """Transpose 64 words of 64 bits in place, bit i of word j against bit j of word i (recursive halves)."""
    width, mask = 32, np.uint64(0xFFFFFFFF)
    while width:
        shift = np.uint64(width)
        for block in range(0, 64, 2 * width):
            for k in range(block, block + width):
                change = ((square[k] >> shift) ^ square[k + width]) & mask
                square[k] ^= change << shift
                square[k + width] ^= change
        width >>= 1
        mask ^= mask << np.uint64(width)


@compiled(**BORROWS)
def _xor_row_at(masks, table, row, items, states, into, k):  # type: ignore[no-untyped-def]
    """XOR a row of a table into word k of the rows that `items` names, at these states."""
    n_words = masks.n_words[table]
    start = masks.table_at[table] + row * n_words
    for part in range(n_words):
        word = masks.words[start + part]
        while word:
            into[items[64 * part + _lowest(word)], k] ^= states
            word &= word - _ONE


@compiled(**BORROWS)
def _pour(masks, table, items, held, states, into, k, square):  # type: ignore[no-untyped-def]
    """XOR row `held[j]` of the table into word k, at each of the `states` j; how many words that touches."""
    n_words, start = masks.n_words[table], masks.table_at[table]
    for part in range(n_words):
        square[:] = 0
        left = states
        while left:
            j = _lowest(left)
            square[j] = masks.words[start + held[j] * n_words + part]
            left &= left - _ONE
        _turn(square)
        for i in range(min(64, len(items) - 64 * part)):
            into[items[64 * part + i], k] ^= square[i]
    return len(items)


@compiled(**BORROWS)
def release(held, masks, items, target, low, high):  # type: ignore[no-untyped-def]
    """XOR all rows that are held into the target; ranges are widened where there are any."""
    if held.of[2] == 0:
        return 0
    span, table, work = held.of[0], held.of[1], 0
    own = items[masks.span_at[span] : masks.span_at[span + 1]]
    first, last = len(held.states), 0
    for k in range(len(held.states)):
        if held.states[k]:
            work += _release_word(held, masks, table, own, target, k)
            first, last = min(first, k), k + 1
    if len(low):
        for w in own:
            cover(low, high, w, first, last)
            trim(target, low, high, w)
    held.of[2] = 0
    return work


@compiled(**BORROWS)
def _release_word(held, masks, table, own, target, k):  # type: ignore[no-untyped-def]
    states, n = held.states[k], _ones(held.states[k])
    held.states[k] = 0
    if n >= FEW_STATES:
        return _pour(masks, table, own, held.row[k], states, target, k, held.square)
    while states:
        j = _lowest(states)
        _xor_row_at(masks, table, held.row[k, j], own, _ONE << np.uint64(j), target, k)
        states &= states - _ONE
    return n * len(own)


@compiled(**BORROWS)
def hold(held, masks, code_row, states, items, target, low, high, k):  # type: ignore[no-untyped-def]
    """Let the row that `code_row` names wait for word k at these states; returns the work done now."""
    work = 0
    span, row, table = code_row[3], code_row[4], code_row[5]
    if held.of[0] != span or held.of[1] != table:
        work = release(held, masks, items, target, low, high)
        held.of[0], held.of[1] = span, table
    if _ones(states) >= MANY_STATES:
        own = items[masks.span_at[span] : masks.span_at[span + 1]]
        _xor_row_at(masks, table, row, own, states, target, k)
        if len(low):
            for w in own:
                cover(low, high, w, k, k + 1)
                trim(target, low, high, w)
        return work + len(own)
    if held.states[k] & states:
        own = items[masks.span_at[span] : masks.span_at[span + 1]]
        if len(low):
            for w in own:
                cover(low, high, w, k, k + 1)
        work += _release_word(held, masks, table, own, target, k)
    held.states[k] |= states
    held.of[2] = 1
    while states:
        held.row[k, _lowest(states)] = row
        states &= states - _ONE
    return work


@compiled(**BORROWS)
def held_back(row, states, held, code, i, at, k):  # type: ignore[no-untyped-def]
    """The plain case of `hold`: one state, for which no row waits, and rows of the same table do."""
    if at & (at - _ONE) or states[k] & at or held[0] != code[i, 3] or held[1] != code[i, 5]:
        return False
    states[k] |= at
    row[k, _lowest(at)] = code[i, 4]
    held[2] = 1
    return True


@compiled()
def none_held(n_words):  # type: ignore[no-untyped-def]
    """No row waits, for any of so many words."""
    return Held(
        np.empty((n_words, 64), np.int32),
        np.zeros(n_words, np.uint64),
        np.array([-1, -1, 0]),
        np.empty(64, np.uint64),
    )
