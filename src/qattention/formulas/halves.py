"""Closed forms of one-hot lines made as products of the codes of an address's halves (`bloqs.halves`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.costs import AnyIntArray, IntArray, bit_length
from qattention.formulas.clifford_depth import PER_LAYER, layers_filled
from qattention.formulas.line_tree import tree_lines
from qattention.formulas.walk import Blocks, walk_toffoli


class HighBits(NamedTuple):
    """What the lines tell apart: `rows` of `bits` bits; `halved` where by halves, and not by a tree."""

    rows: IntArray
    bits: IntArray
    halved: NDArray[Any]


def high_bits(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> HighBits:
    """Blocks; with `padded` all 2**h where that takes no more And's than a tree over the blocks."""
    blocks = Blocks.of(n_keys, block, padded)
    rows = np.int64(1) << blocks.high if padded else blocks.n_blocks
    no_dearer = rows - blocks.high - 1 <= walk_toffoli(blocks.n_blocks, padded)
    halved = np.asarray((tree_lines(n_keys, block, padded) > 0) & no_dearer)
    return HighBits(np.where(halved, rows, 0), np.where(halved, blocks.high, 0), halved)


def code_lines(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """Lines, by halves or as a tree."""
    rows, _, halved = high_bits(n_keys, block, padded)
    return np.where(halved, rows, tree_lines(n_keys, block, padded))


def code_toffoli(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """R - h - 1 And's for R lines of h bits."""
    rows, bits, halved = high_bits(n_keys, block, padded)
    blocks = Blocks.of(n_keys, block, padded)
    return np.where(halved, rows - bits - 1, walk_toffoli(blocks.n_blocks, padded))


def halves_t_depth(high: HighBits) -> IntArray:
    """T depth: ceil(log2 h), less where a row has no product: its last block's high bits alone tell it."""
    depth = np.zeros_like(high.rows)
    for _, columns, ands, _ in reversed([*_levels(high)]):
        low_depth = bit_length(np.maximum(bit_length(columns), 1) - 1)
        depth = np.where(columns > 0, np.maximum(depth, low_depth) + (ands > 0), depth)
    return depth


def halves_cnots(high: HighBits) -> IntArray:
    """A copy a bit and one, two an And, and the sums of line 0 of every code of high bits."""
    sums = sum((columns for _, columns, _, _ in _levels(high)), start=np.zeros_like(high.rows))
    return high.bits + 1 + 2 * (high.rows - high.bits - 1) + sums


def _levels(high: HighBits) -> Iterator[tuple[IntArray, IntArray, IntArray, IntArray]]:
    """From all bits down: (high rows, low lines but 0, And's, And's of all codes that are made beside it).

    Codes of low bits have all their lines; they are cut in halves as the others are, larger half first.
    """
    rows, bits, beside = high.rows, high.bits, list[IntArray]()
    while np.any(bits > 1):
        cut = bits > 1
        low = np.where(cut, bits // 2, 0)
        upper, columns = np.where(cut, -(-rows >> low), rows), (np.int64(1) << low) - 1
        ands = np.where(cut, rows - upper - columns, 0)
        parts = [(one // 2, one - one // 2) for one in beside]
        others = [((np.int64(1) << a) - 1) * ((np.int64(1) << b) - 1) for a, b in parts]
        yield upper, columns, ands, sum(others, start=ands)
        rows, bits, beside = upper, bits - low, [low, *(half for pair in parts for half in pair)]


def halves_grown(high: HighBits, per_layer: int | None = PER_LAYER) -> IntArray:
    """Clifford layers that make the lines: a bound.

    Of a level as many as it has rounds, or as its CNOTs fill; then its line 0 is summed.
    """
    found = np.where(high.bits > 0, 3, 0)
    for upper, columns, ands, gates in _levels(high):
        rounds = np.where(ands > 0, np.maximum(upper - 1, columns) + 1 + ((upper == 2) & (columns == 1)), 0)
        filled = layers_filled(2 * gates, per_layer)
        found = found + np.maximum(rounds, filled) + np.maximum(columns - 1, 0) + (filled > 1)
    return found


def halves_felled(high: HighBits, per_layer: int | None = PER_LAYER) -> IntArray:
    """Clifford layers that give the lines back: a bound.

    The sum of line 0 is taken back beside the CNOTs, a measurement and a conditioned CZ an And.
    """
    found = np.where(high.bits > 0, 3, 0)
    for upper, columns, ands, gates in _levels(high):
        rounds = columns + np.where(ands > 0, np.maximum(upper - 1, columns) + 2, 0)
        filled = layers_filled(4 * gates + columns, per_layer)
        found = found + np.maximum(rounds, np.where(filled > 1, filled + columns // 4 + 2, 0))
    return found


def halves_cliffords(high: HighBits, back: bool) -> AnyIntArray:
    """CNOTs and an X; back also a conditioned CZ an And."""
    erased = high.rows - high.bits - 1 if back else 0
    return np.where(high.halved, halves_cnots(high) + 1 + erased, 0)
