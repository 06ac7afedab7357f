"""Closed form of `DirtyLookUp` and its load: blocks looked up twice through borrowed wires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import LoaderKind, Margin
from qattention.costs import AnyIntArray, Costs, IntArray, address_bits
from qattention.formulas.clifford_depth import PER_LAYER, one_block, select_swap_clifford_depth
from qattention.formulas.load_cliffords import select_swap_cliffords
from qattention.formulas.loading import MEASURED, coefficient_bits, key_bits, plus_unload
from qattention.formulas.table_ones import borrowed_ones
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


def dirty_look_up_cliffords(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """Two walks with more than one slot a block."""
    slots = Blocks.of(n_keys, block, padded).slots
    return np.where(slots > 1, 2, 1) * select_swap_cliffords(n_keys, block, padded)


def dirty_look_up_clifford_depth(
    n_keys: ArrayLike,
    word_bits: ArrayLike,
    block: ArrayLike,
    padded: bool = False,
    ones: ArrayLike | None = None,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """Two walks, if K > 1: in the second a last block with nothing but the key's slot has no XOR.

    A bound where one block is all, 3 log2 K and its X's: its slots take turns with the picking.
    """
    blocks = Blocks.of(n_keys, block, padded)
    once = select_swap_clifford_depth(n_keys, word_bits, block, padded, ones, per_layer)
    in_last = np.asarray(n_keys, dtype=np.int64) - ((blocks.n_blocks - 1) << blocks.low)
    alone = one_block(blocks, word_bits, padded, ones, per_layer)
    alone = np.maximum(3 * blocks.low, 2 * alone + 3 * blocks.low - 2)
    twice = np.where(blocks.n_blocks > 1, 2 * once - ((in_last == 1) & (not padded)), alone)
    return np.where(blocks.slots > 1, twice, once)


def _xored_bits(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> tuple[AnyIntArray, ...]:
    """Into the borrowed wires and out of them, but for the key's own slot."""
    (once,), n_blocks = coefficient_bits(n, w, block, padded), Blocks.of(n, block, padded).n_blocks
    return once, np.asarray(once - n_blocks.astype(object) * np.asarray(w, dtype=object))


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
        rank=5,
        bloq=".dirty_select_swap_load:DirtySelectSwapLoad",
        arguments={},
        has_blocks=True,
        is_device=False,
        is_stock=False,
        only_asked=False,
        inverts=False,
        in_symbols=True,
        xored_bits=_xored_bits,
        measured_bits=key_bits,  # the others have been given back
        load=dirty_look_up,
        load_t_depth=lambda n, w, block, padded: dirty_look_up_t_depth(n, block, padded),
        load_cliffords=lambda n, w, block, padded: dirty_look_up_cliffords(n, block, padded),
        load_clifford_depth=dirty_look_up_clifford_depth,
        load_margin=Margin(layers=16),
        table_ones=borrowed_ones,
        leading=_leading,
        how="by unary iteration into borrowed wires",
        source="Low et al., arXiv:1812.00954",
        limits="An oracle has no idle wires to lend while it loads: they are taken anew, and counted.",
        **MEASURED,
    ),
)
