"""Plans compared a second at n = 2**20, from closed forms; run as python benchmarks/bench_plans.py.

Cold: a new search of plans, its schedule measured (by simulation) and its row's sums split. Warm: both known,
every loader, block, unload, form, padding and number of rows a load costed anew. Neither takes a key table
or imports Qualtran.
"""

from __future__ import annotations

import sys
import time

from qattention.plan import PlanOptions, choose_plan
from qattention.plan.choose import PlanSearch
from qattention.problem import AttentionProblem

PROBLEM = AttentionProblem(n_queries=2**20, n_keys=2**20, head_dim=128, n_heavy=16)
REPEATS = 5


def seconds_a_table(search: PlanSearch) -> float:
    """Least time of a table whose circuits are costed anew."""
    times = []
    for _ in range(REPEATS):
        search._look_ups.clear()  # what is measured
        started = time.perf_counter()
        search.table(search.row_choices)
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    started = time.perf_counter()
    choose_plan(PROBLEM)
    print(f"choose_plan, cold                 {time.perf_counter() - started:8.2f} s")
    search = PlanSearch(PROBLEM, PlanOptions(rows_per_load="auto"))
    n_plans = len(search.table(search.row_choices))
    best = seconds_a_table(search)
    print(f"{n_plans:5} plans, warm {best:8.4f} s, {n_plans / best:10,.0f} plans/s (aim: 100,000)")
    print("Qualtran imported:", "qualtran" in sys.modules)


if __name__ == "__main__":
    main()
