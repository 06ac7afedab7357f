"""Closed forms of Clifford depth: of a load of n = 2**m keys, with any number of Cliffords in a layer.

Under the default rule of `lowering.schedule` otherwise. What XORs of words wait for depends on the words: two
lines whose words share a bit take turns, and a word of zeros takes none. These are the layers for words that
do share bits, a word with its neighbour at least, as wide words do; other tables need fewer. With at most P
Cliffords a layer the depth is also at least the Cliffords divided by P (`load_cliffords`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import IntArray, address_bits
from qattention.formulas.select_swap_load import Blocks


def select_swap_clifford_depth(n_keys: ArrayLike, block: ArrayLike = 1) -> IntArray:
    """Five layers a block of the walk: two to come to it, its XOR, two to leave it. K = 1: the look-up."""
    return 5 * Blocks.of(n_keys, block, False).n_blocks - 6


def dirty_look_up_clifford_depth(n_keys: ArrayLike, block: ArrayLike) -> IntArray:
    """Two walks, if K > 1."""
    return 2 * select_swap_clifford_depth(n_keys, block)


def one_hot_clifford_depth(n_keys: ArrayLike, block: ArrayLike = 1) -> IntArray:
    """A layer a level of the tree, and one a line: lines end on the same words, so they take turns."""
    n_blocks = Blocks.of(n_keys, block, False).n_blocks
    return n_blocks + address_bits(n_blocks) + 1


def swap_network_clifford_depth(n_keys: ArrayLike) -> IntArray:
    """A constant for the first level, four a level there and back: no lines that take turns."""
    return 4 * address_bits(n_keys) + 1


def bucket_brigade_clifford_depth(
    n_keys: ArrayLike, word_bits: ArrayLike, parallel: bool = False
) -> IntArray:
    """The tree's levels, then three layers a bit read, or in parallel a tree of sums there and back."""
    n, m = np.asarray(n_keys, dtype=np.int64), address_bits(n_keys)
    return 3 * m + 5 if parallel else 3 * n * np.asarray(word_bits) + m + 2
