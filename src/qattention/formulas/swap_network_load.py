"""Closed form of `SwapNetworkLoad`: a tree of choices among all words at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import Costs, IntArray, address_bits


def network_slots(n_keys: ArrayLike, padded: bool = False) -> IntArray:
    """Words side by side: two keys to a slot, or two addresses if padded."""
    n = np.asarray(n_keys, dtype=np.int64)
    return np.int64(1) << (address_bits(n) - 1) if padded else -(-n // 2)


def swap_network_load(n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False) -> Costs:
    """|j> -> |j>|k_j>: an And a bit for each of slots - 1 choices, all erased by measurement.

    Slots, And's and the key itself are held at once; a single slot is the key.
    """
    slots, w = network_slots(n_keys, padded), np.asarray(word_bits)
    n_ands = (slots - 1) * w
    held = np.where(slots > 1, 2 * slots * w, w)
    return Costs(toffoli=n_ands, measurement=n_ands, qubits=address_bits(n_keys) + held)
