"""Approximate search by a well-kept library: how fast, and how much it misses."""

from __future__ import annotations

import time

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.estimates.classical.measure import Floats, best_of

Head = tuple[NDArray[np.floating], NDArray[np.floating]]  # queries, keys

NEIGHBOURS = 32  # links of a node of the graph, the library's own default (HNSW, arXiv:1603.09320)
EFFORT = 64  # candidates kept while searching
MOST_KEYS, MOST_QUERIES = 2**14, 256
SEED = 0


@attrs.frozen(kw_only=True)
class ApproximateFigures:
    """Top-k search by inner product in a graph of neighbours.

    Attributes:
        skipped: why nothing was measured; then all else is None.
        recall: share of the exact top n_heavy that it returns.
        build_s: of the index. query_s: of one query. exact_query_s: of one row of logits and its top n_heavy.
        quantum_over_query: a row's share of the quantum runtime over one query of the index.
    """

    skipped: str | None = None
    library: str | None = None
    n_keys: int | None = None
    n_queries: int | None = None
    data: str | None = None
    recall: float | None = None
    build_s: float | None = None
    query_s: float | None = None
    exact_query_s: float | None = None
    quantum_over_query: float | None = None


def measure_approximate(
    n_keys: int, head_dim: int, n_heavy: int, head: Head | None = None
) -> ApproximateFigures:
    """Build, search, compare with exact logits; on random keys unless `head` (queries, keys) is given."""
    try:
        import faiss
    except ImportError:
        return ApproximateFigures(skipped="faiss is not installed: pip install 'qattention[compare]'")
    q, k, data = _data(n_keys, head_dim, head)
    top = min(n_heavy, len(k))
    begun = time.perf_counter()
    index = faiss.IndexHNSWFlat(k.shape[1], NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efSearch = max(EFFORT, top)
    index.add(k)
    build_s = time.perf_counter() - begun
    found = index.search(q, top)[1]
    exact = np.argpartition(-(q @ k.T), top - 1, axis=1)[:, :top]
    hits = sum(len(np.intersect1d(a, b)) for a, b in zip(found, exact, strict=True))
    return ApproximateFigures(
        library=f"faiss {faiss.__version__}, HNSW, {NEIGHBOURS} links, {index.hnsw.efSearch} candidates",
        n_keys=len(k),
        n_queries=len(q),
        data=data,
        recall=hits / exact.size,
        build_s=build_s,
        query_s=best_of(lambda: index.search(q, top)) / len(q),
        exact_query_s=best_of(lambda: np.argpartition(-(q @ k.T), top - 1, axis=1)) / len(q),
    )


def _data(n_keys: int, head_dim: int, head: Head | None) -> tuple[Floats, Floats, str]:
    if head is not None:
        q, k = (np.ascontiguousarray(x, dtype=np.float32) for x in head)
        return q[:MOST_QUERIES], k[:MOST_KEYS], "the head's queries and keys"
    rng = np.random.default_rng(SEED)
    shapes = ((MOST_QUERIES, head_dim), (min(n_keys, MOST_KEYS), head_dim))
    q, k = (rng.normal(size=shape).astype(np.float32) for shape in shapes)
    return q, k, "random normal, the hardest case for a graph of neighbours"
