"""Closed forms of a tree of one-hot lines that a load may keep, and of `TreeUnload`, which needs it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.costs import Costs, IntArray, address_bits
from qattention.formulas.measured_unload import (
    measured_unload,
    measured_unload_t_depth,
    served_addresses,
    unload_split,
)
from qattention.formulas.one_hot import one_hot_t_depth, one_hot_toffoli
from qattention.formulas.walk import Blocks, walk_toffoli


def tree_lines(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """Lines of the tree: two more than And's; none if there is one block and no padding beside it."""
    blocks = Blocks.of(n_keys, block, padded)
    return np.where(blocks.selected(padded), walk_toffoli(blocks.n_blocks, padded) + 2, 0)


def tree_t_depth(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """A layer for each high address bit but the first."""
    lines = tree_lines(n_keys, block, padded)
    return np.where(lines > 0, one_hot_t_depth(Blocks.of(n_keys, block, padded).high), 0)


def keeps_tree(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> NDArray[Any]:
    """Where 2**l - 2 And's finish the one-hot code no dearer than a fix-up from scratch."""
    finish = one_hot_toffoli(Blocks.of(n_keys, block, padded).low)
    from_scratch = unload_split(served_addresses(n_keys, padded))[1]
    return np.asarray((tree_lines(n_keys, block, padded) > 0) & (finish <= from_scratch))


def kept_lines(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """Lines held from load to unload."""
    return np.where(keeps_tree(n_keys, block, padded), tree_lines(n_keys, block, padded), 0)


def tree_unload(n_keys: ArrayLike, word_bits: ArrayLike, block: ArrayLike, padded: bool = False) -> Costs:
    """Key and junk measured, the low bits made one-hot beside the tree, the tree measured away."""
    blocks = Blocks.of(n_keys, block, padded)
    n_ands, measured = one_hot_toffoli(blocks.low), blocks.slots * np.asarray(word_bits)
    low_lines = np.where(blocks.low > 0, np.int64(1) << blocks.low, 0)
    held = address_bits(n_keys) + tree_lines(n_keys, block, padded)
    return Costs(
        toffoli=n_ands,
        measurement=n_ands + measured + walk_toffoli(blocks.n_blocks, padded),
        qubits=held + np.maximum(measured, low_lines),
    )


def one_hot_unload(n_keys: ArrayLike, word_bits: ArrayLike, block: ArrayLike, padded: bool = False) -> Costs:
    """`tree_unload` where the load keeps its tree, else `measured_unload`."""
    kept, slots = keeps_tree(n_keys, block, padded), Blocks.of(n_keys, block, padded).slots
    tree = tree_unload(n_keys, word_bits, block, padded)
    other = measured_unload(n_keys, slots * np.asarray(word_bits), padded)
    return Costs(
        toffoli=np.where(kept, tree.toffoli, other.toffoli),
        measurement=np.where(kept, tree.measurement, other.measurement),
        qubits=np.where(kept, tree.qubits, other.qubits),
    )


def one_hot_unload_t_depth(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """The low bits made one-hot, or a fix-up from scratch where the load kept no tree."""
    finish = one_hot_t_depth(Blocks.of(n_keys, block, padded).low)
    return np.where(keeps_tree(n_keys, block, padded), finish, measured_unload_t_depth(n_keys, padded))
