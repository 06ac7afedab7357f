"""Cliffords of every loader's load and unload, and the classical side of its unload, with data or without.

Without data half of the bits are expected to be 1; `TableOnes` has those of a table, for exact counts.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.formulas.costs import AnyIntArray, address_bits
from qattention.formulas.load_cliffords import (
    bucket_brigade_cliffords,
    dirty_look_up_cliffords,
    expected_ones,
    fix_up_bit_ops,
    measured_unload_cliffords,
    one_hot_cliffords,
    one_hot_unload_cliffords,
    select_swap_cliffords,
    swap_network_cliffords,
)
from qattention.formulas.one_hot_load import keeps_tree
from qattention.formulas.select_swap_load import Blocks
from qattention.formulas.swap_network_load import network_slots
from qattention.formulas.table_ones import TableOnes, block_ones, cell_ones, network_ones

_Counts = Callable[[ArrayLike, ArrayLike, ArrayLike, bool, TableOnes], AnyIntArray]


def _tree_unload(n: ArrayLike, block: ArrayLike, padded: bool, low: ArrayLike | None) -> AnyIntArray:
    other = measured_unload_cliffords(n, padded, low)
    return np.where(keeps_tree(n, block, padded), one_hot_unload_cliffords(n, block, padded), other)


def _expected(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> AnyIntArray:
    blocks = Blocks.of(n, block, padded)
    return expected_ones(blocks.n_blocks * blocks.slots * np.asarray(w))


def _expected_rest(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> AnyIntArray:
    blocks = Blocks.of(n, block, padded)
    return expected_ones(blocks.n_blocks * (blocks.slots - 1) * np.asarray(w))


_Sized = Callable[[ArrayLike, ArrayLike, ArrayLike, bool], AnyIntArray]
_Unloads = Callable[[ArrayLike, ArrayLike, bool, ArrayLike | None], AnyIntArray]


@attrs.frozen(kw_only=True)
class LoadGates:
    """Counts of a loader, on arrays of table sizes.

    Attributes:
        load: Cliffords of the load, of (n, w, block, padded, ones).
        unload: of the unload, of (n, block, padded, low): the same whatever is measured.
        expected, rest: 1s expected of what the load XORs in, and of what it XORs in again.
        has_blocks: whether K words are held, of which an unload measures all.
        has_fix_up: whether an unload measures anything.
        ones: those of a table of bits, shape (n, w), of (bits, block, padded).
    """

    load: _Counts
    unload: _Unloads = lambda n, block, padded, low: measured_unload_cliffords(n, padded, low)
    expected: _Sized = _expected
    rest: _Sized = lambda n, *sizes: np.zeros_like(address_bits(n))
    has_blocks: bool = False
    has_fix_up: bool = True
    ones: Callable[[NDArray[np.bool_], int, bool], TableOnes] = cell_ones

    def cliffords(
        self,
        n_keys: ArrayLike,
        word_bits: ArrayLike,
        block: ArrayLike = 1,
        padded: bool = False,
        low: ArrayLike | None = None,
        ones: TableOnes | None = None,
    ) -> tuple[AnyIntArray, AnyIntArray]:
        """(load, unload): exact for the `ones` of a table, else with half of its bits 1."""
        sizes = (n_keys, word_bits, block, padded)
        known = ones or TableOnes(xored=self.expected(*sizes), rest=self.rest(*sizes))
        return self.load(*sizes, known), self.unload(n_keys, block, padded, low)

    def measured_bits(
        self, n_keys: ArrayLike, word_bits: ArrayLike, block: ArrayLike = 1, padded: bool = False
    ) -> AnyIntArray:
        """Bits of key and junk that one unload measures."""
        slots = Blocks.of(n_keys, block, padded).slots if self.has_blocks else 1
        return np.asarray(self.has_fix_up * slots * np.asarray(word_bits))

    def bit_ops(
        self,
        n_keys: ArrayLike,
        word_bits: ArrayLike,
        block: ArrayLike = 1,
        padded: bool = False,
        ones: TableOnes | None = None,
    ) -> AnyIntArray:
        """Classical bit XORs of one unload: the 1s of all that is measured, half of its bits expected."""
        if ones is not None:
            return np.asarray(np.asarray(ones.measured) * self.has_fix_up)
        return fix_up_bit_ops(n_keys, self.measured_bits(n_keys, word_bits, block, padded))


def _bucket_brigade(parallel: bool) -> LoadGates:
    return LoadGates(
        load=lambda n, w, block, padded, ones: bucket_brigade_cliffords(n, w, ones.xored, padded, parallel),
        unload=lambda n, block, padded, low: _tree_unload(n, 1, padded, low),
        expected=lambda n, w, block, padded: expected_ones(np.asarray(n) * np.asarray(w)),
    )


# Loader -> counts.
LOAD_GATES: dict[str, LoadGates] = {
    "qrom": LoadGates(
        load=lambda n, w, block, padded, ones: select_swap_cliffords(n, ones.xored, 1, padded),
        expected=lambda n, w, block, padded: _expected(n, w, 1, padded),
    ),
    "select-swap": LoadGates(
        load=lambda n, w, block, padded, ones: select_swap_cliffords(n, ones.xored, block, padded),
        has_blocks=True,
        ones=lambda bits, block, padded: block_ones(bits, block, padded, measures_all=True),
    ),
    "dirty-select-swap": LoadGates(
        load=lambda n, w, block, padded, ones: dirty_look_up_cliffords(
            n, ones.xored, ones.rest, block, padded
        ),
        rest=_expected_rest,
        ones=lambda bits, block, padded: block_ones(bits, block, padded, measures_all=False),
    ),
    "one-hot": LoadGates(
        load=lambda n, w, block, padded, ones: one_hot_cliffords(n, ones.xored, block, padded),
        unload=_tree_unload,
        has_blocks=True,
        ones=lambda bits, block, padded: block_ones(bits, block, padded, measures_all=True),
    ),
    "bucket-brigade": _bucket_brigade(parallel=False),
    "bucket-brigade-parallel": _bucket_brigade(parallel=True),
    "swap-network": LoadGates(
        load=lambda n, w, block, padded, ones: swap_network_cliffords(n, w, ones.xored, padded),
        expected=lambda n, w, block, padded: (
            (1 + ((np.asarray(n) > 1) | padded)) * expected_ones(network_slots(n, padded) * np.asarray(w))
        ),
        ones=network_ones,
    ),
    "hardware": LoadGates(
        load=lambda n, w, block, padded, ones: np.zeros_like(address_bits(n)),
        unload=lambda n, block, padded, low: np.zeros_like(address_bits(n)),
        has_fix_up=False,
    ),
}
