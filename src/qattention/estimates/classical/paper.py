"""The paper's classical algorithms, timed here beside brute force: half-space reporting and Algorithm 2."""

from __future__ import annotations

import time
from functools import partial

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.estimates.classical.measure import best_of, blas_threads
from qattention.halfspace import build
from qattention.inference import PackedSets, infer

Head = tuple[NDArray[np.floating], NDArray[np.floating]]  # queries, keys
Floats = NDArray[np.float64]

MOST_KEYS, MOST_QUERIES = 2**13, 256
SEED = 0


@attrs.frozen(kw_only=True)
class PaperFigures:
    """Seconds a row, float64, of the classical side of arXiv:2307.08045 and of what it is measured against.

    Attributes:
        data: of what. n_keys, n_queries, n_heavy: what was timed; keys at the promised rank tie.
        threads: of NumPy's BLAS, None if unknown; the compiled loops have one.
        exact_row_s: exact attention: logits, softmax, values.
        brute_find_row_s: logits and those at or above the threshold.
        build_s: of the index, once for all rows. index_find_row_s: one query of it (theorems 1.5, 7.2).
        looks_over_keys: nodes and keys that a query looks at, over n_keys.
        infer_row_s: Algorithm 2 with the find sets given (theorem 6.1).
        quantum_over_row: a row's share of the quantum runtime over index_find_row_s + infer_row_s.
    """

    data: str
    n_keys: int
    n_queries: int
    n_heavy: int
    threads: int | None
    exact_row_s: float
    brute_find_row_s: float
    build_s: float
    index_find_row_s: float
    looks_over_keys: float
    infer_row_s: float
    quantum_over_row: float | None = None


def measure_paper(n_keys: int, head_dim: int, n_heavy: int, head: Head | None = None) -> PaperFigures:
    """Time them on a head's queries and keys, or on random ones, the hardest case for an index."""
    q, k, data = _data(n_keys, head_dim, head)
    v = np.random.default_rng(SEED).normal(size=k.shape)
    top = min(n_heavy, len(k))
    tau = np.partition(q @ k.T, len(k) - top, axis=1)[:, len(k) - top]
    _compiled(q, k, v)
    started = time.perf_counter()
    index = build(k)
    build_s = time.perf_counter() - started
    report = index.query_batch(q, tau)
    sets = report.sets
    n = len(q)
    return PaperFigures(
        data=data,
        n_keys=len(k),
        n_queries=n,
        n_heavy=top,
        threads=blas_threads(),
        exact_row_s=best_of(partial(_exact, q, k, v)) / n,
        brute_find_row_s=best_of(partial(brute_find_sets, q, k, tau)) / n,
        build_s=build_s,
        index_find_row_s=best_of(partial(index.query_batch, q, tau)) / n,
        looks_over_keys=float(report.visits.mean()) / len(k),
        infer_row_s=best_of(partial(infer, q, k, v, sets)) / n,
    )


def brute_find_sets(q: Floats, k: Floats, tau: Floats) -> PackedSets:
    """Each row's set {j : <q_i, k_j> >= tau_i}, all logits written out."""
    heavy = q @ k.T >= tau[:, None]
    starts = np.concatenate(([0], np.cumsum(heavy.sum(axis=1))))
    return PackedSets(starts=starts, keys=np.nonzero(heavy)[1])


def _compiled(q: Floats, k: Floats, v: Floats) -> None:
    """Compile the loops, or load them compiled, before anything is timed."""
    sets = build(k[:2]).query_batch(q[:1], [0.0]).sets
    infer(q[:1], k[:2], v[:2], sets)


def _exact(q: Floats, k: Floats, v: Floats) -> Floats:
    weights = q @ k.T
    weights -= weights.max(axis=1, keepdims=True)
    np.exp(weights, out=weights)
    return np.asarray((weights @ v) / weights.sum(axis=1, keepdims=True))


def _data(n_keys: int, head_dim: int, head: Head | None) -> tuple[Floats, Floats, str]:
    if head is not None:
        q, k = (np.ascontiguousarray(x, dtype=np.float64) for x in head)
        return q[:MOST_QUERIES], k[:MOST_KEYS], "the head's queries and keys"
    rng = np.random.default_rng(SEED)
    shapes = ((MOST_QUERIES, head_dim), (min(n_keys, MOST_KEYS), head_dim))
    q, k = (rng.normal(size=shape) for shape in shapes)
    return q, k, "random normal, the hardest case for an index"
