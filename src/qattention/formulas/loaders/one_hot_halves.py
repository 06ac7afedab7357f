"""Closed forms of `OneHotLoad` by halves: lines as products of the codes of the address's halves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import LoaderKind, Margin
from qattention.costs import AnyIntArray, Costs, IntArray, address_bits
from qattention.formulas.clifford_depth import (
    PER_LAYER,
    layers_beyond,
    layers_filled,
    layers_full,
    one_hot_unload_clifford_depth,
    tree_felled,
    tree_grown,
)
from qattention.formulas.halves import (
    code_lines,
    code_toffoli,
    halves_cliffords,
    halves_felled,
    halves_grown,
    halves_t_depth,
    high_bits,
)
from qattention.formulas.line_tree import keeps_tree, one_hot_unload, one_hot_unload_t_depth
from qattention.formulas.load_cliffords import measured_unload_cliffords, one_hot_unload_cliffords
from qattention.formulas.loaders.one_hot_load import (
    one_hot_clifford_depth,
    one_hot_cliffords,
    one_hot_load_t_depth,
)
from qattention.formulas.loading import bits_of_a_block, coefficient_bits
from qattention.formulas.measured_unload import served_addresses
from qattention.formulas.one_hot import one_hot_toffoli
from qattention.formulas.table_ones import block_ones
from qattention.formulas.walk import Blocks, picks_t_depth


def halves_load(n_keys: ArrayLike, word_bits: ArrayLike, block: ArrayLike, padded: bool = False) -> Costs:
    """R - h - 1 And's for the lines of R blocks of h bits, (K - 1) w Toffolis to pick."""
    blocks, w = Blocks.of(n_keys, block, padded), np.asarray(word_bits)
    n_ands, kept = code_toffoli(n_keys, block, padded), keeps_tree(n_keys, block, padded)
    return Costs(
        toffoli=n_ands + (blocks.slots - 1) * w,
        measurement=np.where(kept, 0, n_ands),
        qubits=address_bits(n_keys) + blocks.slots * w + code_lines(n_keys, block, padded),
    )


def halves_unload(n_keys: ArrayLike, word_bits: ArrayLike, block: ArrayLike, padded: bool = False) -> Costs:
    """As after a tree: key, junk and lines measured, the low bits made one-hot beside them."""
    tree, kept = one_hot_unload(n_keys, word_bits, block, padded), keeps_tree(n_keys, block, padded)
    blocks = Blocks.of(n_keys, block, padded)
    n_ands, held = one_hot_toffoli(blocks.low), blocks.slots * np.asarray(word_bits)
    low_lines = np.where(blocks.low > 0, np.int64(1) << blocks.low, 0)
    wires = address_bits(n_keys) + code_lines(n_keys, block, padded) + np.maximum(held, low_lines)
    measured = n_ands + held + code_toffoli(n_keys, block, padded)
    return Costs(
        toffoli=tree.toffoli,
        measurement=np.where(kept, measured, tree.measurement),
        qubits=np.where(kept, wires, tree.qubits),
    )


def halves_load_t_depth(n_keys: ArrayLike, block: ArrayLike, padded: bool = False) -> IntArray:
    """The T depth: ceil(log2 h) layers of lines, then the picking."""
    high = high_bits(n_keys, block, padded)
    made = halves_t_depth(high) + picks_t_depth(Blocks.of(n_keys, block, padded).slots)
    return np.where(high.halved, made, one_hot_load_t_depth(n_keys, block, padded))


def _load_cliffords(n: ArrayLike, block: ArrayLike, padded: bool) -> AnyIntArray:
    high, kept = high_bits(n, block, padded), keeps_tree(n, block, padded)
    made = halves_cliffords(high, back=False) + np.where(kept, 0, halves_cliffords(high, back=True))
    return np.where(high.halved, made, one_hot_cliffords(n, block, padded))


