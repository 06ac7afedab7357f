"""Closed form of `QROMLoad`: unary iteration over n addresses (arXiv:1805.03662, section III.A)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import Costs, IntArray, address_bits, bit_length


def walk_toffoli(n_leaves: ArrayLike, padded: bool = False) -> IntArray:
    """And's of a walk over `n_leaves` addresses: n - 2.

    With `padded` all addresses beyond must be kept apart too: one And more for each 0 below the top bit of
    n - 1, where the tree's right edge has a left child only.
    """
    n = np.asarray(n_leaves, dtype=np.int64)
    last = np.maximum(n - 1, 0)
    edge = bit_length(last) - np.bitwise_count(last) if padded else 0
    return np.where(n > 2, n - 2 + edge, 0)


def qrom_load(n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> Costs:
    """|j> -> |j>|k_j> for `n_keys` words of `word_bits` bits.

    The walk down to the first leaf holds an And a level but the top one: m - 1 wires.
    """
    toffoli, m = walk_toffoli(n_keys, padded), address_bits(n_keys)
    return Costs(toffoli=toffoli, measurement=toffoli, qubits=2 * m - 1 + np.asarray(word_bits))
