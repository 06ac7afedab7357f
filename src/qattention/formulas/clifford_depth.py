"""Closed forms of Clifford depth: of every load and unload, with any number of Cliffords in a layer.

Under the default rule of `lowering.schedule` otherwise. What XORs of words wait for depends on the words: two
lines whose words share a bit take turns, and a word of zeros takes none. These are the layers for words that
do share bits, a word with its neighbour at least, as wide words do; other tables need fewer. Unloads have a
conditioned gate an address, whatever the words (unless all are zero). Where a docstring says "at most" a few
sizes need fewer layers, too. With at most P Cliffords a layer the depth is also at least the Cliffords
divided by P (`load_cliffords`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from qattention.costs import IntArray, address_bits
from qattention.formulas.line_tree import keeps_tree
from qattention.formulas.measured_unload import served_addresses, unload_split
from qattention.formulas.walk import Blocks, walk_toffoli


def _alone(blocks: Blocks, padded: bool) -> IntArray:
    """One block: its XOR, between two X where another address has to be kept apart."""
    return np.where(padded & (blocks.high > 0), 3, 1)


def select_swap_clifford_depth(n_keys: ArrayLike, block: ArrayLike = 1, padded: bool = False) -> IntArray:
    """Five layers a block of the walk: two to come to it, its XOR, two to leave it. K = 1: the look-up.

    Four more for each And that keeps padding apart.
    """
    blocks = Blocks.of(n_keys, block, padded)
    edge = walk_toffoli(blocks.n_blocks, padded) - walk_toffoli(blocks.n_blocks)
    return np.where(blocks.n_blocks > 1, 5 * blocks.n_blocks - 6 + 4 * edge, _alone(blocks, padded))


def dirty_look_up_clifford_depth(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """Two walks, if K > 1: in the second a last block with nothing but the key's slot has no XOR.

    At most 3 log2 K where one block is all: its slots take turns with the picking.
    """
    blocks, once = Blocks.of(n_keys, block, padded), select_swap_clifford_depth(n_keys, block, padded)
    in_last = np.asarray(n_keys, dtype=np.int64) - ((blocks.n_blocks - 1) << blocks.low)
    twice = np.where(blocks.n_blocks > 1, 2 * once - ((in_last == 1) & (not padded)), 3 * blocks.low)
    return np.where(blocks.slots > 1, twice, once)


def one_hot_clifford_depth(n_keys: ArrayLike, block: ArrayLike = 1, padded: bool = False) -> IntArray:
    """A layer a level of the tree, and one a line: lines end on the same words, so they take turns.

    At most three a level more, less two, where the load erases its tree itself.
    """
    blocks = Blocks.of(n_keys, block, padded)
    levels = address_bits(blocks.n_blocks)
    erased = np.where(keeps_tree(n_keys, block, padded), 0, 3 * levels - 2)
    return np.where(blocks.n_blocks > 1, blocks.n_blocks + levels + 1 + erased, _alone(blocks, padded))


def swap_network_clifford_depth(n_keys: ArrayLike, padded: bool = False) -> IntArray:
    """A constant for the first level, at most four a level there and back: no lines that take turns.

    Exact if padded, or n a power of two.
    """
    n = np.asarray(n_keys, dtype=np.int64)
    return np.where(n > 2, 4 * address_bits(n) + 1, 2 if padded else n)


def bucket_brigade_clifford_depth(
    n_keys: ArrayLike, word_bits: ArrayLike, parallel: bool = False, padded: bool = False
) -> IntArray:
    """The tree's levels, then three layers a bit read, or in parallel a tree of sums there and back.

    In parallel at most one more for an n that is no power of two and is not padded.
    """
    n, m = np.asarray(n_keys, dtype=np.int64), address_bits(n_keys)
    uneven = (np.bitwise_count(n) > 1) & (not padded)
    reads = 2 * m + 3 + uneven if parallel else 3 * n * np.asarray(word_bits)
    return np.where((n > 1) | padded, reads + m + 2, 3)


def measured_unload_clifford_depth(n_keys: ArrayLike, padded: bool = False) -> IntArray:
    """The walk over R blocks of the cheapest fix-up, between making and erasing the one-hot lines.

    A block takes three layers, and two more for each level that the walk comes up to reach it.
    """
    n_rows, m = served_addresses(n_keys, padded), address_bits(n_keys)
    low, _ = unload_split(n_rows)
    steps = -(-n_rows >> low) - 1
    walk = 3 * steps + 2 * (steps - np.bitwise_count(steps))
    lines = 4 * low + 2 - np.minimum(m - low, np.maximum(low, 2))
    return np.where(low > 0, walk + lines, n_rows + 2)


def tree_unload_clifford_depth(n_keys: ArrayLike, block: ArrayLike = 1, padded: bool = False) -> IntArray:
    """Three layers a level of the tree, or four a level of the low bits' lines, whichever takes longer."""
    blocks = Blocks.of(n_keys, block, padded)
    tree, low = 3 * address_bits(blocks.n_blocks) + blocks.low + 1, blocks.low
    return np.where(low > 0, np.maximum(tree + 1, 4 * low + 2), tree)


def one_hot_unload_clifford_depth(n_keys: ArrayLike, block: ArrayLike = 1, padded: bool = False) -> IntArray:
    """Of the unload that belongs to the load: `tree_unload` where it keeps its tree."""
    return np.where(
        keeps_tree(n_keys, block, padded),
        tree_unload_clifford_depth(n_keys, block, padded),
        measured_unload_clifford_depth(n_keys, padded),
    )


_Depths = Callable[[ArrayLike, ArrayLike, int, bool], tuple[IntArray, IntArray]]


def _bucket_brigade(parallel: bool) -> _Depths:
    return lambda n, w, block, padded: (
        bucket_brigade_clifford_depth(n, w, parallel, padded),
        one_hot_unload_clifford_depth(n, 1, padded),
    )


# Loader -> layers of load and unload, of (n, w, block, padded).
CLIFFORD_DEPTHS: dict[str, _Depths] = {
    "qrom": lambda n, w, block, padded: (
        select_swap_clifford_depth(n, 1, padded),
        measured_unload_clifford_depth(n, padded),
    ),
    "qroam": lambda n, w, block, padded: (
        select_swap_clifford_depth(n, block, padded),
        measured_unload_clifford_depth(n, padded),
    ),
    "qroam-dirty": lambda n, w, block, padded: (
        dirty_look_up_clifford_depth(n, block, padded),
        measured_unload_clifford_depth(n, padded),
    ),
    "one-hot": lambda n, w, block, padded: (
        one_hot_clifford_depth(n, block, padded),
        one_hot_unload_clifford_depth(n, block, padded),
    ),
    "one-hot-swap": lambda n, w, block, padded: (
        one_hot_clifford_depth(n, block, padded),
        one_hot_unload_clifford_depth(n, block, padded),
    ),
    "bucket-brigade": _bucket_brigade(parallel=False),
    "bucket-brigade-parallel": _bucket_brigade(parallel=True),
    "swap-network": lambda n, w, block, padded: (
        swap_network_clifford_depth(n, padded),
        measured_unload_clifford_depth(n, padded),
    ),
    "hardware": lambda n, w, block, padded: (np.zeros_like(address_bits(n)),) * 2,
}
