"""Closed form of `DirtyLookUp` and its load: blocks looked up twice through borrowed wires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import LoaderKind
from qattention.costs import AnyIntArray, Costs, IntArray, address_bits
from qattention.formulas.loading import MEASURED, coefficient_bits, key_bits, plus_unload
from qattention.formulas.walk import Blocks, picks_t_depth, walk_toffoli


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


def dirty_look_up_t_depth(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """Two walks; each round of 2 log2 K - 1 layers runs beside the way down to the walk's first block.

    An upper bound where one block holds the whole table and is not full.
    """
    blocks = Blocks.of(n_keys, block, padded)
    walk, layers = walk_toffoli(blocks.n_blocks, padded), picks_t_depth(blocks.slots)
    rounds = np.maximum(0, 2 * layers - 1 - np.maximum(0, blocks.high - 1))
    return np.where(layers > 0, 2 * walk + 2 * rounds, walk)


def _xored_bits(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> AnyIntArray:
    """Into the borrowed wires and out of them, but for the key's own slot."""
    blocks, once = Blocks.of(n, block, padded), coefficient_bits(n, w, block, padded)
    own = blocks.n_blocks.astype(object) * np.asarray(w, dtype=object)
    return np.asarray(np.where(blocks.slots > 1, 2 * once - own, once))


def _leading(s: Any) -> Mapping[str, Any]:
    """The borrowed wires are counted."""
    walks = 2 * s.n / s.K
    load = {
        "toffoli": walks + 4 * s.K * s.w,
        "t_depth": walks + 4 * s.log(s.K),
        "clifford_depth": 5 * walks,
        "measurement": walks + s.w,
        "qubits": s.K * s.w,
    }
    return plus_unload(s, load)


KINDS = (
    LoaderKind(
        name="qroam-dirty",
        rank=4,
        bloq=".dirty_select_swap_load:DirtySelectSwapLoad",
        arguments={},
        has_blocks=True,
        is_device=False,
        is_stock=False,
        only_asked=False,
        xored_bits=_xored_bits,
        measured_bits=key_bits,  # the others have been given back
        load=dirty_look_up,
        load_t_depth=lambda n, w, block, padded: dirty_look_up_t_depth(n, block, padded),
        leading=_leading,
        how="by unary iteration into borrowed wires",
        source="Low et al., arXiv:1812.00954",
        limits="An oracle has no idle wires to lend while it loads: they are taken anew, and counted.",
        **MEASURED,
    ),
)
