"""`LoaderForm`: load and unload of each key loader by one signature."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.bucket_brigade_load import bucket_brigade_load
from qattention.formulas.costs import AnyIntArray, Costs, IntArray, address_bits
from qattention.formulas.dirty_look_up import dirty_look_up
from qattention.formulas.hardware_load import hardware_load
from qattention.formulas.measured_unload import measured_unload, served_addresses, unload_split
from qattention.formulas.one_hot_load import kept_lines, one_hot_load, one_hot_unload, tree_lines
from qattention.formulas.qrom_load import qrom_load
from qattention.formulas.select_swap_load import Blocks, select_swap_load
from qattention.formulas.swap_network_load import swap_network_load
from qattention.formulas.t_depth import (
    bucket_brigade_t_depth,
    dirty_look_up_t_depth,
    measured_unload_t_depth,
    one_hot_load_t_depth,
    one_hot_unload_t_depth,
    qrom_load_t_depth,
    select_swap_t_depth,
    swap_network_t_depth,
)


@attrs.frozen
class LoaderForm:
    """The closed forms of a loader, on arrays of table sizes.

    Attributes:
        name: as on the command line.
        block: K, a power of two; 1 for a loader without blocks.
        unload_low: address bits that a measured unload makes one-hot; None for the fewest And's. An array
            gives many unloads at once.
    """

    name: str = "qrom"
    block: int = 1
    unload_low: ArrayLike | None = None

    def load(self, n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> Costs:
        """|j> -> |j>|k_j>|junk_j>."""
        return FORMS[self.name].load(n_keys, word_bits, self.block, padded)

    def unload(self, n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> Costs:
        """Key and junk measured, and one fix-up."""
        costs = FORMS[self.name].unload(n_keys, word_bits, self.block, padded)
        if self.unload_low is None:
            return costs
        walks = self.walks(n_keys, word_bits, padded)
        other = measured_unload(n_keys, costs.measurement - costs.toffoli, padded, self.unload_low)
        names = ("toffoli", "measurement", "qubits")
        return Costs(**{name: np.where(walks, getattr(other, name), getattr(costs, name)) for name in names})

    def walks(self, n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> AnyIntArray:
        """Where the unload is a measured one: nothing is kept, and the And's are those of a fix-up."""
        unload = FORMS[self.name].unload(n_keys, word_bits, self.block, padded)
        _, n_ands = unload_split(served_addresses(n_keys, padded))
        return np.asarray((self.kept_bits(n_keys, word_bits, padded) == 0) & (unload.toffoli == n_ands))

    def kept_bits(self, n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> AnyIntArray:
        """Wires held beside the key from load to unload; junk is none of them, it is measured at once."""
        return FORMS[self.name].kept_bits(n_keys, word_bits, self.block, padded)

    def load_t_depth(self, n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> IntArray:
        """T layers of the load under the default rule of `lowering.schedule`."""
        return FORMS[self.name].load_t_depth(n_keys, word_bits, self.block, padded)

    def unload_t_depth(self, n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> IntArray:
        """T layers of the unload."""
        depth = FORMS[self.name].unload_t_depth(n_keys, word_bits, self.block, padded)
        if self.unload_low is None:
            return depth
        other = measured_unload_t_depth(n_keys, padded, self.unload_low)
        return np.where(self.walks(n_keys, word_bits, padded), other, depth)


QROM = LoaderForm()
NOTHING: AnyIntArray = np.zeros((), dtype=np.int64)

_Sized = Callable[[ArrayLike, ArrayLike, int, bool], Costs]
_Depth = Callable[[ArrayLike, ArrayLike, int, bool], IntArray]


def _other_words(n: ArrayLike, w: ArrayLike, block: int, padded: bool) -> AnyIntArray:
    return (Blocks.of(n, block, padded).slots - 1) * np.asarray(w)


def _unload_all(n: ArrayLike, w: ArrayLike, block: int, padded: bool) -> Costs:
    return measured_unload(n, np.asarray(w) + _other_words(n, w, block, padded), padded)


@attrs.frozen
class Form:
    """Load, unload, their T depths and what is kept; by default a measured unload and nothing kept."""

    load: _Sized
    load_t_depth: _Depth
    unload: _Sized = lambda n, w, block, padded: measured_unload(n, w, padded)
    unload_t_depth: _Depth = lambda n, w, block, padded: measured_unload_t_depth(n, padded)
    kept_bits: Callable[[ArrayLike, ArrayLike, int, bool], AnyIntArray] = lambda *sizes: NOTHING


def _bucket_brigade(parallel: bool) -> Form:
    return Form(
        load=lambda n, w, block, padded: bucket_brigade_load(n, w, padded, parallel),
        load_t_depth=lambda n, w, block, padded: bucket_brigade_t_depth(n, w, padded, parallel),
        unload=lambda n, w, block, padded: one_hot_unload(n, w, 1, padded),
        unload_t_depth=lambda n, w, block, padded: one_hot_unload_t_depth(n, 1, padded),
        kept_bits=lambda n, w, block, padded: tree_lines(n, 1, padded),
    )


FORMS: dict[str, Form] = {
    "qrom": Form(
        load=lambda n, w, block, padded: qrom_load(n, w, padded),
        load_t_depth=lambda n, w, block, padded: qrom_load_t_depth(n, padded),
    ),
    "select-swap": Form(
        load=select_swap_load,
        load_t_depth=lambda n, w, block, padded: select_swap_t_depth(n, block, padded),
        unload=_unload_all,
    ),
    "dirty-select-swap": Form(
        load=dirty_look_up,
        load_t_depth=lambda n, w, block, padded: dirty_look_up_t_depth(n, block, padded),
    ),
    "one-hot": Form(
        load=one_hot_load,
        load_t_depth=lambda n, w, block, padded: one_hot_load_t_depth(n, block, padded),
        unload=one_hot_unload,
        unload_t_depth=lambda n, w, block, padded: one_hot_unload_t_depth(n, block, padded),
        kept_bits=lambda n, w, block, padded: kept_lines(n, block, padded),
    ),
    "bucket-brigade": _bucket_brigade(parallel=False),
    "bucket-brigade-parallel": _bucket_brigade(parallel=True),
    "swap-network": Form(
        load=lambda n, w, block, padded: swap_network_load(n, w, padded),
        load_t_depth=lambda n, w, block, padded: swap_network_t_depth(n, padded),
    ),
    "hardware": Form(
        load=lambda n, w, block, padded: hardware_load(n, w),
        load_t_depth=lambda n, w, block, padded: np.zeros_like(address_bits(n)),
        unload=lambda n, w, block, padded: hardware_load(n, w),
        unload_t_depth=lambda n, w, block, padded: np.zeros_like(address_bits(n)),
    ),
}
