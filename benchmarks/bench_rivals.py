"""What a CPU thread does at both tasks, and an index beside it; python benchmarks/bench_rivals.py.

Exact attention and finding keys (logits, then the 16 largest a row) by NumPy in float32, one BLAS thread, on
4,096 random queries and keys of 128 components; one query's keys from memory; the least call. Processor time,
the best of 25. `rates.toml` records it by the class of the processor alone. The index is faiss's graph of
neighbours, on random keys, its hardest case.
"""

from __future__ import annotations

import time

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from qattention.estimates.classical.approximate import measure_approximate
from qattention.estimates.classical.measure import exact_attention, find_keys

N, D, TOP, RUNS = 4096, 128, 16, 25
READ = 2**18  # keys of a single query: 128 MiB, beyond any cache
CALLS = 1000


def best_s(work):
    """Processor time of the fastest run."""
    times = []
    for _ in range(RUNS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def main() -> None:
    rng = np.random.default_rng(0)
    q, k, v = (rng.normal(size=(N, D)).astype(np.float32) for _ in range(3))
    with threadpool_limits(1):
        kernels = {str(pool.get("architecture")) for pool in threadpool_info() if pool["user_api"] == "blas"}
        print("BLAS kernels:", ", ".join(sorted(kernels)))
        for name, flops, work in (
            ("attention", 4 * N * N * D, lambda: exact_attention(q, k, v)),
            ("finding keys", 2 * N * N * D, lambda: find_keys(q, k, TOP)),
        ):
            seconds = best_s(work)
            print(f"{name}: {seconds:.3g} s, {flops / seconds:.3g} flop/s")
        keys = rng.normal(size=(READ, D)).astype(np.float32)
        seconds = best_s(lambda: keys @ q[0])
        print(f"reading {keys.nbytes:,} bytes of keys: {seconds:.3g} s, {keys.nbytes / seconds:.3g} byte/s")
        one = q[:1]
        for name, call in (("attention", lambda: exact_attention(one, one, one)),
                           ("finding keys", lambda: find_keys(one, one, 1))):  # fmt: skip
            print(f"least call, {name}: {best_s(lambda: [call() for _ in range(CALLS)]) / CALLS:.3g} s")  # noqa: B023
    found = measure_approximate(N, D, TOP)
    each = f"{found.query_s:.3g} s a query, exactly {found.exact_query_s:.3g} s"
    print(f"{found.library}: recall {found.recall:.3f}, {each}")


if __name__ == "__main__":
    main()