def _unload_cliffords(n: ArrayLike, block: ArrayLike, padded: bool) -> AnyIntArray:
    """A conditioned CZ an address or line of padding, the low lines made and erased, the others erased."""
    high, blocks = high_bits(n, block, padded), Blocks.of(n, block, padded)
    served = np.minimum(blocks.n_blocks << blocks.low, served_addresses(n, padded))
    low = np.where(blocks.low > 0, 3 * one_hot_toffoli(blocks.low) + 6, 0)
    kept = served + high.rows - blocks.n_blocks + low + halves_cliffords(high, back=True)
    made = np.where(keeps_tree(n, block, padded), kept, measured_unload_cliffords(n, padded))
    return np.where(high.halved, made, one_hot_unload_cliffords(n, block, padded))


def _load_layers(
    n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool, ones: ArrayLike | None, per_layer: int | None
) -> IntArray:
    """The lines, a layer a block, and the lines given back where the load erases them."""
    high, kept = high_bits(n, block, padded), keeps_tree(n, block, padded)
    erased = np.where(kept, 0, halves_felled(high, per_layer))
    made = Blocks.of(n, block, padded).n_blocks + halves_grown(high, per_layer) + erased
    return np.where(high.halved, made, one_hot_clifford_depth(n, w, block, padded, ones, per_layer))


def _unload_layers(
    n: ArrayLike, w: ArrayLike, block: ArrayLike, padded: bool, per_layer: int | None = PER_LAYER
) -> IntArray:
    """The addresses' CZs, then the lines given back, or the low bits' lines; the other fills what is left."""
    high, blocks, measured = (
        high_bits(n, block, padded),
        Blocks.of(n, block, padded),
        bits_of_a_block(n, w, block, padded),
    )
    low, lines = blocks.low, np.int64(1) << blocks.low
    hot = tree_grown(lines, low, False, per_layer) + tree_felled(lines, low, False, per_layer)
    hot = np.where(low > 0, 4 * low + 2 + hot, 0)
    felled = halves_felled(high, per_layer) + low + 1 + (low > 0)
    beside = np.where(low > 0, layers_filled(3 * np.minimum(lines, 4 * high.rows), per_layer), 0)
    served = np.minimum(blocks.n_blocks << low, served_addresses(n, padded)) + high.rows - blocks.n_blocks
    made = layers_beyond(served, per_layer) + layers_full(np.asarray(measured), per_layer)
    made = made + np.maximum(felled, hot) + beside
    by_halves = high.halved & keeps_tree(n, block, padded)
    return np.where(by_halves, made, one_hot_unload_clifford_depth(n, measured, block, padded, per_layer))


def _leading(s: Any) -> Mapping[str, Any]:
    lines, held = s.n / s.K, s.K * s.w
    return {
        "toffoli": lines + held,
        "t_depth": s.log(s.log(s.n)) + 2 * s.log(s.K),
        "clifford_depth": lines + s.n / s.P,
        "measurement": lines + held,
        "qubits": lines + held,
    }


KINDS = (
    LoaderKind(
        name="one-hot-halves",
        rank=4,
        bloq=".one_hot_load:OneHotLoad",
        arguments={"halves": True},
        has_blocks=True,
        is_device=False,
        is_stock=False,
        only_asked=False,
        has_fix_up=True,
        inverts=False,
        in_symbols=False,
        xored_bits=coefficient_bits,
        measured_bits=bits_of_a_block,
        load=halves_load,
        own_unload=halves_unload,
        kept_bits=lambda n, w, block, padded: np.where(
            keeps_tree(n, block, padded), code_lines(n, block, padded), 0
        ),
        load_t_depth=lambda n, w, block, padded: halves_load_t_depth(n, block, padded),
        own_unload_t_depth=lambda n, w, block, padded: one_hot_unload_t_depth(n, block, padded),
        load_cliffords=lambda n, w, block, padded: _load_cliffords(n, block, padded),
        own_unload_cliffords=lambda n, w, block, padded: _unload_cliffords(n, block, padded),
        load_clifford_depth=_load_layers,
        own_unload_clifford_depth=_unload_layers,
        load_margin=Margin(layers=30, percent=1),
        unload_margin=Margin(layers=30, percent=3),
        table_ones=block_ones,
        leading=_leading,
        how="by products of the one-hot codes of the address's halves, kept until the unload",
        source="this package, in the spirit of Mukhopadhyay, arXiv:2408.16794 (polynomial encodings)",
        limits="A line a block is held from load to unload; its layers take fan-out to sqrt(n / K) lines.",
    ),
)
