"""All engines on the same counts, with what the figures rest on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import attrs

from qattention.errors import InfeasibleError
from qattention.estimates.physical.counts import LogicalCounts
from qattention.estimates.physical.factors import compare
from qattention.estimates.physical.machine import MACHINES, Machine
from qattention.estimates.physical.notes import (
    engine_notes,
    kind_notes,
    memory_notes,
    profile_notes,
    reaction_notes,
    table_notes,
    waiting_notes,
)
from qattention.estimates.physical.qre_settings import QreSettings
from qattention.estimates.result import Assumption, PhysicalFigures

P_FAIL = 0.1  # of the machine alone; at 1e-3 the best CCZ states of two levels err 3e-14 each


@attrs.frozen(kw_only=True)
class PhysicalReport:
    """Figures of all engines, fronts fastest first; what could not be built is told in `assumptions`."""

    figures: tuple[PhysicalFigures, ...]
    assumptions: tuple[Assumption, ...]


def physical_report(
    counts: LogicalCounts,
    machines: Sequence[Machine] = MACHINES,
    p_fail: float = P_FAIL,
    *,
    required: bool = True,
) -> PhysicalReport:
    """`qdk.qre` on each machine whose kind it knows, and the models of that kind.

    Raises:
        InfeasibleError: no engine finds a machine, and one is required: the first of the reasons.
    """
    found: list[PhysicalFigures] = []
    reasons: list[InfeasibleError] = []
    for machine in machines:
        found += figures_of_machine(counts, machine, p_fail, reasons)
    if required and not found:
        raise reasons[0]
    notes = [
        *engine_notes(found, counts, p_fail),
        *kind_notes(found, machines),
        *waiting_notes(counts, machines),
        *profile_notes(found, counts, machines),
        *table_notes(counts, machines),
        *reaction_notes(counts, machines),
        *memory_notes(counts),
        *map(_infeasible, reasons),
    ]
    return PhysicalReport(figures=tuple(found), assumptions=tuple(notes))


def qre_front(
    counts: LogicalCounts, machine: Machine, p_fail: float, settings: QreSettings | None = None
) -> tuple[PhysicalFigures, ...]:
    """Machines of which none has both fewer qubits and less runtime, fastest first.

    Runtimes within 0.1 % count as alike, so that the first is not a machine much larger than the next for
    nanoseconds.

    Args:
        p_fail: budget of the machine's failures, rotation synthesis included unless it was done before.
    Raises:
        InfeasibleError: nothing stays within `p_fail`, or the runtime not within 292 years.
        SpecError: the library does not know the machine's kind.
    """
    from qattention.estimates.physical.qre import front_of  # with the library, which takes a second

    return front_of(counts, machine, p_fail, settings)


def figures_of_machine(
    counts: LogicalCounts, machine: Machine, p_fail: float, reasons: list[InfeasibleError] | None = None
) -> list[PhysicalFigures]:
    """The front of `qdk.qre`, if it knows the kind, and the figures of the kind's models.

    Args:
        reasons: filled with what could not be built.
    """
    reasons = [] if reasons is None else reasons
    by_library = [partial(qre_front, counts, machine, p_fail)] if machine.what.qre else []
    front = [one for build in by_library for one in _attempt(build, reasons)]
    others = [
        one
        for model in machine.what.models
        for one in _attempt(partial(model, counts, machine, p_fail), reasons)
    ]
    if front:
        others = [attrs.evolve(one, versus=compare(one, front[0])) for one in others]
    return [*front, *others]


def _attempt(
    build: Callable[[], PhysicalFigures | tuple[PhysicalFigures, ...]], reasons: list[InfeasibleError]
) -> tuple[PhysicalFigures, ...]:
    try:
        built = build()
        return built if isinstance(built, tuple) else (built,)
    except InfeasibleError as error:
        reasons.append(error)
        return ()


def _infeasible(error: InfeasibleError) -> Assumption:
    return Assumption(text=f"Not built: {error}.", source="this package")
