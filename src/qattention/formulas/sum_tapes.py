"""What forms of the inner product play their gates with (`tape`): additions in place, words, their bits."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from qattention.costs import AnyIntArray, IntArray
from qattention.formulas.tape import Pen, Tape
from qattention.formulas.tape_layers import CNOT

Pair = tuple[Tape, Tape]  # there and back; key wires first, then what is held, the sign last


@lru_cache(maxsize=256)
def add_word(n_word: int, n_acc: int) -> Tape:
    """Add a word in place: inputs are the word's bits, then the sum's, least significant first.

    All carries up; then down again, each sum bit set once the carry that it feeds is gone.
    """
    pen = Pen(n_word + n_acc)
    word, acc, carries = range(n_word), range(n_word, n_word + n_acc), [-1] * n_acc

    def addends(i: int) -> list[int]:
        return [*word[i : i + 1], *([carries[i]] if i else [])]

    for i in range(n_acc - 1):
        x, s = addends(i), acc[i]
        if len(x) == 2:
            pen.gate(CNOT, x[0], s)
            pen.gate(CNOT, x[0], x[1])
        carries[i + 1] = pen.made(s, x[-1])
        if len(x) == 2:
            pen.gate(CNOT, x[0], carries[i + 1])
            pen.gate(CNOT, x[0], x[1])
        pen.gate(CNOT, x[-1], s)
    for i in reversed(range(n_acc)):
        x, s = addends(i), acc[i]
        if i < n_acc - 1:
            pen.gate(CNOT, x[-1], s)
            if len(x) == 2:
                pen.gate(CNOT, x[0], x[1])
                pen.gate(CNOT, x[0], carries[i + 1])
            pen.erase(s, x[-1], carries[i + 1])
            if len(x) == 2:
                pen.gate(CNOT, x[0], x[1])
                pen.gate(CNOT, x[0], s)
        for wire in x:
            pen.gate(CNOT, wire, s)
    return pen.tape(range(n_word + n_acc))


def key_words(channel_bits: IntArray) -> list[IntArray]:
    """The key's wires of each component, least significant bit first."""
    ends = np.cumsum(channel_bits)
    return [np.arange(end - 1, end - 1 - b, -1) for end, b in zip(ends, channel_bits, strict=True)]


def bits_of(number: int, wires: IntArray) -> IntArray:
    """The wires where a two's complement number has its ones."""
    return wires[[bool(number >> i & 1) for i in range(len(wires))]]


def ones_among(numbers: AnyIntArray, n_bits: IntArray) -> IntArray:
    """1s among the low bits of each two's complement number."""
    pairs = zip(numbers.tolist(), n_bits.tolist(), strict=True)
    return np.array([(x & ((1 << bits) - 1)).bit_count() for x, bits in pairs], dtype=np.int64)
