"""Closed forms of Clifford depth: of every load and unload, at most P Cliffords in a layer.

Under the default rule of `lowering.schedule`, with P (`per_layer`, None for no bound) as a term: a stage of a
chain of c gates takes c layers, or as many as its gates fill. Here is what several loaders share; every
loader's record says how far above the gates its own forms may be.

What XORs of words wait for depends on the words: two lines whose words share a bit take turns, and a word of
zeros takes none. These are the layers for words that share bits, a word with its neighbour at least, as wide
words do; tables of sparse words need fewer, and of the XORs of random words of w bits about (3 / 4)**w find
room beside another. Words that are written with X's (one block, cells of a
bucket-brigade, a swap network) are taken to be 1 in half of their bits, unless `ones` are given. Unloads have
a conditioned gate an address, whatever the words (unless all are zero).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from qattention.costs import AnyIntArray, IntArray, address_bits
from qattention.formulas.line_tree import keeps_tree, tree_lines
from qattention.formulas.load_cliffords import expected_ones
from qattention.formulas.measured_unload import low_bits, served_addresses
from qattention.formulas.walk import Blocks, walk_toffoli

PER_LAYER = 64  # Clifford gates a layer, as in `lowering.schedule`

_UNBOUNDED = 1 << 62


def layers_filled(gates: AnyIntArray | int, per_layer: int | None) -> IntArray:
    """Layers that so many gates fill."""
    layers: IntArray = -(-np.asarray(gates, dtype=np.int64) // (per_layer or _UNBOUNDED))
    return layers


def layers_beyond(gates: AnyIntArray | int, per_layer: int | None, chain: int = 1) -> IntArray:
    """Layers that gates fill beyond the `chain` that they take anyway."""
    return np.maximum(0, layers_filled(gates, per_layer) - chain)


def layers_full(gates: AnyIntArray | int, per_layer: int | None) -> IntArray:
    """Layers in which nothing but these gates has room."""
    return np.asarray(gates, dtype=np.int64) // (per_layer or _UNBOUNDED)


def _new_lines(rows: IntArray, levels: IntArray, padded: bool) -> Iterator[IntArray]:
    """Lines that each level of a tree over so many rows adds, from the root on; 0 beyond its last level."""
    for level in range(1, int(np.max(levels, initial=0)) + 1):
        left = np.maximum(levels - level, 0)
        before, after = -(-rows >> (left + 1)), -(-rows >> left)
        yield np.where(level <= levels, before if padded else after - before, 0)


def tree_grown(rows: IntArray, levels: IntArray, padded: bool, per_layer: int | None) -> IntArray:
    """Layers beyond one a level in which a tree's CNOTs find room."""
    lines = _new_lines(rows, levels, padded)
    return sum((layers_beyond(new, per_layer) for new in lines), start=np.zeros_like(rows))


def tree_felled(rows: IntArray, levels: IntArray, padded: bool, per_layer: int | None) -> IntArray:
    """The same backwards: beyond a CNOT, a measurement and a conditioned CZ a level."""
    lines = _new_lines(rows, levels, padded)
    return sum((layers_beyond(3 * new, per_layer, 3) for new in lines), start=np.zeros_like(rows))


def written_ones(bits: AnyIntArray | int, ones: ArrayLike | None) -> AnyIntArray:
    """X's that write constants of so many bits."""
    return np.asarray(expected_ones(bits) if ones is None else ones)


def one_block(
    blocks: Blocks, word_bits: ArrayLike, padded: bool, ones: ArrayLike | None, per_layer: int | None
) -> IntArray:
    """One block: one XOR between two X if another address has to be kept apart, else an X a 1."""
    x = layers_filled(written_ones(blocks.slots * np.asarray(word_bits), ones), per_layer)
    return np.where(padded & (blocks.high > 0), 3, x)


