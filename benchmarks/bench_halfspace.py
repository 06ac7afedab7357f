"""Half-space reporting: looks and time a query, exponents per d; python benchmarks/bench_halfspace.py.

A look is a node, an angle or a point that a query touches. Queries report 16 points. Theorem 7.2's exponent
of a query is 1 - 1 / floor(d / 2), constants that grow with d left out. One BLAS thread.
"""

from __future__ import annotations

import time

import numpy as np
from threadpoolctl import threadpool_limits

from qattention.halfspace import build
from qattention.problem import load_head, sample_names
from qattention.reference import midway_thresholds

SIZES, QUERIES, REPORTED, CENTRES, SPREAD = [2**9, 2**11, 2**13, 2**15], 50, 16, 32, 0.1


def clustered(n, d):
    """Points about 32 centres."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(CENTRES, d))[rng.integers(CENTRES, size=n)] + SPREAD * rng.normal(size=(n, d))


def spread_out(n, d):
    """One normal cloud, the hardest case."""
    return np.random.default_rng(0).normal(size=(n, d))


def measure(points, a, reported):
    """(mean looks, seconds a query by the index, seconds a query by brute force)."""
    products = a @ points.T
    b = np.partition(products, -reported, axis=1)[:, -reported]
    index = build(points)
    looks = index.query_batch(a, b).visits.mean()
    started = time.perf_counter()
    index.query_batch(a, b)
    indexed = time.perf_counter() - started
    started = time.perf_counter()
    np.nonzero(a @ points.T >= b[:, None])
    return looks, indexed / len(a), (time.perf_counter() - started) / len(a)


def slope(values):
    """Of the log of the values over log n."""
    return float(np.polyfit(np.log(SIZES[: len(values)]), np.log(values), 1)[0])


def main() -> None:
    print("d   points      looks at 2^15  exponent  theorem  us a query  us brute force")
    for d in (3, 4, 5, 6, 7, 8, 16, 64):
        a = np.random.default_rng(1).normal(size=(QUERIES, d))
        for kind in (clustered, spread_out):
            rows = [measure(kind(n, d), a, REPORTED) for n in SIZES]
            looks, indexed, brute = rows[-1]
            theorem = 1 - 1 / max(1, d // 2)
            exponent = slope([row[0] for row in rows])
            print(
                f"{d:<3} {kind.__name__:<11} {looks:12.0f} {exponent:10.2f} {theorem:8.2f}"
                f" {indexed * 1e6:11.1f} {brute * 1e6:12.1f}"
            )
    a = np.random.default_rng(1).normal(size=(QUERIES, 2))
    planar = [[measure(spread_out(n, 2), a, k)[0] for n in SIZES[:-1]] for k in (1, 16, 64)]
    print("plane, looks at n = 2^9, 2^11, 2^13 for k = 1, 16, 64:", np.round(planar, 1).tolist())
    for name in sample_names():
        head = load_head(name)
        index = build(head.k)
        looks = index.query_batch(head.scale * head.q, midway_thresholds(head, REPORTED)).visits.mean()
        print(f"{name}: {looks:.0f} looks a row for {REPORTED} of {head.n_keys} keys (mask aside)")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
