"""Runtimes of a problem's best plan from closed forms: on the machine of an estimate, or by a clock."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

import attrs

from qattention.circuit import MOST_ROWS
from qattention.compiler.question import ask
from qattention.errors import InfeasibleError
from qattention.estimates.classical.growth import Runtime
from qattention.estimates.price import counts_of
from qattention.plan import PlanOptions, PlanTotals
from qattention.plan.choose import PlanSearch, Price, best_of
from qattention.plan.hardware import QUERIES_A_LOOK_UP
from qattention.problem import AttentionProblem

if TYPE_CHECKING:
    from qattention.estimates.physical import LogicalCounts, Machine
    from qattention.estimates.result import PhysicalFigures
    from qattention.joins.totals import JoinTotals

# A processor of a machine that says nothing else (`physical.hardware`): XORs a second, and what is in time.
BIT_OPS_PER_S, REACTION_S = 1e12, 10e-6
LIBRARY = "qdk.qre"  # the engine that answers with a front


@attrs.frozen(kw_only=True, eq=False)
class Work:
    """What a runtime is of: expected totals of a plan of rows, or of a join.

    Attributes:
        reads, bit_ops: look-ups, and XORs of all their fix-ups. latency_us: of a query of a memory device.
        counts: as physical engines take them; worked out where a machine asks.
    """

    toffoli: float
    reads: float
    bit_ops: float
    latency_us: float
    n_qubits: int
    counts: Callable[[], LogicalCounts]


Counted = Callable[[Work], Runtime]


def work_of_rows(totals: PlanTotals) -> Work:
    """Of a plan of rows."""
    memory = totals.plan.memory
    return Work(
        toffoli=totals.expected("toffoli"),
        reads=totals.reads,
        bit_ops=totals.fix_up_bit_ops,
        latency_us=0.0 if memory is None else memory.latency_us,
        n_qubits=totals.qubits,
        counts=partial(counts_of, totals),
    )


def work_of_join(totals: JoinTotals) -> Work:
    """Of blocks of pairs."""
    from qattention.estimates.joined import join_counts

    return Work(
        toffoli=totals.toffoli,
        reads=totals.reads,
        bit_ops=totals.fix_up_bit_ops,
        latency_us=0.0,
        n_qubits=totals.qubits,
        counts=partial(join_counts, totals),
    )


def late_fix_ups_s(bit_ops: float, reads: float) -> float:
    """What the XORs of all fix-ups take beyond a reaction time each."""
    return reads * max(0.0, bit_ops / reads / BIT_OPS_PER_S - REACTION_S) if reads else 0.0


def clock_s(toffoli: float, clock: float, reads: float, bit_ops: float, latency_us: float) -> float:
    """Seconds of an idealised clock: Toffolis one after another, a device's latency, late fix-ups."""
    waiting_s = 1e-6 * QUERIES_A_LOOK_UP * latency_us * reads
    return toffoli / clock + waiting_s + late_fix_ups_s(bit_ops, reads)


def by_clock(clock: float) -> Counted:
    """At so many Toffoli a second."""

    def runtime(work: Work) -> Runtime:
        seconds = clock_s(work.toffoli, clock, work.reads, work.bit_ops, work.latency_us)
        return Runtime(
            quantum_s=seconds, bound_s=0.0, memory_s=0.0, code_distance=None, n_qubits=work.n_qubits
        )

    return runtime


def on_machine(told: PhysicalFigures, machines: tuple[Machine, ...], p_fail: float) -> Counted:
    """On the machine and model of these figures.

    Raises (when called):
        InfeasibleError: that machine cannot be built for the plan.
    """

    def runtime(work: Work) -> Runtime:
        found = _like(told, work.counts(), machines, p_fail)
        return Runtime(
            quantum_s=found.runtime_s,
            bound_s=found.reaction_bound_s,
            memory_s=found.memory_s,
            code_distance=found.code_distance,
            n_qubits=found.physical_qubits,
        )

    return runtime


def _like(
    told: PhysicalFigures, counts: LogicalCounts, machines: tuple[Machine, ...], p_fail: float
) -> PhysicalFigures:
    """Of the same engine and model, the fastest; its factories, or a memory, may be others."""
    from qattention.estimates.physical import qre_front

    reasons = []
    for machine in machines:
        if not told.model.startswith(f"{machine.name},"):
            continue
        quick = told.engine != LIBRARY
        for model in machine.what.models if quick else (qre_front,):
            try:
                found = model(counts, machine, p_fail)
            except InfeasibleError as error:
                reasons.append(error)
                continue
            front = found if isinstance(found, tuple) else (found,)
            for one in front:
                if _words(one.model, machine) == _words(told.model, machine):
                    return one
    raise next((error for error in reasons if told.model in str(error)), reasons[0])


def _words(model: str, machine: Machine) -> str:
    """What a model is called, without its machine and its parts."""
    return model.removeprefix(f"{machine.name}, ").partition(",")[0]


def runtime_at(
    options: PlanOptions, price: Price | None, counted: Counted
) -> Callable[[AttentionProblem, int | None], Runtime]:
    """(problem, rows a load or None to choose them) -> the runtime of the best plan that is left open."""

    def runtime(problem: AttentionProblem, n_rows: int | None) -> Runtime:
        asked = options
        if n_rows is not None:
            most = min(problem.n_queries, MOST_ROWS)
            asked = attrs.evolve(options, rows_per_load=max(1, min(n_rows, most)), algorithm=None)
        return counted(_best(problem, asked, price))

    return runtime


def _best(problem: AttentionProblem, options: PlanOptions, price: Price | None) -> Work:
    if not options.is_join:
        return work_of_rows(best_of(PlanSearch(problem, options), price))
    from qattention.estimates.joined import joined, rows_of

    question = ask(None, problem, options)
    rows = cache(partial(rows_of, question))
    join = joined(question, rows)
    return work_of_rows(rows()) if join is None else work_of_join(join)  # type: ignore[arg-type]
