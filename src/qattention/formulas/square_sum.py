"""Closed form of `SquareSum`: <q, k> of two loaded words, by sums and XORs of their bits."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from qattention.costs import Costs, IntArray
from qattention.formulas.compressor import n_fresh_sums


def widest_sum(widths: Sequence[int]) -> int:
    """L: no |<q, k>| over signed words of b_c bits each is greater, sum of 4**(b_c - 1)."""
    return sum(1 << 2 * (bits - 1) for bits in widths)


def square_columns(widths: Sequence[int]) -> int:
    """W: two's complement bits that hold T - 1 - <q, k> of every T in -L .. L + 1, padding's included."""
    return 1 + (2 * widest_sum(widths) + 1).bit_length()


def _heights(widths: Sequence[int]) -> IntArray:
    """Bits that enter each column: pairs of bits of q + k, and one of each of the two words beside."""
    heights = np.full(square_columns(widths), 2, dtype=np.int64)
    for bits in widths:
        for high in range(1, bits + 1):
            heights[high - 1 : 2 * high - 1] += 1
    return heights


@attrs.frozen(kw_only=True)
class SquareFigures:
    """Of one sum.

    Attributes:
        toffoli: And's on the way there; back all are measured away.
        junk: wires that stand beside the two words and the sign.
        word_bits: of either word: the components, and W bits beside.
        widths: b_c of the components.
    """

    widths: tuple[int, ...]
    toffoli: int
    junk: int
    word_bits: int


def square_figures(widths: Sequence[int]) -> SquareFigures:
    """An And a bit of every sum q_c + k_c, then one for every two bits of a column."""
    heights, carried, adders = _heights(widths), 0, 0
    for height in heights[:-1].tolist():
        carried = (height + carried) // 2
        adders += carried
    n_columns = len(heights)
    fresh = int(n_fresh_sums(heights[None], np.zeros((1, n_columns), np.int64), np.array([n_columns]))[0])
    toffoli = sum(widths) + adders
    return SquareFigures(
        widths=tuple(widths), toffoli=toffoli, junk=toffoli + fresh, word_bits=sum(widths) + n_columns
    )


def square_sum(widths: Sequence[int], uncompute: bool = False) -> Costs:
    """|q>|k> -> |q>|k>|<q, k> >= T>|junk>, or back; both words are in use."""
    found = square_figures(widths)
    qubits = 2 * found.word_bits + found.junk + 1
    if uncompute:
        return Costs(measurement=found.toffoli, qubits=qubits)
    return Costs(toffoli=found.toffoli, qubits=qubits)
