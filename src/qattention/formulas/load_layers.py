"""Clifford layers of every loader's load and unload, and how far above the gates they may be.

Tests hold every margin against the gates (`tests/lowering/test_clifford_depth.py`).
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.clifford_depth import (
    PER_LAYER,
    bucket_brigade_clifford_depth,
    dirty_look_up_clifford_depth,
    measured_unload_clifford_depth,
    one_hot_clifford_depth,
    one_hot_unload_clifford_depth,
    select_swap_clifford_depth,
    swap_network_clifford_depth,
)
from qattention.formulas.costs import AnyIntArray, IntArray, address_bits
from qattention.formulas.select_swap_load import Blocks


@attrs.frozen
class Margin:
    """How far above the gates a form may be at P = 64: `layers`, or `percent` where that is more.

    Both 0: exact. Never below, for the words that the module names.
    """

    layers: int = 0
    percent: float = 0.0

    @property
    def is_exact(self) -> bool:
        return self.layers == 0 and self.percent == 0


_Depths = Callable[..., tuple[IntArray, IntArray]]


@attrs.frozen(kw_only=True)
class LoadLayers:
    """Clifford layers of a loader's load and unload, as arrays; both of one use of it.

    Attributes:
        depths: of (n, w, block, padded, low, ones, per_layer); use the object as a function.
        load, unload: margins.
    """

    depths: _Depths
    load: Margin = Margin()
    unload: Margin = Margin(layers=7)

    def __call__(
        self,
        n_keys: ArrayLike,
        word_bits: ArrayLike,
        block: ArrayLike = 1,
        padded: bool = False,
        low: ArrayLike | None = None,
        *,
        ones: ArrayLike | None = None,
        per_layer: int | None = PER_LAYER,
    ) -> tuple[IntArray, IntArray]:
        """(load, unload), junk measured with the key: measured before it, the layers of both are the same.

        Args:
            n_keys, word_bits, block, padded: of the table; K is a power of two.
            low: address bits that a measured unload makes one-hot; None for the fewest And's.
            ones: X's that write constants, if they are known (`TableOnes.written`); half of the bits are
                taken to be 1 if not.
            per_layer: Clifford gates a layer at most; None for no bound.
        """
        return self.depths(n_keys, word_bits, block, padded, low, ones, per_layer)


def _all_slots(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> AnyIntArray:
    held: AnyIntArray = Blocks.of(n, block, padded).slots * np.asarray(w)
    return held


def _bucket_brigade(parallel: bool) -> _Depths:
    return lambda n, w, block, padded, low, ones, per_layer: (
        bucket_brigade_clifford_depth(n, w, parallel, padded, ones, per_layer),
        one_hot_unload_clifford_depth(n, w, 1, padded, low, per_layer),
    )


# Loader -> layers of load and unload.
CLIFFORD_DEPTHS: dict[str, LoadLayers] = {
    "qrom": LoadLayers(
        depths=lambda n, w, block, padded, low, ones, per_layer: (
            select_swap_clifford_depth(n, w, 1, padded, ones, per_layer),
            measured_unload_clifford_depth(n, w, padded, low, per_layer),
        )
    ),
    "select-swap": LoadLayers(
        depths=lambda n, w, block, padded, low, ones, per_layer: (
            select_swap_clifford_depth(n, w, block, padded, ones, per_layer),
            measured_unload_clifford_depth(n, _all_slots(n, w, block, padded), padded, low, per_layer),
        )
    ),
    "dirty-select-swap": LoadLayers(
        depths=lambda n, w, block, padded, low, ones, per_layer: (
            dirty_look_up_clifford_depth(n, w, block, padded, ones, per_layer),
            measured_unload_clifford_depth(n, w, padded, low, per_layer),
        ),
        load=Margin(layers=16),
    ),
    "one-hot": LoadLayers(
        depths=lambda n, w, block, padded, low, ones, per_layer: (
            one_hot_clifford_depth(n, w, block, padded, ones, per_layer),
            one_hot_unload_clifford_depth(n, _all_slots(n, w, block, padded), block, padded, low, per_layer),
        ),
        load=Margin(layers=5),
    ),
    "bucket-brigade": LoadLayers(depths=_bucket_brigade(parallel=False), load=Margin(layers=5)),
    "bucket-brigade-parallel": LoadLayers(
        depths=_bucket_brigade(parallel=True), load=Margin(layers=20, percent=3)
    ),
    "swap-network": LoadLayers(
        depths=lambda n, w, block, padded, low, ones, per_layer: (
            swap_network_clifford_depth(n, w, padded, ones, per_layer),
            measured_unload_clifford_depth(n, w, padded, low, per_layer),
        ),
        load=Margin(layers=8, percent=2),
    ),
    "hardware": LoadLayers(
        depths=lambda n, w, block, padded, low, ones, per_layer: (np.zeros_like(address_bits(n)),) * 2,
        unload=Margin(),
    ),
}
