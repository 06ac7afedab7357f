"""Closed forms of `OneHotLoad`: a kept tree of lines instead of a walk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import LoaderKind
from qattention.costs import Costs, IntArray, address_bits
from qattention.formulas.line_tree import (
    keeps_tree,
    kept_lines,
    one_hot_unload,
    one_hot_unload_t_depth,
    tree_lines,
    tree_t_depth,
)
from qattention.formulas.loading import bits_of_a_block, coefficient_bits
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
        arguments={},
        has_blocks=has_blocks,
        is_device=False,
        is_stock=False,
        only_asked=False,
        has_fix_up=True,
        xored_bits=coefficient_bits,
        measured_bits=bits_of_a_block,
        load=one_hot_load,
        own_unload=one_hot_unload,
        kept_bits=lambda n, w, block, padded: kept_lines(n, block, padded),
        load_t_depth=lambda n, w, block, padded: one_hot_load_t_depth(n, block, padded),
        own_unload_t_depth=lambda n, w, block, padded: one_hot_unload_t_depth(n, block, padded),
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
