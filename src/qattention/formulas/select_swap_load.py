"""Closed form of `SelectSwapLoad`: blocks of K words (arXiv:1812.00954; 1902.02134, appendix B)."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import Costs, IntArray, address_bits, bit_length
from qattention.formulas.qrom_load import walk_toffoli


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


def select_swap_load(
    n_keys: ArrayLike, word_bits: ArrayLike, block: ArrayLike, padded: bool = False
) -> Costs:
    """|j> -> |j>|k_j>|junk>: ceil(n / K) - 2 And's to select a block, (K - 1) w Toffolis to pick the word.

    The walk to the first block holds an And a level but the top one.
    """
    blocks, w = Blocks.of(n_keys, block, padded), np.asarray(word_bits)
    n_ands = walk_toffoli(blocks.n_blocks, padded)
    return Costs(
        toffoli=n_ands + (blocks.slots - 1) * w,
        measurement=n_ands,
        qubits=address_bits(n_keys) + blocks.slots * w + np.maximum(0, blocks.high - 1),
    )
