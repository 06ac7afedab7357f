"""What the machine at hand does: exact attention by NumPy and BLAS, timed."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from qattention.estimates.classical.rates import ClassicalRate, Task

Floats = NDArray[np.float32]

BLOCK = 512  # queries at once: their logits stay in the cache
N_MOST = 4096  # queries that are timed, and keys for so many; the rate calibrates larger heads
MOST_FLOATS = 2**25  # of keys and values together, 128 MiB: what fewer queries leave room for
MOST_REPEATS, ENOUGH_S = 20, 2.0
SEED = 0


def exact_attention(q: Floats, k: Floats, v: Floats) -> Floats:
    """The output softmax(q k^T) v, stable, float32: shapes (n_queries, d), (n_keys, d), (n_keys, d_v)."""
    out = np.empty((len(q), v.shape[1]), dtype=np.float32)
    for first in range(0, len(q), BLOCK):
        weights = q[first : first + BLOCK] @ k.T
        weights -= weights.max(axis=1, keepdims=True)
        np.exp(weights, out=weights)
        out[first : first + BLOCK] = (weights @ v) / weights.sum(axis=1, keepdims=True)
    return out


def find_keys(q: Floats, k: Floats, n_heavy: int) -> NDArray[np.int64]:
    """The n_heavy keys of largest logit of each query, in no order: shape (n_queries, n_heavy)."""
    found = np.empty((len(q), n_heavy), dtype=np.int64)
    for first in range(0, len(q), BLOCK):
        logits = q[first : first + BLOCK] @ k.T
        found[first : first + BLOCK] = np.argpartition(logits, -n_heavy, axis=1)[:, -n_heavy:]
    return found


def measured_search_rate(n_queries: int, n_keys: int, head_dim: int, n_heavy: int) -> ClassicalRate:
    """The same of finding keys: flops of the logits alone over the time of logits and selection."""
    rows, keys = _timed_sizes(n_queries, n_keys, head_dim)
    q, k = _drawn(((rows, head_dim), (keys, head_dim)))
    seconds = best_of(lambda: find_keys(q, k, min(n_heavy, keys)))
    return _rate("numpy-here-search", "search", 2.0 * rows * keys * head_dim, rows, keys, seconds)


def measured_rate(n_queries: int, n_keys: int, head_dim: int, v_dim: int) -> ClassicalRate:
    """The best of repeated runs on random numbers of at most N_MOST queries, and N_MOST**2 pairs."""
    rows, keys = _timed_sizes(n_queries, n_keys, head_dim + v_dim)
    q, k, v = _drawn(((rows, head_dim), (keys, head_dim), (keys, v_dim)))
    seconds = best_of(lambda: exact_attention(q, k, v))
    return _rate("numpy-here", "attention", 2.0 * rows * keys * (head_dim + v_dim), rows, keys, seconds)


def _timed_sizes(n_queries: int, n_keys: int, floats_a_key: int) -> tuple[int, int]:
    rows = min(n_queries, N_MOST)
    return rows, min(n_keys, N_MOST**2 // rows, max(N_MOST, MOST_FLOATS // floats_a_key))


def _drawn(shapes: tuple[tuple[int, int], ...]) -> list[Floats]:
    rng = np.random.default_rng(SEED)
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def _rate(name: str, task: Task, flops: float, rows: int, keys: int, seconds: float) -> ClassicalRate:
    threads = blas_threads()
    told = "threads unknown" if threads is None else f"{threads} thread{'s' if threads > 1 else ''}"
    return ClassicalRate(
        name=name,
        kind="measured",
        what=f"NumPy here, float32, {told}",
        flops_per_s=flops / seconds,
        bytes_per_s=0.0,
        bits=32,
        tasks=(task,),
        source=f"measured: {rows:,} queries and {keys:,} keys in {seconds:.3g} s, the best of several runs",
    )


def best_of(work: Callable[[], object]) -> float:
    """Seconds of the fastest of some runs; the first, which warms up, is not counted if there are more."""
    started = time.perf_counter()
    times: list[float] = []
    while len(times) < MOST_REPEATS:
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
        if time.perf_counter() - started > ENOUGH_S:
            break
    return max(min(times[1:] or times), 1e-9)


def blas_threads() -> int | None:
    """Threads of NumPy's BLAS; None without threadpoolctl (extra `compare`), which tells."""
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return None
    pools = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    return max(pools) if pools else None
