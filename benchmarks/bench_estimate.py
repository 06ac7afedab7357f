"""How long an estimate takes once everything is imported: the reference case and its formulas.

    python benchmarks/bench_estimate.py

Aims: the reference case with its plan chosen and its machines below 2 s, without them below 1 s, its closed
forms below 0.05 s. Compiled kernels are cached on disk: the
first run on a machine builds them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from qattention.circuit import Circuit
from qattention.compiler import ask, bloq_counts, compile_question
from qattention.estimates import estimate_program, with_physical
from qattention.formulas import grover_iterate
from qattention.plan import Plan, plan_totals, typical_rows
from qattention.problem import AttentionProblem

REFERENCE = AttentionProblem(
    n_queries=2**14, n_keys=2**14, head_dim=128, n_heavy=16, key_bits=8, query_bits=8, p_fail=1e-3
)
SMALL = AttentionProblem(n_queries=8, n_keys=8, head_dim=4, n_heavy=2)
HUGE = AttentionProblem(n_queries=2**40, n_keys=2**40, head_dim=128, n_heavy=16)


def timed(label: str, work: Callable[[], Any], aim_s: float | None = None) -> Any:
    """Run `work` once and print wall and processor time."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    aim = "" if aim_s is None else f"   aim {aim_s:g} s: {'met' if wall <= aim_s else 'MISSED'}"
    print(f"{label:48} {wall:8.3f} s wall {cpu:8.3f} s processor{aim}")
    return result


def whole(problem: AttentionProblem) -> None:
    """What `estimate` does: a plan chosen, costed, and its machines."""
    with_physical(estimate_program(compile_question(ask(problem=problem))))


def plain(problem: AttentionProblem) -> Any:
    """By the plan of defaults: nothing is chosen."""
    return estimate_program(compile_question(ask(problem=problem), Plan()))


def main() -> None:
    """Print times, then the reference case's figures."""
    whole(SMALL)  # imports, and kernels from their cache
    timed("plan, estimate and machines 2**14", lambda: whole(REFERENCE), 2.0)
    groups = timed("typical rows", lambda: typical_rows(REFERENCE))
    formula = lambda: grover_iterate(groups.n_keys, groups.sums, Circuit())  # noqa: E731 (timed twice)
    timed("closed form, first time", formula)
    timed("closed form", formula, 0.05)
    program = timed("compile 2**14", lambda: compile_question(ask(problem=REFERENCE), Plan()))
    timed("call graph of an iteration, cold", lambda: bloq_counts(program.iteration))
    timed("compile 2**40", lambda: compile_question(ask(problem=HUGE), Plan()), 1.0)
    timed("totals: searches measured by simulation", lambda: plan_totals(REFERENCE, Plan(), groups))
    found = timed("estimate, search measured already", lambda: plain(REFERENCE))
    other = AttentionProblem(n_queries=2**14, n_keys=2**14, head_dim=128, n_heavy=15)
    timed("estimate, everything but kernels cold", lambda: plain(other), 1.0)
    iteration, total = found.iteration, found.logical.expected
    print(f"\niteration: {iteration.toffoli} Toffoli, {iteration.t} T, {iteration.qubits} qubits")
    print(f"rows: {found.search.iterations_per_row:.4g} iterations each")
    print(f"all: {total.toffoli:.4g} Toffoli, {total.t:.4g} T expected; {found.logical.qubits} qubits")


if __name__ == "__main__":
    main()
