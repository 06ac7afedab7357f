"""Closed form of `BucketBrigadeLoad`: a tree of lines, and an And a bit of every cell."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import LoaderKind, Margin
from qattention.costs import AnyIntArray, Costs, IntArray, address_bits, bit_length
from qattention.formulas.clifford_depth import (
    PER_LAYER,
    layers_filled,
    layers_full,
    one_hot_unload_clifford_depth,
    tree_grown,
    written_ones,
)
from qattention.formulas.line_tree import (
    one_hot_unload,
    one_hot_unload_t_depth,
    tree_lines,
    tree_t_depth,
)
from qattention.formulas.load_cliffords import one_hot_unload_cliffords
from qattention.formulas.loading import UNLOAD_MARGIN, key_bits, table_bits
from qattention.formulas.table_ones import written_twice
from qattention.formulas.walk import walk_toffoli


def bucket_brigade_load(
    n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False, parallel: bool = False
) -> Costs:
    """|j> -> |j>|k_j>|tree>: n - 2 And's for the lines, n w to read the cells, erased by measurement.

    Lines, cells and key are held, and one And when read serially, n w when in parallel. A single key without
    padding has no lines, and is copied.
    """
    n, w, lines = np.asarray(n_keys), np.asarray(word_bits), tree_lines(n_keys, 1, padded)
    reads = np.where(lines > 0, n * w, 0)
    at_once = reads if parallel else np.minimum(reads, 1)
    return Costs(
        toffoli=walk_toffoli(n, padded) + reads,
        measurement=reads,
        qubits=address_bits(n) + lines + n * w + w + at_once,
    )


def bucket_brigade_t_depth(
    n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False, parallel: bool = False
) -> IntArray:
    """The tree, then one layer, or serially a layer a bit of every cell."""
    n, lines = np.asarray(n_keys, dtype=np.int64), tree_lines(n_keys, 1, padded)
    reads = 1 if parallel else n * np.asarray(word_bits)
    return np.where(lines > 0, tree_t_depth(n, 1, padded) + reads, 0)


def bucket_brigade_cliffords(
    n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False, parallel: bool = False
) -> IntArray:
    """A CNOT a line and an X, two a bit read (in parallel: a tree and back); a key alone is copied."""
    n, w, lines = np.asarray(n_keys), np.asarray(word_bits), tree_lines(n_keys, 1, padded)
    added = (2 * n - 1) * w if parallel else n * w
    return np.where(lines > 0, lines + 1 + added + n * w, w)


def bucket_brigade_clifford_depth(
    n_keys: ArrayLike,
    word_bits: ArrayLike,
    parallel: bool = False,
    padded: bool = False,
    ones: ArrayLike | None = None,
    per_layer: int | None = PER_LAYER,
) -> IntArray:
    """Cells written, for which the tree waits; then three layers a bit read, or a tree of sums and back.

    Read in parallel, an n that is no power of two and is not padded has its lines at different times: up to
    (m - 1) / 2 layers more.
    """
    n, w, m = np.asarray(n_keys, dtype=np.int64), np.asarray(word_bits, dtype=np.int64), address_bits(n_keys)
    cells = written_ones(n * w, ones)
    grown = m + 2 + layers_full(cells, per_layer) + tree_grown(n, m, padded, per_layer)
    if parallel:
        uneven = np.where((np.bitwise_count(n) > 1) & (not padded), (m - 1) // 2, 0)
        reads = _read_at_once(n, w, cells, per_layer) + uneven
    else:
        reads = 3 * n * w
    alone = 2 * layers_filled(cells, per_layer) + layers_filled(w, per_layer)
    return np.where((n > 1) | padded, grown + reads, alone)


def _read_at_once(n: IntArray, w: IntArray, cells: AnyIntArray, per_layer: int | None) -> IntArray:
    """Sums level by level, into the key, and back; all bits measured away while the cells are cleared."""
    sums = np.zeros_like(n * w)
    for level in range(int(np.max(bit_length(n - 1)))):
        pairs = np.maximum(0, -(-(n - (1 << level)) >> (level + 1)))
        sums = sums + layers_filled(pairs * w, per_layer)
    return 2 * sums + layers_filled(w, per_layer) + np.maximum(2, layers_filled(2 * n * w + cells, per_layer))


def _brigade(
    name: str, rank: int, parallel: bool, margin: Margin, leading: Any, how: str, limits: str
) -> LoaderKind:
    return LoaderKind(
        name=name,
        rank=rank,
        bloq=".bucket_brigade_load:BucketBrigadeLoad",
        arguments={"parallel": parallel},
        has_blocks=False,
        is_device=False,
        is_stock=False,
        only_asked=False,
        inverts=False,
        in_symbols=True,
        has_fix_up=True,
        # written, and cleared again
        xored_bits=lambda n, w, block, padded: 2 * table_bits(n, w, block, padded),  # the same bits twice
        measured_bits=key_bits,
        load=lambda n, w, block, padded: bucket_brigade_load(n, w, padded, parallel),
        own_unload=lambda n, w, block, padded: one_hot_unload(n, w, 1, padded),
        # its tree is kept whatever a fix-up from scratch would cost
        kept_bits=lambda n, w, block, padded: tree_lines(n, 1, padded),
        load_t_depth=lambda n, w, block, padded: bucket_brigade_t_depth(n, w, padded, parallel),
        own_unload_t_depth=lambda n, w, block, padded: one_hot_unload_t_depth(n, 1, padded),
        load_cliffords=lambda n, w, block, padded: bucket_brigade_cliffords(n, w, padded, parallel),
        own_unload_cliffords=lambda n, w, block, padded: one_hot_unload_cliffords(n, 1, padded),
        load_clifford_depth=lambda n, w, block, padded, ones, per_layer: bucket_brigade_clifford_depth(
            n, w, parallel, padded, ones, per_layer
        ),
        own_unload_clifford_depth=lambda n, w, block, padded, per_layer: one_hot_unload_clifford_depth(
            n, w, 1, padded, per_layer
        ),
        load_margin=margin,
        unload_margin=UNLOAD_MARGIN,
        table_ones=written_twice,
        leading=leading,
        how=how,
        source="arXiv:1902.01329",
        limits=limits,
    )


KINDS = (
    _brigade(
        name="bucket-brigade",
        rank=8,
        parallel=False,
        margin=Margin(layers=5),
        leading=lambda s: {
            "toffoli": s.n * s.w + s.n,
            "t_depth": s.n * s.w,
            "clifford_depth": 3 * s.n * s.w,
            "measurement": s.n * s.w + s.n,
            "qubits": s.n * s.w,
        },
        how="by a bucket brigade, cells read bit by bit",
        limits="An And a bit of every cell: no cheaper than to read the whole table.",
    ),
    _brigade(
        name="bucket-brigade-parallel",
        rank=9,
        parallel=True,
        margin=Margin(layers=20, percent=3),
        leading=lambda s: {
            "toffoli": s.n * s.w + s.n,
            "t_depth": s.log(s.n),
            "clifford_depth": 5 * s.n * s.w / s.P,
            "measurement": s.n * s.w + s.n,
            "qubits": 2 * s.n * s.w,
        },
        how="by a bucket brigade, all cells read at once",
        limits="An And and two wires a bit of every cell, all active at once.",
    ),
)
