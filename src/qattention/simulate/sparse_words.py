"""Rows of 64-bit words of which most are 0: each has a range outside which it is, kept tight from its ends.

Rows of tables that are XORed into such rows at single states are held back and turned over, 64 x 64 bits at
a time: a look-up of 64 addresses then costs one operation a wire, not one a bit of the table.

Apart from `exact_kernel` because it is a data structure: rows of words that are mostly 0.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from qattention.compiled import BORROWS

FEW_STATES = 6  # rows held back for a word that are XORed in one by one
MANY_STATES = 16  # states at once for which a row is XORed in at once

_ONE = np.uint64(1)


@njit(cache=True, **BORROWS)
def trim(wires, low, high, w):  # type: ignore[no-untyped-def]
    """Draw the range of row w in, up to its first and last word that is not 0."""
    first, last = low[w], high[w]
    while first < last and wires[w, first] == 0:
        first += 1
    while last > first and wires[w, last - 1] == 0:
        last -= 1
    low[w], high[w] = first, last


@njit(cache=True, **BORROWS)
def cover(low, high, w, first, last):  # type: ignore[no-untyped-def]
    """Let the range of row w hold first .. last - 1 too."""
    if low[w] >= high[w]:
        low[w], high[w] = first, last
    else:
        low[w], high[w] = min(low[w], first), max(high[w], last)


@njit(cache=True, **BORROWS)
def ones(word):  # type: ignore[no-untyped-def]
    """Bits of a word that are 1."""
    x = np.uint64(word)
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True, **BORROWS)
def lowest(word):  # type: ignore[no-untyped-def]
    """Index of the lowest bit that is 1."""
    return ones(~word & (word - _ONE))


@njit(cache=True, **BORROWS)
def turn(square):  # type: ignore[no-untyped-def]
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


@njit(cache=True, **BORROWS)
def xor_row_at(masks, table, row, items, states, into, k):  # type: ignore[no-untyped-def]
    """XOR a row of a table into word k of the rows that `items` names, at these states."""
    n_words = masks.n_words[table]
    start = masks.table_at[table] + row * n_words
    for part in range(n_words):
        word = masks.words[start + part]
        while word:
            into[items[64 * part + lowest(word)], k] ^= states
            word &= word - _ONE


@njit(cache=True, **BORROWS)
def pour(masks, table, items, held, states, into, k, square):  # type: ignore[no-untyped-def]
    """XOR row `held[j]` of the table into word k, at each of the `states` j; how many words that touches."""
    n_words, start = masks.n_words[table], masks.table_at[table]
    for part in range(n_words):
        square[:] = 0
        left = states
        while left:
            j = lowest(left)
            square[j] = masks.words[start + held[j] * n_words + part]
            left &= left - _ONE
        turn(square)
        for i in range(min(64, len(items) - 64 * part)):
            into[items[64 * part + i], k] ^= square[i]
    return len(items)
