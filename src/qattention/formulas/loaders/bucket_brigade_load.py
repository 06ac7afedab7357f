"""Closed form of `BucketBrigadeLoad`: a tree of lines, and an And a bit of every cell."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qattention.circuit.kinds import LoaderKind
from qattention.costs import Costs, IntArray, address_bits
from qattention.formulas.line_tree import (
    one_hot_unload,
    one_hot_unload_t_depth,
    tree_lines,
    tree_t_depth,
)
from qattention.formulas.loading import key_bits, table_bits
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


def _brigade(name: str, rank: int, parallel: bool, leading: Any, how: str, limits: str) -> LoaderKind:
    return LoaderKind(
        name=name,
        rank=rank,
        bloq=".bucket_brigade_load:BucketBrigadeLoad",
        arguments={"parallel": parallel},
        has_blocks=False,
        is_device=False,
        is_stock=False,
        only_asked=False,
        has_fix_up=True,
        # written, and cleared again
        xored_bits=lambda n, w, block, padded: 2 * table_bits(n, w, block, padded),
        measured_bits=key_bits,
        load=lambda n, w, block, padded: bucket_brigade_load(n, w, padded, parallel),
        own_unload=lambda n, w, block, padded: one_hot_unload(n, w, 1, padded),
        # its tree is kept whatever a fix-up from scratch would cost
        kept_bits=lambda n, w, block, padded: tree_lines(n, 1, padded),
        load_t_depth=lambda n, w, block, padded: bucket_brigade_t_depth(n, w, padded, parallel),
        own_unload_t_depth=lambda n, w, block, padded: one_hot_unload_t_depth(n, 1, padded),
        leading=leading,
        how=how,
        source="arXiv:1902.01329",
        limits=limits,
    )


KINDS = (
    _brigade(
        name="bucket-brigade",
        rank=5,
        parallel=False,
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
        rank=6,
        parallel=True,
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
