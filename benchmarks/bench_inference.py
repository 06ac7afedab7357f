"""Algorithm 2 against exact attention by NumPy, in one run, one thread; python benchmarks/bench_inference.py.

Exact is q k^T, softmax, v, the faster of all rows at once and of 512 rows at a time. `finding` is brute force
too: all logits, those at or above each row's given threshold, packed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from qattention.inference import PackedSets, infer, pack

N, DIM, HEAVY, SEED, REPEATS, BLOCK = 4096, 64, 32, 0, 7, 512


def best_of(work: Callable[[], object]) -> float:
    """Seconds of the fastest run after one that warms up."""
    work()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def exact(q, k, v, block):
    """softmax(q k^T) v, `block` rows at a time."""
    out = np.empty_like(v)
    for first in range(0, len(q), block):
        weights = q[first : first + block] @ k.T
        weights -= weights.max(axis=1, keepdims=True)
        np.exp(weights, out=weights)
        out[first : first + block] = (weights @ v) / weights.sum(axis=1, keepdims=True)
    return out


def found(q, k, tau):
    """The find sets of given thresholds, by brute force."""
    starts, keys = [np.zeros(1, np.intp)], []
    for first in range(0, len(q), BLOCK):
        heavy = q[first : first + BLOCK] @ k.T >= tau[first : first + BLOCK, None]
        keys.append(np.nonzero(heavy)[1])
        starts.append(starts[-1][-1] + np.cumsum(heavy.sum(axis=1)))
    return PackedSets(starts=np.concatenate(starts), keys=np.concatenate(keys))


def drawn(n, d, k, dtype):
    """Random q, k, v and find sets of k keys a row."""
    rng = np.random.default_rng(SEED)
    arrays = [rng.normal(size=(n, d)).astype(dtype) for _ in range(3)]
    sets = pack([np.sort(rng.choice(n, k, replace=False)) for _ in range(n)])
    return (arrays[0] / dtype(np.sqrt(d)), *arrays[1:]), sets


def exponent(sizes, build):
    """Slope of log seconds over log size."""
    seconds = []
    for size in sizes:
        arrays, sets = build(size)
        seconds.append(best_of(partial(infer, *arrays, sets)))
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def main() -> None:
    for dtype in (np.float64, np.float32):
        (q, k, v), sets = drawn(N, DIM, HEAVY, dtype)
        tau = np.sort(q @ k.T, axis=1)[:, -HEAVY]
        full = min(best_of(partial(exact, q, k, v, block)) for block in (N, BLOCK))
        given = best_of(partial(infer, q, k, v, sets))
        finding = best_of(partial(found, q, k, tau))
        print(
            f"{N} x {DIM}, k = {HEAVY}, {dtype.__name__}, one thread: exact {full * 1e3:.1f} ms, sparse "
            f"{given * 1e3:.2f} ms: {full / given:.1f} times; finding {finding * 1e3:.1f} ms more: "
            f"{full / (given + finding):.2f} times"
        )
    double = np.float64
    print("n:", f"{exponent([2**12, 2**13, 2**14, 2**15], lambda n: drawn(n, 16, 8, double)):.2f}", end="  ")
    print("k:", f"{exponent([64, 128, 256, 512], lambda k: drawn(1024, 64, k, double)):.2f}", end="  ")
    print("d:", f"{exponent([64, 128, 256, 512], lambda d: drawn(1024, d, 32, double)):.2f}")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
