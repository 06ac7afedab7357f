"""The front of plans and the scaling verdict: what they are of, and nothing announced that is not there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from qattention.plan.plan import Plan
from qattention.problem import AttentionProblem
from qattention.render.front_tables import front_file, front_table
from qattention.render.scaling_tables import scaling_lines, scaling_tables


def front() -> Any:
    problem = AttentionProblem(n_queries=4096, n_keys=8192, head_dim=64, n_heavy=8)
    costs = [(700, 4e9, 3e9), (900, 2e9, 1e9)]
    points = tuple(
        SimpleNamespace(plan=Plan(), qubits=q, toffoli=t, t_depth=depth, qubit_seconds=None, best=())
        for q, t, depth in costs
    )
    return SimpleNamespace(problem=problem, points=points, n_plans=9, n_within=9)


def test_a_front_says_which_problem_it_is_of() -> None:
    sizes = "4,096 queries, 8,192 keys, d = 64, k = 8"
    assert front_table(front()).title.endswith(sizes)
    assert f"Plans that none beats: {sizes}" in str(front_file(front(), "svg"))


def verdict(loader: str, assumption: str | None) -> Any:
    exponents = SimpleNamespace(n=2.5, k=0.5, d=0.0, b=0.0)
    return SimpleNamespace(
        algorithm="row-by-row",
        loader=loader,
        cost="t",
        leading="n^2.5 k^0.5",
        fitted=exponents,
        stderr=exponents,
        certificate=None,
        total=None,
        crossover_n=None,
        verdict="fails" if assumption is None else "assumes",
        assumption=assumption,
    )


def scaling(*verdicts: Any) -> Any:
    return SimpleNamespace(
        verdicts=verdicts, n_keys=(16384, 2**30), conventions=("logarithms ignored.",), classical=None
    )


def test_assumptions_are_announced_only_where_there_are_some() -> None:
    assert scaling_lines(scaling(verdict("qrom", None))) == ["Conventions", "- logarithms ignored."]
    lines = scaling_lines(scaling(verdict("qrom", None), verdict("hardware", "a memory answers")))
    assert lines[:3] == ["Assumes", "- hardware (T): a memory answers.", ""]


def test_a_table_of_verdicts_tells_the_claim_from_what_was_compiled() -> None:
    (table,) = scaling_tables(scaling(verdict("qrom", None)))
    assert table.title == "Claimed: n^1.5 k^0.5 d. Compiled, row-by-row, n = 16,384 to 1,073,741,824"
