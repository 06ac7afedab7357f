"""And's of unary iteration (arXiv:1805.03662, section III.A), and how addresses are cut into blocks."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import ArrayLike

from qattention.costs import IntArray, address_bits, bit_length


def walk_toffoli(n_leaves: ArrayLike, padded: bool = False) -> IntArray:
    """And's of a walk over `n_leaves` addresses: n - 2.

    With `padded` all addresses beyond must be kept apart too: one And more for each 0 below the top bit of
    n - 1, where the tree's right edge has a left child only.
    """
    n = np.asarray(n_leaves, dtype=np.int64)
    last = np.maximum(n - 1, 0)
    edge = bit_length(last) - np.bitwise_count(last) if padded else 0
    return np.where(n > 2, n - 2 + edge, 0)


@attrs.frozen(kw_only=True, eq=False)
class Blocks:
    """How n addresses are cut into blocks; integer arrays.

    Attributes:
        low: l, address bits that pick within a block; at most m.
        high: m - l.
        n_blocks: ceil(n / 2**l).
        slots: words held: 2**l, or n if one block holds all and padding need not read as zero.
    """

    low: IntArray
    high: IntArray
    n_blocks: IntArray
    slots: IntArray

    @classmethod
    def of(cls, n_keys: ArrayLike, block: ArrayLike, padded: bool) -> Blocks:
        """`block` is K, a power of two."""
        n, m = np.asarray(n_keys, dtype=np.int64), address_bits(n_keys)
        low = np.minimum(bit_length(block) - 1, m)
        slots = np.int64(1) << low
        held = slots if padded else np.minimum(slots, n)
        return cls(low=low, high=m - low, n_blocks=-(-n >> low), slots=held)

    def selected(self, padded: bool) -> IntArray:
        """Where there is a high bit to select by: more than one block, or padding to be told from it."""
        return np.asarray((self.n_blocks > 1) | (padded & (self.high > 0)))


def picks_t_depth(slots: ArrayLike) -> IntArray:
    """Toffolis that bring one of `slots` words to the front in place: ceil(log2 slots) layers."""
    return bit_length(np.asarray(slots, dtype=np.int64) - 1)
