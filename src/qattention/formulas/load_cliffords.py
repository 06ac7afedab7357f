"""Clifford gates that several loads and unloads share, without those that a load XORs in.

These are the 1s of what it XORs in: the words, or the coefficients of a block. Half of the bits are expected
to be 1 (`expected_ones`); with the 1s of a table (`table_ones`) the counts are exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.costs import AnyIntArray, IntArray
from qattention.formulas.line_tree import keeps_tree, tree_lines
from qattention.formulas.measured_unload import low_bits, served_addresses
from qattention.formulas.one_hot import one_hot_toffoli
from qattention.formulas.walk import Blocks, walk_toffoli

Ints = AnyIntArray


def expected_ones(n_bits: ArrayLike) -> Ints:
    """Half of them, rounded up."""
    bits = np.asarray(n_bits)
    if bits.dtype.kind == "u":  # what NumPy makes of a Python integer beyond int64
        bits = bits.astype(object)
    ones: Ints = -(-bits // 2)
    return ones


def _walked(n_leaves: ArrayLike, padded: bool) -> IntArray:
    """Of a walk: two CNOTs an And, a conditioned CZ to erase it, and two X at the top."""
    n = np.asarray(n_leaves)
    return 3 * walk_toffoli(n, padded) + np.where((n > 1) | padded, 2, 0)


def select_swap_cliffords(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """The walk over the blocks; picking has none. K = 1 is the plain look-up."""
    blocks = Blocks.of(n_keys, block, padded)
    return np.where(blocks.selected(padded), _walked(blocks.n_blocks, padded), 0)


def measured_unload_cliffords(
    n_keys: ArrayLike, padded: bool = False, unload_block: ArrayLike | None = None
) -> Ints:
    """A conditioned CZ an address, the walk over the blocks, and the one-hot lines made and erased.

    `unload_block` as in `low_bits`.
    """
    n_rows, bits = served_addresses(n_keys, padded), low_bits(n_keys, padded, unload_block)
    walked = _walked(-(-n_rows >> bits), padded=False) + np.where((n_rows == 1) & (bits == 0), 2, 0)
    return n_rows + walked + _lines(bits)


def one_hot_unload_cliffords(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> Ints:
    """Where the load keeps its tree a conditioned CZ an address or line of padding, and the tree erased."""
    blocks, lines = Blocks.of(n_keys, block, padded), tree_lines(n_keys, block, padded)
    beyond = lines - blocks.n_blocks
    served = np.minimum(blocks.n_blocks << blocks.low, served_addresses(n_keys, padded)) + beyond
    kept = served + _lines(blocks.low) + 2 * lines - 1
    return np.where(keeps_tree(n_keys, block, padded), kept, measured_unload_cliffords(n_keys, padded))


def _lines(bits: ArrayLike) -> Ints:
    """One-hot lines made and erased: three gates an And, four CNOTs and two X."""
    return np.where(np.asarray(bits) > 0, 3 * one_hot_toffoli(bits) + 6, 0)
