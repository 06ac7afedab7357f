"""Algorithms 3 and 4 (Theorem 1.5): find sets by half-space reporting, then sparse and rank one inference."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import ArrayLike

from qattention.halfspace.index import build
from qattention.inference import PackedSets, infer_head, pack
from qattention.inference.packed import Indices
from qattention.inference.sums import Floats
from qattention.problem import AttentionHead
from qattention.reference import Fill, n_visible
from qattention.reference.find import threshold_rows

SMALLEST = 32  # keys of a block in a causal head, but for a row's last one


def halfspace_find_sets(head: AttentionHead, tau: ArrayLike) -> PackedSets:
    """S_i = {visible j : <scale q_i, k_j> >= tau_i} of all rows, exact inner products (Algorithm 3).

    In a causal head row i asks the blocks of 2^l keys, aligned, that make up the keys it sees: O(log n)
    indices a row, and nothing hidden is ever reported.

    Args:
        tau: one for all rows, or shape (n_queries,).
    """
    normals, offsets = head.scale * head.q, threshold_rows(tau, head.n_queries)
    if not head.causal:
        return build(head.k).query_batch(normals, offsets).sets
    found: list[list[Indices]] = [[np.empty(0, np.intp)] for _ in range(head.n_queries)]
    for (first, size), rows in _blocks(n_visible(head)).items():
        report = build(head.k[first : first + size]).query_batch(normals[rows], offsets[rows])
        for row, keys in zip(rows, report.sets.unpacked(), strict=True):
            found[row].append(first + keys)
    return pack([np.concatenate(parts) for parts in found])


def halfspace_attention(head: AttentionHead, tau: ArrayLike, fill: Fill = "mean-logit") -> Floats:
    """The paper's classical sparse attention, shape (n_queries, d_v) (Algorithm 4, Theorem 1.5)."""
    return infer_head(head, halfspace_find_sets(head, tau), fill)


def _blocks(n_seen: Indices) -> dict[tuple[int, int], list[int]]:
    """(first key, number of keys) -> the rows that see them all; each row's keys are covered once."""
    rows: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row, seen in enumerate(n_seen.tolist()):
        first, whole = 0, seen - seen % SMALLEST
        for level in range(whole.bit_length() - 1, -1, -1):
            if whole >> level & 1:
                rows[first, 1 << level].append(row)
                first += 1 << level
        if seen > whole:
            rows[whole, seen - whole].append(row)
    return rows
