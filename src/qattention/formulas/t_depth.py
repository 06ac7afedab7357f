"""Closed forms of T depth where there are any: of every loader, and its unload.

Under the default rule of `lowering.schedule` (free fan-out, wires reused as in the program). A walk runs its
And's one after another: each waits for the wire that the last one leaves. The one-hot half of an unload runs
beside its walk. The depth of an inner product depends on which adders touch the same key bits: it is replayed
(`tree_replay`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import IntArray, address_bits, bit_length
from qattention.formulas.measured_unload import served_addresses, unload_split
from qattention.formulas.one_hot_load import keeps_tree, tree_lines
from qattention.formulas.qrom_load import walk_toffoli
from qattention.formulas.select_swap_load import Blocks
from qattention.formulas.swap_network_load import network_slots


def qrom_load_t_depth(n_keys: ArrayLike, padded: bool = False) -> IntArray:
    """Every And of the walk is a layer of its own."""
    return walk_toffoli(n_keys, padded)


def one_hot_t_depth(n_bits: ArrayLike) -> IntArray:
    """A layer for each level but the first, which needs no And."""
    return np.maximum(0, np.asarray(n_bits, dtype=np.int64) - 1)


def measured_unload_t_depth(
    n_keys: ArrayLike, padded: bool = False, low: ArrayLike | None = None
) -> IntArray:
    """The walk over the high address bits, the one-hot tree of the `low` ones beside it (best if not given).

    The walk goes down to its first leaf while the tree is made, and goes on when both stand.
    """
    n_rows, m = served_addresses(n_keys, padded), address_bits(n_keys)
    bits = unload_split(n_rows)[0] if low is None else np.minimum(low, m)
    walk = walk_toffoli(-(-n_rows >> bits))
    first_leaf = np.minimum(np.maximum(m - bits - 1, 0), walk)
    return np.maximum(first_leaf, one_hot_t_depth(bits)) + walk - first_leaf


def picks_t_depth(slots: ArrayLike) -> IntArray:
    """Toffolis that bring one of `slots` words to the front in place: ceil(log2 slots) layers."""
    return bit_length(np.asarray(slots, dtype=np.int64) - 1)


def tree_t_depth(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """A layer for each high address bit but the first."""
    lines = tree_lines(n_keys, block, padded)
    return np.where(lines > 0, one_hot_t_depth(Blocks.of(n_keys, block, padded).high), 0)


def select_swap_t_depth(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """The walk over blocks, then the picking."""
    blocks = Blocks.of(n_keys, block, padded)
    return walk_toffoli(blocks.n_blocks, padded) + picks_t_depth(blocks.slots)


def one_hot_load_t_depth(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """The tree over blocks, then the picking: at most log2 n layers."""
    return tree_t_depth(n_keys, block, padded) + picks_t_depth(Blocks.of(n_keys, block, padded).slots)


def one_hot_unload_t_depth(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """The low bits made one-hot, or a fix-up from scratch where the load kept no tree."""
    finish = one_hot_t_depth(Blocks.of(n_keys, block, padded).low)
    return np.where(keeps_tree(n_keys, block, padded), finish, measured_unload_t_depth(n_keys, padded))


def dirty_look_up_t_depth(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """Two walks; each round of 2 log2 K - 1 layers runs beside the way down to the walk's first block.

    An upper bound where one block holds the whole table and is not full.
    """
    blocks = Blocks.of(n_keys, block, padded)
    walk, layers = walk_toffoli(blocks.n_blocks, padded), picks_t_depth(blocks.slots)
    rounds = np.maximum(0, 2 * layers - 1 - np.maximum(0, blocks.high - 1))
    return np.where(layers > 0, 2 * walk + 2 * rounds, walk)


def swap_network_t_depth(n_keys: ArrayLike, padded: bool = False) -> IntArray:
    """A layer for each level but the first; a slot goes through as many as its number has ones."""
    return bit_length(network_slots(n_keys, padded)) - 1


def bucket_brigade_t_depth(
    n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False, parallel: bool = False
) -> IntArray:
    """The tree, then one layer, or serially a layer a bit of every cell."""
    n, lines = np.asarray(n_keys, dtype=np.int64), tree_lines(n_keys, 1, padded)
    reads = 1 if parallel else n * np.asarray(word_bits)
    return np.where(lines > 0, tree_t_depth(n, 1, padded) + reads, 0)
