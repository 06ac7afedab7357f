"""Clifford gates of every load and unload, and the classical side of every unload.

A look-up's CNOTs are the ones of what it XORs in: the words, or the coefficients of a block. Half of the bits
are expected to be 1 (`expected_ones`); with the ones of a table given, the counts are exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.costs import AnyIntArray, IntArray, address_bits
from qattention.formulas.line_tree import keeps_tree, tree_lines
from qattention.formulas.loaders.swap_network_load import network_slots
from qattention.formulas.measured_unload import served_addresses, unload_split
from qattention.formulas.one_hot import one_hot_toffoli
from qattention.formulas.walk import Blocks, walk_toffoli

Ints = AnyIntArray


def expected_ones(n_bits: ArrayLike) -> Ints:
    """Half of them, rounded up."""
    ones: Ints = -(-np.asarray(n_bits) // 2)
    return ones


def _walked(n_leaves: ArrayLike, padded: bool) -> IntArray:
    """Of a walk: two CNOTs an And, a conditioned CZ to erase it, and two X at the top."""
    n = np.asarray(n_leaves)
    return 3 * walk_toffoli(n, padded) + np.where((n > 1) | padded, 2, 0)


def select_swap_cliffords(n_keys: ArrayLike, ones: ArrayLike, block: ArrayLike, padded: bool = False) -> Ints:
    """The walk over the blocks and their `ones`; picking has none. K = 1 is the plain look-up."""
    blocks = Blocks.of(n_keys, block, padded)
    selected = (blocks.n_blocks > 1) | (padded & (blocks.high > 0))
    return np.where(selected, _walked(blocks.n_blocks, padded), 0) + np.asarray(ones)


def dirty_look_up_cliffords(
    n_keys: ArrayLike, ones: ArrayLike, rest_ones: ArrayLike, block: ArrayLike, padded: bool = False
) -> Ints:
    """Two walks with more than one slot a block, the second without the key's: `rest_ones` of the ones."""
    once = select_swap_cliffords(n_keys, ones, block, padded)
    again = select_swap_cliffords(n_keys, rest_ones, block, padded)
    return once + np.where(Blocks.of(n_keys, block, padded).slots > 1, again, 0)


def one_hot_cliffords(n_keys: ArrayLike, ones: ArrayLike, block: ArrayLike, padded: bool = False) -> Ints:
    """A CNOT a line and an X; the same and a conditioned CZ an And if the load erases its tree."""
    lines = tree_lines(n_keys, block, padded)
    erased = np.where(keeps_tree(n_keys, block, padded), 0, 2 * lines - 1)
    return np.where(lines > 0, lines + 1 + erased, 0) + np.asarray(ones)


def swap_network_cliffords(
    n_keys: ArrayLike, word_bits: ArrayLike, ones: ArrayLike, padded: bool = False
) -> Ints:
    """`ones` of both rows of the first level, twice unless they are the key itself; then 3 an And, and w."""
    slots, w = network_slots(n_keys, padded), np.asarray(word_bits)
    return np.where(slots > 1, 2 * np.asarray(ones) + 3 * (slots - 1) * w + w, np.asarray(ones))


def bucket_brigade_cliffords(
    n_keys: ArrayLike, word_bits: ArrayLike, ones: ArrayLike, padded: bool = False, parallel: bool = False
) -> Ints:
    """Cells written and cleared, a CNOT a line and an X, two a bit read (in parallel: a tree and back)."""
    n, w, lines = np.asarray(n_keys), np.asarray(word_bits), tree_lines(n_keys, 1, padded)
    added = (2 * n - 1) * w if parallel else n * w
    with_tree = lines + 1 + added + n * w
    return 2 * np.asarray(ones) + np.where(lines > 0, with_tree, w)


def measured_unload_cliffords(n_keys: ArrayLike, padded: bool = False, low: ArrayLike | None = None) -> Ints:
    """A conditioned CZ an address, the walk over the blocks, and the one-hot lines made and erased.

    `low` is l, of the fewest And's if not given.
    """
    n_rows = served_addresses(n_keys, padded)
    bits = unload_split(n_rows)[0] if low is None else np.minimum(low, address_bits(n_keys))
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


def fix_up_bit_ops(n_keys: ArrayLike, measured_bits: ArrayLike) -> Ints:
    """Classical bit XORs of one unload, expected: half of the n rows of all measured bits."""
    rows: Ints = np.asarray(n_keys, dtype=object) * np.asarray(measured_bits, dtype=object)
    return expected_ones(rows)
