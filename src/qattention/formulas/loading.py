"""What several loaders' records share: the measured unload, and shapes of their small functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import Margin, SizedCosts, SizedInts, UnloadLayers
from qattention.costs import AnyIntArray, IntArray
from qattention.formulas.clifford_depth import measured_unload_clifford_depth
from qattention.formulas.load_cliffords import measured_unload_cliffords
from qattention.formulas.measured_unload import measured_unload, measured_unload_t_depth, unload_leading
from qattention.formulas.walk import Blocks

UNLOAD_MARGIN = Margin(layers=7)  # of an unload that walks, or that gives a tree back


class Unloading(TypedDict):
    """The fields of a record that an unload decides."""

    has_fix_up: bool
    own_unload: SizedCosts
    own_unload_t_depth: SizedInts
    own_unload_cliffords: SizedInts
    own_unload_clifford_depth: UnloadLayers
    unload_margin: Margin
    kept_bits: SizedInts


def nothing_kept(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> IntArray:
    """No wire is held from load to unload."""
    del n, w, block, padded
    return np.zeros((), dtype=np.int64)


# The key alone is measured, and nothing is kept for it.
MEASURED = Unloading(
    has_fix_up=True,
    own_unload=lambda n, w, block, padded: measured_unload(n, w, padded),
    own_unload_t_depth=lambda n, w, block, padded: measured_unload_t_depth(n, padded),
    own_unload_cliffords=lambda n, w, block, padded: measured_unload_cliffords(n, padded),
    own_unload_clifford_depth=lambda n, w, block, padded, per_layer: measured_unload_clifford_depth(
        n, w, padded, per_layer
    ),
    unload_margin=UNLOAD_MARGIN,
    kept_bits=nothing_kept,
)


def table_bits(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> tuple[AnyIntArray, ...]:
    """Every bit of the table once, n w."""
    del block, padded
    bits: AnyIntArray = np.asarray(n, dtype=object) * np.asarray(w, dtype=object)
    return (np.asarray(bits),)


def key_bits(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> AnyIntArray:
    """Bits w of one key."""
    del block, padded
    return np.broadcast_to(w, np.broadcast_shapes(np.shape(n), np.shape(w)))


def bits_of_a_block(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> AnyIntArray:
    """K w of all that a look-up holds, or n w where one block holds all."""
    return np.asarray(Blocks.of(n, block, padded).slots * np.asarray(w))


def coefficient_bits(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> tuple[AnyIntArray, ...]:
    """Of all blocks: a coefficient a slot (`bloqs.block_table`), the last block's as of a full one."""
    return (Blocks.of(n, block, padded).n_blocks.astype(object) * bits_of_a_block(n, w, block, padded),)


def plus_unload(s: Any, load: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leading terms of a load and of the measured unload after it."""
    unload = unload_leading(s)
    return {name: term + unload[name] for name, term in load.items()}
