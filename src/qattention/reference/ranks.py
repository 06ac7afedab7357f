"""Two questions about rank: is B low-rank, and can d dimensions hold this heavy pattern at all?

Apart from `inspect` because it holds two theorems of the paper on rank, with their constants.
"""

from __future__ import annotations

import math

import numpy as np

from qattention.problem import AttentionHead
from qattention.reference.exact import FloatArray, IndexArray
from qattention.reference.find import FindSets
from qattention.reference.report import NumericalRank, RankObstruction
from qattention.reference.sparse import SparseAttentionMatrix, sparse_attention_matrix

RANK_TOLERANCE = 1e-3  # relative to the largest singular value: finer than any error measured on real heads
RANK_ROWS = 512  # an SVD of 512 x 4096 takes a second; of 4096 x 4096, minutes
PAPER_ETA = 0.1  # Theorem 1.3 (ii): eta in (0, 0.1)


def numerical_rank(head: AttentionHead, sets: FindSets, n_heavy: int) -> NumericalRank:
    """The numerical rank of D(B)^-1 B, fill `one`, against k + 1."""
    n_rows = min(head.n_queries, RANK_ROWS)
    rows = np.unique(np.linspace(0, head.n_queries - 1, n_rows).astype(np.intp))
    b = sparse_attention_matrix(head, [sets[row] for row in rows], "one", rows)
    values = np.linalg.svd(b.weights(np.arange(len(rows))), compute_uv=False)
    rank = int((values > RANK_TOLERANCE * values[0]).sum())
    return NumericalRank(rank=rank, n_heavy_plus_one=n_heavy + 1, n_rows=len(rows), tolerance=RANK_TOLERANCE)


def head_rank_obstruction(
    head: AttentionHead, b: SparseAttentionMatrix, eta: float = PAPER_ETA
) -> RankObstruction:
    """The least head_dim of any head with these heavy logits and its light logits within `eta` of 0.

    M, the logits of the m matched queries and keys, has rank at most d and at least tr(M)^2 / ||M||_F^2
    (Cauchy-Schwarz on its eigenvalues and Frobenius norm); its heavy entries are known, its light ones at
    most eta. With m heavy entries about s in it, k a row, that is m / (k + m (eta / s)^2) (PAPER.md, 3.4).
    """
    from scipy.sparse import csr_array  # takes longer to import than most commands run
    from scipy.sparse.csgraph import maximum_bipartite_matching

    heavy = b.heavy_logits
    pattern = csr_array((np.ones(heavy.nnz, np.int8), heavy.indices, heavy.indptr), shape=heavy.shape)
    partner = maximum_bipartite_matching(pattern, perm_type="column")
    queries = np.flatnonzero(partner >= 0)
    diagonal, squares, n_heavy = _matched_logits(b, queries, partner[queries])
    frobenius = squares + (len(queries) ** 2 - n_heavy) * eta**2
    needed = math.ceil(diagonal.sum() ** 2 / frobenius * (1 - 1e-12)) if frobenius else 0
    return RankObstruction(
        n_matching=len(queries),
        heavy_logit=float(diagonal.mean()) if len(queries) else 0.0,
        eta=eta,
        required_head_dim=needed,
        feasible=needed <= head.head_dim,
    )


def _matched_logits(
    b: SparseAttentionMatrix, queries: IndexArray, keys: IndexArray
) -> tuple[FloatArray, float, int]:
    """Matched heavy logits (m,), the sum of squares of all heavy ones among them, and how many those are."""
    heavy = b.heavy_logits
    position = np.full(heavy.shape[1], -1)
    position[keys] = queries
    row = np.repeat(np.arange(heavy.shape[0]), b.n_heavy)
    inside = np.isin(row, queries) & (position[heavy.indices] >= 0)
    matched = position[heavy.indices] == row
    return heavy.data[matched], float(np.square(heavy.data[inside]).sum()), int(inside.sum())
