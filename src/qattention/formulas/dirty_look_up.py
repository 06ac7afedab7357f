"""Closed form of `DirtyLookUp` and its load: blocks looked up twice through borrowed wires."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import Costs, address_bits
from qattention.formulas.qrom_load import walk_toffoli
from qattention.formulas.select_swap_load import Blocks


def dirty_look_up(n_keys: ArrayLike, word_bits: ArrayLike, block: ArrayLike, padded: bool = False) -> Costs:
    """|j>|z>|x> -> |j>|z XOR k_j>|x>, the (K - 1) w borrowed wires counted among the qubits.

    Two walks over ceil(n / K) blocks, and four rounds of (K - 1) w Toffolis without those of two rounds that
    act on the key; with one slot a block a single walk.
    """
    blocks, w = Blocks.of(n_keys, block, padded), np.asarray(word_bits)
    lent = blocks.slots > 1
    n_ands = np.where(lent, 2, 1) * walk_toffoli(blocks.n_blocks, padded)
    n_picks = np.where(lent, 4 * (blocks.slots - 1) - 2 * blocks.low, 0)
    held = blocks.slots * w + np.maximum(0, blocks.high - 1)
    return Costs(toffoli=n_ands + n_picks * w, measurement=n_ands, qubits=address_bits(n_keys) + held)
