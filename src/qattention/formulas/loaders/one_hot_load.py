"""Closed forms of `OneHotLoad`: a kept tree of lines instead of a walk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import LoaderKind, Margin
from qattention.costs import Costs, IntArray, address_bits
from qattention.formulas.clifford_depth import (
    PER_LAYER,
    one_block,
    one_hot_unload_clifford_depth,
    tree_felled,
    tree_grown,
)
from qattention.formulas.line_tree import (
    keeps_tree,
    kept_lines,
    one_hot_unload,
    one_hot_unload_t_depth,
    tree_lines,
    tree_t_depth,
)
from qattention.formulas.load_cliffords import one_hot_unload_cliffords
from qattention.formulas.loading import UNLOAD_MARGIN, bits_of_a_block, coefficient_bits
from qattention.formulas.table_ones import block_ones
from qattention.formulas.walk import Blocks, picks_t_depth, walk_toffoli


def one_hot_load(n_keys: ArrayLike, word_bits: ArrayLike, block: ArrayLike, padded: bool = False) -> Costs:
    """|j> -> |j>|k_j>|junk>|tree>: ceil(n / K) - 2 And's for the lines, (K - 1) w Toffolis to pick."""
    blocks, w = Blocks.of(n_keys, block, padded), np.asarray(word_bits)
    n_ands, kept = walk_toffoli(blocks.n_blocks, padded), keeps_tree(n_keys, block, padded)
    return Costs(
        toffoli=n_ands + (blocks.slots - 1) * w,
        measurement=np.where(kept, 0, n_ands),
        qubits=address_bits(n_keys) + blocks.slots * w + tree_lines(n_keys, block, padded),
    )


def one_hot_load_t_depth(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """The tree over blocks, then the picking: at most log2 n layers."""
    return tree_t_depth(n_keys, block, padded) + picks_t_depth(Blocks.of(n_keys, block, padded).slots)


def one_hot_cliffords(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """A CNOT a line and an X; the same and a conditioned CZ an And if the load erases its tree."""
    lines = tree_lines(n_keys, block, padded)
    erased = np.where(keeps_tree(n_keys, block, padded), 0, 2 * lines - 1)
    return np.where(lines > 0, lines + 1 + erased, 0)


def one_hot_clifford_depth(
    n_keys: ArrayLike,
    word_bits: ArrayLike,
    block: ArrayLike = 1,
    padded: bool = False,
    ones: ArrayLike | None = None,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """The tree, a layer a level or what its CNOTs fill, and a layer a line: all end on the same words.

    Three a level more, less two, where the load erases its tree itself.
    """
    blocks = Blocks.of(n_keys, block, padded)
    levels = address_bits(blocks.n_blocks)
    tree = blocks.n_blocks, blocks.high, padded, per_layer
    erased = np.where(keeps_tree(n_keys, block, padded), 0, 3 * levels - 2 + tree_felled(*tree))
    alone = one_block(blocks, word_bits, padded, ones, per_layer)
    walked = blocks.n_blocks + levels + 1 + tree_grown(*tree) + erased
    return np.where(blocks.n_blocks > 1, walked, alone)


def _unload_clifford_depth(
    n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool, per_layer: int | None
) -> IntArray:
    return one_hot_unload_clifford_depth(n, bits_of_a_block(n, w, block, padded), block, padded, per_layer)


def _leading(s: Any) -> Mapping[str, Any]:
    return {
        "toffoli": s.n,
        "t_depth": s.log(s.n),
        "clifford_depth": s.n + 5 * s.n / s.P,
        "measurement": s.n + s.w,
        "qubits": s.n + s.w,
    }


def _leading_of_blocks(s: Any) -> Mapping[str, Any]:
    lines, held = s.n / s.K, s.K * s.w
    return {
        "toffoli": lines + held,
        "t_depth": s.log(s.n) + s.log(s.K),
        "clifford_depth": lines + s.n / s.P,
        "measurement": lines + held,
        "qubits": lines + held,
    }


def _one_hot(name: str, rank: int, has_blocks: bool, leading: Any, source: str, limits: str) -> LoaderKind:
    return LoaderKind(
        name=name,
        rank=rank,
        bloq=".one_hot_load:OneHotLoad",
        arguments={"halves": False},
        has_blocks=has_blocks,
        is_device=False,
        is_stock=False,
        only_asked=False,
        inverts=True,
        in_symbols=True,
        has_fix_up=True,
        xored_bits=coefficient_bits,
        measured_bits=bits_of_a_block,
        load=one_hot_load,
        own_unload=one_hot_unload,
        kept_bits=lambda n, w, block, padded: kept_lines(n, block, padded),
        load_t_depth=lambda n, w, block, padded: one_hot_load_t_depth(n, block, padded),
        own_unload_t_depth=lambda n, w, block, padded: one_hot_unload_t_depth(n, block, padded),
        load_cliffords=lambda n, w, block, padded: one_hot_cliffords(n, block, padded),
        own_unload_cliffords=lambda n, w, block, padded: one_hot_unload_cliffords(n, block, padded),
        load_clifford_depth=one_hot_clifford_depth,
        own_unload_clifford_depth=_unload_clifford_depth,
        load_margin=Margin(layers=5),
        unload_margin=UNLOAD_MARGIN,
        table_ones=block_ones,
        leading=leading,
        how="by a one-hot tree that is kept until the unload",
        source=source,
        limits=limits,
    )


KINDS = (
    _one_hot(
        name="one-hot",
        rank=2,
        has_blocks=False,
        leading=_leading,
        source="Babbush et al., arXiv:1805.03662",
        limits="A line a key is held from load to unload.",
    ),
    _one_hot(
        name="one-hot-swap",
        rank=3,
        has_blocks=True,
        leading=_leading_of_blocks,
        source="Babbush et al., arXiv:1805.03662; Low et al., arXiv:1812.00954",
        limits="A line a block is held from load to unload, and a whole block is measured.",
    ),
)