def select_swap_clifford_depth(
    n_keys: ArrayLike,
    word_bits: ArrayLike,
    block: ArrayLike = 1,
    padded: bool = False,
    ones: ArrayLike | None = None,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """Five layers a block of the walk: two to come to it, its XOR, two to leave it. K = 1: the look-up.

    Four more for each And that keeps padding apart. Exact: few gates are ready at once.
    """
    blocks = Blocks.of(n_keys, block, padded)
    edge = walk_toffoli(blocks.n_blocks, padded) - walk_toffoli(blocks.n_blocks)
    alone = one_block(blocks, word_bits, padded, ones, per_layer)
    return np.where(blocks.n_blocks > 1, 5 * blocks.n_blocks - 6 + 4 * edge, alone)


def measured_unload_clifford_depth(
    n_keys: ArrayLike,
    measured_bits: ArrayLike = 0,
    padded: bool = False,
    per_layer: int | None = PER_LAYER,
    unload_block: ArrayLike | None = None,
) -> IntArray:
    """The walk over R blocks of a fix-up, between making and erasing the one-hot lines of `low` bits.

    A block takes two layers and those of its addresses' CZs, and two more for each level that the walk comes
    up to reach it; after the last one the walk comes up while the lines are erased. Full layers of
    measurements come before all else. `unload_block` as in `low_bits`.
    """
    rows, m = served_addresses(n_keys, padded), address_bits(n_keys)
    bits = low_bits(n_keys, padded, unload_block)
    lines, steps = np.int64(1) << bits, (-(-rows >> bits)) - 1
    levels_up = np.bitwise_count(steps).astype(np.int64)
    walk = (2 + layers_filled(lines, per_layer)) * steps + 2 * (steps - levels_up)
    head = np.where(bits > 0, bits + 2 - np.minimum(m - bits, np.maximum(bits, 2)), 0)
    erased = tree_felled(lines, bits, False, per_layer)
    late = (layers_filled(lines, per_layer) > 1) + (erased > 0)  # the last lines' CZs fill no whole layer
    tail = np.maximum(3 * bits + erased + late, 2 * levels_up - 1)
    last = layers_beyond(rows - (steps << bits), per_layer)
    found = walk + head + tail + last + tree_grown(lines, bits, False, per_layer)
    return np.where((rows == 1) & (bits == 0), 3, found) + layers_full(np.asarray(measured_bits), per_layer)


def tree_unload_clifford_depth(
    n_keys: ArrayLike,
    measured_bits: ArrayLike = 0,
    block: ArrayLike = 1,
    padded: bool = False,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """The addresses' CZs, then three layers a level of the tree, or four a level of the low bits' lines.

    Whichever takes longer; the gates of the other fill what is left of the layers.
    """
    blocks = Blocks.of(n_keys, block, padded)
    rows, low, lines = blocks.n_blocks, blocks.low, np.int64(1) << blocks.low
    felled = tree_felled(rows, blocks.high, padded, per_layer)
    tree = 3 * address_bits(rows) + low + 1 + (low > 0) + felled + (felled > 0)
    hot = tree_grown(lines, low, False, per_layer) + tree_felled(lines, low, False, per_layer)
    hot = np.where(low > 0, 4 * low + 2 + hot, 0)
    beside = np.where(low > 0, layers_full(3 * np.where(tree > hot, lines, rows), per_layer), 0)
    beyond = tree_lines(n_keys, block, padded) - rows
    served = np.minimum(rows << low, served_addresses(n_keys, padded)) + beyond
    fix_ups = layers_beyond(served, per_layer) + layers_full(np.asarray(measured_bits), per_layer)
    return fix_ups + np.maximum(tree, hot) + beside


def one_hot_unload_clifford_depth(
    n_keys: ArrayLike,
    measured_bits: ArrayLike = 0,
    block: ArrayLike = 1,
    padded: bool = False,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """Of the unload that belongs to the load: `tree_unload` where it keeps its tree."""
    return np.where(
        keeps_tree(n_keys, block, padded),
        tree_unload_clifford_depth(n_keys, measured_bits, block, padded, per_layer),
        measured_unload_clifford_depth(n_keys, measured_bits, padded, per_layer),
    )
