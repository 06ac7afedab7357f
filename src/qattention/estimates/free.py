"""Keys taken classically beside a search, and heads that need no search at all."""

from __future__ import annotations

from typing import Any

import attrs

from qattention.compiler import Question
from qattention.estimates.classical import classical_figures
from qattention.estimates.notes import versions
from qattention.estimates.result import (
    Assumption,
    ClassicalWork,
    Estimate,
    ExpectedTotals,
    FreeFigures,
    IterationFigures,
    LogicalFigures,
    MemoryFigures,
    SearchFigures,
    WorstTotals,
)
from qattention.plan import FailureBudget, Plan
from qattention.problem import AttentionProblem
from qattention.problem.free import free_pairs

SOURCE = "--keep-window, --keep-first"
NOTHING = "No search: the keys taken classically answer every row, and no circuit is run."


def free_figures(question: Question) -> FreeFigures:
    """How many keys are taken, and what is left."""
    whole, left, searched = question.whole, question.problem, question.needs_search
    pairs = free_pairs(whole) if question.split is None else int(question.split.n_free().sum())
    return FreeFigures(
        keep_window=whole.keep_window,
        keep_first=whole.keep_first,
        inner_products=pairs,
        rows_searched=left.n_queries if searched else 0,
        keys_searched=left.n_keys if searched else 0,
        needs_search=searched,
    )


def with_free(found: Estimate, question: Question) -> Estimate:
    """The estimate of what is searched as that of what is asked: all rows, the free keys' work besides.

    Iterations a row become means over all rows, those without a search among them.
    """
    if not question.whole.has_free:
        return found
    free, problem = free_figures(question), question.whole
    share = question.problem.n_queries / problem.n_queries
    per_row = (
        "iterations_per_row",
        "find_iterations_per_row",
        "certificate_iterations_per_row",
        "phase_pairs_per_row",
        "phase_rotations_per_row",
    )
    figures = {name: getattr(found.search, name) for name in per_row}
    search = attrs.evolve(
        found.search, **{name: share * value for name, value in figures.items() if value is not None}
    )
    work = found.classical_work
    fewer = problem.n_keys - question.problem.n_keys + 2 * (problem.n_queries - question.problem.n_queries)
    made = attrs.evolve(
        found,
        problem=problem,
        search=search,
        iteration=attrs.evolve(found.iteration, row=question.row_of(found.iteration.row)),
        certificate_iteration=attrs.evolve(
            found.certificate_iteration, row=question.row_of(found.certificate_iteration.row)
        ),
        classical_work=attrs.evolve(
            work,
            inner_products=work.inner_products + free.inner_products,
            inference_flops=work.inference_flops
            + fewer * problem.v_dim
            + free.inner_products * (2 * problem.v_dim + 2),
        ),
        assumptions=(Assumption(text=_told(free, problem), source=SOURCE), *found.assumptions),
        free=free,
    )
    return attrs.evolve(made, classical=classical_figures(made))


def _told(free: FreeFigures, problem: AttentionProblem) -> str:
    return (
        f"The last {free.keep_window:,} and the first {free.keep_first:,} keys that a row sees are taken "
        f"classically, {free.inner_products:,} inner products in all; the k of a row are among the others, "
        f"which {free.rows_searched:,} of {problem.n_queries:,} rows have: the searches, and the table of "
        f"{free.keys_searched:,} keys, are theirs."
    )


def classical_estimate(question: Question) -> Estimate:
    """Of a problem that needs no search: every quantum count is 0, the bill is the free keys' alone."""
    problem, free = question.whole, free_figures(question)
    sampling = question.sampling
    sampled = 0 if sampling is None else sampling.inner_products
    sums = problem.n_keys * problem.v_dim + 2 * problem.n_queries * problem.v_dim
    zeros: dict[str, Any] = dict.fromkeys(("toffoli", "t", "clifford", "measurement", "rotation"), 0)
    layers: dict[str, Any] = {"t_depth": 0, "clifford_depth": 0}
    one = IterationFigures(row=0, **zeros, **layers, qubits=0, classical_bit_ops=0, breakdown=())
    text = f"{NOTHING} {free.inner_products:,} inner products of {problem.head_dim:,} components are taken"
    if sampling is not None:
        text += (
            f"; the error on {sampling.n_sampled:,} rows is {sampling.error:.3g}, of "
            f"{sampling.error_target:.3g} allowed, and finding that out took {sampled:,} more"
        )
    found = Estimate(
        problem=problem,
        plan=Plan(),
        budget=FailureBudget(search=0.0, synthesis=0.0, memory=0.0),
        search=SearchFigures(
            iterations_per_row=0.0,
            find_iterations_per_row=0.0,
            certificate_iterations_per_row=0.0,
            iterations_total=0.0,
            worst_case_iterations_per_row=0,
        ),
        iteration=one,
        certificate_iteration=one,
        logical=LogicalFigures(
            expected=ExpectedTotals(**dict.fromkeys((*zeros, *layers), 0.0), volume=0.0),
            worst_case=WorstTotals(**zeros, **layers, volume=0),
            qubits=0,
        ),
        memory=MemoryFigures(cells=0, writes=0, reads=0.0),
        classical_work=ClassicalWork(
            inner_products=float(free.inner_products + sampled),
            bit_ops=0.0,
            inference_flops=sums + free.inner_products * (2 * problem.v_dim + 2),
        ),
        witnesses={},
        verified_at=(),
        assumptions=(Assumption(text=f"{text}.", source=SOURCE),),
        versions=versions(),
        free=free,
    )
    return attrs.evolve(found, classical=classical_figures(found))
