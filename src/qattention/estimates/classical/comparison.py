"""What `compare` reports: the estimate's comparison, with what was measured here if that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import attrs

from qattention.compiler.joins import most_keys
from qattention.estimates.classical.approximate import ApproximateFigures, Head, measure_approximate
from qattention.estimates.classical.figures import TOFFOLI_PER_S, classical_figures
from qattention.estimates.classical.growth import STEP, Growth
from qattention.estimates.classical.measure import measured_rate, measured_search_rate
from qattention.estimates.classical.paper import PaperFigures, measure_paper
from qattention.estimates.classical.rates import ClassicalRate, Task, recorded_rates
from qattention.estimates.classical.result import ClassicalFigures
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
from qattention.estimates.classical.runtimes import BIT_OPS_PER_S, by_clock, on_machine, runtime_at
from qattention.estimates.classical.words import LOOKED_FOR, growing, rounded
from qattention.estimates.classical.work import ExactWork
from qattention.estimates.costed import Costed
from qattention.estimates.fastest import fastest
from qattention.plan import Plan, PlanOptions
from qattention.plan.choose import Price
from qattention.problem import AttentionProblem
from qattention.problem.spec import MAX_SIZE

if TYPE_CHECKING:
    from qattention.estimates.physical import Machine

NOT_ASKED = ApproximateFigures(skipped="only with --measure")


@attrs.frozen(kw_only=True)
class CompareReport:
    """The fields of `compare --json`.

    Attributes:
        plan: of rows; None of blocks of pairs.
        toffoli, reads: expected, of all rows; what the needed clock and latency are of.
        joins_toffoli: about those of the best blocks of pairs, where rows are compared; None if not known.
        approximate: search by a library.
        task: what `classical` is of. fastest: the fastest machine of each task.
        speed_ups: which degree of speed-up would suffice against the fastest at finding keys.
        moving: the keys into the machine. approximations: what is done in place of exact attention.
        half_space: the classical algorithm of arXiv:2307.08045, theorem 1.5, timed here; None if not asked.
    """

    problem: AttentionProblem
    algorithm: str
    plan: Plan | None
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
    joins_toffoli: float | None = None


def compare(
    estimate: Costed,
    *,
    task: Task = "attention",
    measure: bool = False,
    toffoli_per_s: float | None = None,
    head: Head | None = None,
    growth: Callable[[Costed, Sequence[ClassicalRate]], Growth] | None = None,
) -> CompareReport:
    """Compare an estimate with recorded rates, and with this machine if `measure`.

    Args:
        task: what the classical machines do.
        growth: runtimes at growing n (`growth_of`); without it no break-even is looked for.
        toffoli_per_s: an idealised clock in place of the estimate's machines.
        head: (queries, keys) for the approximate search; random ones unless given.
    Raises:
        SpecError: a clock that is not positive.
    """
    problem, rates, approximate = estimate.problem, recorded_rates(), NOT_ASKED
    half_space: PaperFigures | None = None
    if measure:
        sizes = (problem.n_queries, problem.n_keys, problem.head_dim, problem.v_dim)
        finding = measured_search_rate(*sizes[:3], problem.n_heavy)
        rates = (*rates, measured_rate(*sizes), finding)
        approximate = measure_approximate(problem.n_keys, problem.head_dim, problem.n_heavy, head)
        half_space = measure_paper(problem.n_keys, problem.head_dim, problem.n_heavy, head)
    figures = classical_figures(estimate, rates, toffoli_per_s, task=task)
    grows = None if growth is None else growth(estimate, [rate for rate in rates if task in rate.tasks])
    if approximate.query_s:
        each_s = figures.quantum_s / problem.n_queries
        approximate = attrs.evolve(approximate, quantum_over_query=each_s / approximate.query_s)
    if half_space is not None:
        row_s = half_space.index_find_row_s + half_space.infer_row_s
        half_space = attrs.evolve(half_space, quantum_over_row=figures.quantum_s / problem.n_queries / row_s)
    if grows is not None:
        figures = grown(figures, grows, estimate)
    attention, search = fastest_rivals(estimate, figures.quantum_s, rates)
    return CompareReport(
        problem=problem,
        algorithm=estimate.algorithm,
        plan=estimate.rows_plan,
        toffoli=estimate.logical.expected.toffoli,
        reads=estimate.memory.reads,
        classical=figures,
        approximate=approximate,
        half_space=half_space,
        task=task,
        fastest=(attention, search),
        speed_ups=speed_ups(estimate, figures.quantum_s, search),
        moving=moving(estimate, attention),
        approximations=approximations(figures.quantum_s / problem.n_queries),
    )


def growth_of(
    estimate: Costed,
    rates: Sequence[ClassicalRate],
    options: PlanOptions,
    *,
    toffoli_per_s: float | None = None,
    machines: Sequence[Machine] | None = None,
    p_fail: float | None = None,
    price: Price | None = None,
    task: Task = "attention",
) -> Growth:
    """How the runtime of `quantum_s` grows: the same clock, or the same machine and model.

    Args:
        options: of the plan: what they leave open is chosen anew at every n.
        machines: those asked for, the usual ones unless given; with p_fail, the budget of their failures.
        price: what "physical" minimises.
        task: what the classical machines do.
    """
    told = fastest(estimate.physical)
    if told is not None and toffoli_per_s is None:
        from qattention.estimates.physical import MACHINES, P_FAIL

        counted = on_machine(told, tuple(machines or MACHINES), p_fail or P_FAIL)
    else:
        counted = by_clock(toffoli_per_s or TOFFOLI_PER_S)
    plan = estimate.rows_plan
    return Growth(
        problem=estimate.problem,
        rates=rates,
        runtime=runtime_at(options, price, counted),
        rows=None if plan is None or options.n_rows_per_load is not None else plan.circuit.rows_per_load,
        task=task,
        most_keys=most_keys(estimate.problem) if options.is_join else MAX_SIZE,
    )


def grown(figures: ClassicalFigures, growth: Growth, estimate: Costed) -> ClassicalFigures:
    """The figures with exponents, break-even and what carries it."""
    answers = [growth.break_even(rate) for rate in growth.rates]
    against = [
        attrs.evolve(one, break_even=found.answer, break_even_n=found.n)
        for one, found in zip(figures.against, answers, strict=True)
    ]
    sizes, near = growth.sizes, growth.problem.n_keys
    here = there = None
    if STEP * near in sizes:
        distance = growth.at(near).code_distance
        here = growth.exponent(near, STEP * near)
        there = None if distance is None else growth.exponent(near, STEP * near, distance)
    told = attrs.evolve(
        figures,
        against=tuple(against),
        classical_exponent=ExactWork.of(growth.problem).exponent,
        growth=growth.points,
        ended=growth.ended,
        carried_by=_carried_by(growth, estimate, figures.quantum),
        quantum_exponent=here,
        quantum_exponent_at_distance=there,
    )
    return attrs.evolve(told, line=f"{figures.line.replace(LOOKED_FOR, '')} {growing(told)}")


def _carried_by(growth: Growth, estimate: Costed, quantum: str) -> str | None:
    """What is taken for granted at every n, in words."""
    if not growth.sizes:
        return None
    plan, last = estimate.rows_plan, growth.sizes[-1]
    memory = None if plan is None else plan.memory
    granted = []
    if memory is not None:
        where = "here, both growing with log n" if memory.grows else "at any n"
        granted.append(
            f"a memory that answers in {memory.latency_us:g} us and errs with {memory.p_query:g} {where}"
        )
    if estimate.physical and "clock" not in quantum:
        qubits = rounded(growth.at(last).n_qubits)
        granted.append(f"{qubits} physical qubits at n = {rounded(last)} against one classical machine")
    else:
        qubits = rounded(growth.at(last).n_qubits)
        granted.append(
            f"a clock that holds at any n, its {qubits} logical qubits at n = {rounded(last)} without a price"
        )
    if plan is None or not (plan.circuit.loader.is_device or plan.circuit.inverts):
        granted.append(f"{BIT_OPS_PER_S:.0e} bit operations a second for fix-ups".replace("e+", " x 10^"))
    return ", and on ".join(granted)
