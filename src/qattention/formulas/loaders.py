"""`LoaderForm`: load and unload of each key loader by one signature."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import AnyIntArray, Costs
from qattention.formulas.hardware_load import hardware_load
from qattention.formulas.measured_unload import measured_unload
from qattention.formulas.one_hot_load import kept_lines, one_hot_load, one_hot_unload
from qattention.formulas.qrom_load import qrom_load
from qattention.formulas.select_swap_load import Blocks, select_swap_load
from qattention.formulas.swap_network_load import swap_network_load


@attrs.frozen
class LoaderForm:
    """The closed forms of a loader, on arrays of table sizes.

    Attributes:
        name: as on the command line.
        block: K, a power of two; 1 for a loader without blocks.
    """

    name: str = "qrom"
    block: int = 1

    def load(self, n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> Costs:
        """|j> -> |j>|k_j>|junk_j>."""
        return _FORMS[self.name].load(n_keys, word_bits, self.block, padded)

    def unload(self, n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> Costs:
        """Key and junk measured, and one fix-up."""
        return _FORMS[self.name].unload(n_keys, word_bits, self.block, padded)

    def kept_bits(self, n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> AnyIntArray:
        """Wires held beside the key from load to unload; junk is none of them, it is measured at once."""
        return _FORMS[self.name].kept_bits(n_keys, word_bits, self.block, padded)


QROM = LoaderForm()

_Sized = Callable[[ArrayLike, ArrayLike, int, bool], Costs]


@attrs.frozen
class _Form:
    load: _Sized
    unload: _Sized
    kept_bits: Callable[[ArrayLike, ArrayLike, int, bool], AnyIntArray]


def _other_words(n: ArrayLike, w: ArrayLike, block: int, padded: bool) -> AnyIntArray:
    return (Blocks.of(n, block, padded).slots - 1) * np.asarray(w)


def _unload_all(n: ArrayLike, w: ArrayLike, block: int, padded: bool) -> Costs:
    return measured_unload(n, np.asarray(w) + _other_words(n, w, block, padded), padded)


_FORMS = {
    "qrom": _Form(
        lambda n, w, block, padded: qrom_load(n, w, padded),
        lambda n, w, block, padded: measured_unload(n, w, padded),
        lambda *sizes: np.zeros((), dtype=np.int64),
    ),
    "one-hot": _Form(one_hot_load, one_hot_unload, lambda n, w, block, padded: kept_lines(n, block, padded)),
    "select-swap": _Form(select_swap_load, _unload_all, lambda *sizes: np.zeros((), dtype=np.int64)),
    "hardware": _Form(
        lambda n, w, block, padded: hardware_load(n, w),
        lambda n, w, block, padded: hardware_load(n, w),
        lambda *sizes: np.zeros((), dtype=np.int64),
    ),
    "swap-network": _Form(
        lambda n, w, block, padded: swap_network_load(n, w, padded),
        lambda n, w, block, padded: measured_unload(n, w, padded),
        lambda *sizes: np.zeros((), dtype=np.int64),
    ),
}
