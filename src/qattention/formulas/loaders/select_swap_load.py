"""Closed form of `SelectSwapLoad`: blocks of K words (arXiv:1812.00954; 1902.02134, appendix B)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import LoaderKind, Margin
from qattention.costs import Costs, IntArray, address_bits
from qattention.formulas.clifford_depth import measured_unload_clifford_depth, select_swap_clifford_depth
from qattention.formulas.load_cliffords import select_swap_cliffords
from qattention.formulas.loading import (
    MEASURED,
    Unloading,
    bits_of_a_block,
    coefficient_bits,
    plus_unload,
)
from qattention.formulas.measured_unload import measured_unload
from qattention.formulas.table_ones import block_ones
from qattention.formulas.walk import Blocks, picks_t_depth, walk_toffoli


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


def select_swap_t_depth(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """The walk over blocks, then the picking."""
    blocks = Blocks.of(n_keys, block, padded)
    return walk_toffoli(blocks.n_blocks, padded) + picks_t_depth(blocks.slots)


def _unload(n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool) -> Costs:
    return measured_unload(n, bits_of_a_block(n, w, block, padded), padded)


def _unload_clifford_depth(
    n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool, per_layer: int | None
) -> IntArray:
    return measured_unload_clifford_depth(n, bits_of_a_block(n, w, block, padded), padded, per_layer)


def _leading(s: Any) -> Mapping[str, Any]:
    blocks = s.n / s.K
    load = {
        "toffoli": blocks + s.K * s.w,
        "t_depth": blocks + s.log(s.K),
        "clifford_depth": 5 * blocks,
        "measurement": blocks + s.K * s.w,
        "qubits": s.K * s.w,
    }
    return plus_unload(s, load)


_UNLOADING: Unloading = {
    **MEASURED,
    "own_unload": _unload,
    "own_unload_clifford_depth": _unload_clifford_depth,
}

KINDS = (
    LoaderKind(
        name="qroam",
        rank=1,
        bloq=".select_swap_load:SelectSwapLoad",
        arguments={},
        has_blocks=True,
        is_device=False,
        is_stock=False,
        only_asked=False,
        inverts=True,
        in_symbols=True,
        xored_bits=coefficient_bits,
        measured_bits=bits_of_a_block,
        load=select_swap_load,
        load_t_depth=lambda n, w, block, padded: select_swap_t_depth(n, block, padded),
        load_cliffords=lambda n, w, block, padded: select_swap_cliffords(n, block, padded),
        load_clifford_depth=select_swap_clifford_depth,
        load_margin=Margin(),
        table_ones=block_ones,
        leading=_leading,
        how="by unary iteration",
        source="Low et al., arXiv:1812.00954; Berry et al., arXiv:1902.02134",
        limits="A whole block is measured: its fix-up XORs K words against the outcomes.",
        **_UNLOADING,
    ),
)
