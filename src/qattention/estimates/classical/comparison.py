"""What `compare` reports: the estimate's comparison, with what was measured here if that was asked for."""

from __future__ import annotations

import attrs

from qattention.estimates.classical.approximate import ApproximateFigures, Head, measure_approximate
from qattention.estimates.classical.figures import classical_figures
from qattention.estimates.classical.measure import measured_rate
from qattention.estimates.classical.model import ClassicalFigures
from qattention.estimates.classical.paper import PaperFigures, measure_paper
from qattention.estimates.classical.rates import Task, recorded_rates
from qattention.estimates.classical.rivals import (
    Approximation,
    FastestRival,
    Moving,
    SpeedUp,
    approximations,
    fastest_rivals,
    moving,
    speed_ups,
)
from qattention.estimates.model import Estimate
from qattention.plan import Plan
from qattention.problem import AttentionProblem

NOT_ASKED = ApproximateFigures(skipped="only with --measure")


@attrs.frozen(kw_only=True)
class CompareReport:
    """The fields of `compare --json`.

    Attributes:
        toffoli, reads: expected, of all rows; what the needed clock and latency are of.
        approximate: search by a library.
        task: what `classical` is of. fastest: the fastest machine of each task.
        speed_ups: which degree of speed-up would suffice against the fastest at finding keys.
        moving: the keys into the machine. approximations: what is done in place of exact attention.
        half_space: the classical algorithm of arXiv:2307.08045, theorem 1.5, timed here; None if not asked.
    """

    problem: AttentionProblem
    plan: Plan
    toffoli: float
    reads: float
    classical: ClassicalFigures
    approximate: ApproximateFigures
    half_space: PaperFigures | None = None
    task: Task = "attention"
    fastest: tuple[FastestRival, ...] = ()
    speed_ups: tuple[SpeedUp, ...] = ()
    moving: Moving | None = None
    approximations: tuple[Approximation, ...] = ()


def compare(
    estimate: Estimate,
    *,
    task: Task = "attention",
    measure: bool = False,
    toffoli_per_s: float | None = None,
    head: Head | None = None,
) -> CompareReport:
    """Compare an estimate with recorded rates, and with this machine if `measure`.

    Args:
        task: what the classical machines do.
        toffoli_per_s: an idealised clock in place of the estimate's machines.
        head: (queries, keys) for the approximate search; random ones unless given.
    Raises:
        SpecError: a clock that is not positive.
    """
    problem, rates, approximate = estimate.problem, recorded_rates(), NOT_ASKED
    half_space: PaperFigures | None = None
    if measure:
        sizes = (problem.n_queries, problem.n_keys, problem.head_dim, problem.v_dim)
        rates = (*rates, measured_rate(*sizes))
        approximate = measure_approximate(problem.n_keys, problem.head_dim, problem.n_heavy, head)
        half_space = measure_paper(problem.n_keys, problem.head_dim, problem.n_heavy, head)
    figures = classical_figures(estimate, rates, toffoli_per_s, task=task)
    if approximate.query_s:
        each_s = figures.quantum_s / problem.n_queries
        approximate = attrs.evolve(approximate, quantum_over_query=each_s / approximate.query_s)
    if half_space is not None:
        row_s = half_space.index_find_row_s + half_space.infer_row_s
        half_space = attrs.evolve(half_space, quantum_over_row=figures.quantum_s / problem.n_queries / row_s)
    attention, search = fastest_rivals(estimate, figures.quantum_s, rates)
    return CompareReport(
        problem=problem,
        plan=estimate.plan,
        toffoli=estimate.logical.expected.toffoli,
        reads=estimate.memory.reads,
        classical=figures,
        approximate=approximate,
        half_space=half_space,
        task=task,
        fastest=(attention, search),
        speed_ups=speed_ups(estimate, figures.quantum_s, search),
        moving=moving(estimate, attention),
        approximations=approximations(),
    )
