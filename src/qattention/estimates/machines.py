"""An estimate with the machines that would run it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from qattention.estimates.classical import classical_figures
from qattention.estimates.costed import Costed
from qattention.estimates.result import Estimate, IterationFigures
from qattention.estimates.waiting import whole_waiting
from qattention.formulas import TOFFOLI_T
from qattention.plan import HardwareMemory
from qattention.plan.hardware import QUERIES_A_LOOK_UP

if TYPE_CHECKING:
    from qattention.estimates.joins import JoinEstimate
    from qattention.estimates.physical import LogicalCounts, Machine

E = TypeVar("E", "Estimate", "JoinEstimate")


def with_physical(
    estimate: E,
    p_fail: float | None = None,
    *,
    required: bool = True,
    machines: Sequence[Machine] | None = None,
) -> E:
    """The same estimate with `physical`, and the assumptions and versions that it brings.

    Args:
        p_fail: budget of the machine's own failures, in (0, 1), beside the problem's; 0.1 unless given.
        required: whether it is an error if no machine can be built; else `physical` is empty and the
            assumptions say why.
        machines: hardware to be costed; the usual three unless given.
    Raises:
        InfeasibleError: no engine finds a machine, and one is required.
        SpecError: `p_fail` is no probability.
    """
    from qattention.estimates.physical import MACHINES, P_FAIL, physical_report  # takes half a second
    from qattention.estimates.physical.engines import PhysicalReport

    budget = P_FAIL if p_fail is None else p_fail
    counts = logical_counts(estimate)
    report: PhysicalReport = physical_report(counts, machines or MACHINES, budget, required=required)
    found = attrs.evolve(
        estimate,
        physical=report.figures,
        assumptions=(*estimate.assumptions, *report.assumptions),
        versions=estimate.versions | {"qdk": version("qdk")},
    )
    return attrs.evolve(found, classical=classical_figures(found))


def logical_counts(estimate: Costed) -> LogicalCounts:
    """Expected totals, rounded up, as the engines take them; an unload is one fix-up, or a read backwards."""
    from qattention.estimates.physical.counts import LogicalCounts, whole_ratio

    totals, plan = estimate.logical.expected, estimate.rows_plan
    memory = (None if plan is None else plan.memory) or HardwareMemory()
    is_device = plan is not None and plan.circuit.loader.is_device
    rotations, reads = math.ceil(totals.rotation), estimate.memory.reads
    return LogicalCounts(
        n_qubits=estimate.logical.qubits,
        n_ccz=math.ceil(totals.toffoli),
        n_rotations=rotations,
        rotation_depth=rotations,
        n_measurements=math.ceil(totals.measurement),
        t_depth=None if totals.t_depth is None else math.ceil(totals.t_depth),
        clifford_depth=None if totals.clifford_depth is None else math.ceil(totals.clifford_depth),
        t_per_rotation=_t_per_rotation(estimate),
        n_fixups=0 if is_device else math.ceil(reads),
        fixup_bit_ops=whole_ratio(estimate.classical_work.bit_ops, reads),
        n_reads=QUERIES_A_LOOK_UP * math.ceil(reads) if is_device else 0,
        read_latency_us=memory.latency_us,
        p_read=memory.p_query,
        **(_of_iterations(estimate) if isinstance(estimate, Estimate) else {}),
    )


def _of_iterations(estimate: Estimate) -> dict[str, Any]:
    """What machines take from the gates of the typical row; phases of a join have no such row."""
    one, iterations = estimate.iteration, estimate.search.iterations_total
    resting = estimate.logical.qubits - one.qubits
    return {
        "waiting": whole_waiting(one.waiting, resting, iterations),
        **_grid_counts(one, math.ceil(estimate.logical.expected.toffoli), iterations),
    }


def _grid_counts(one: IterationFigures, n_ccz: int, n_iterations: float) -> dict[str, Any]:
    """What all iterations' gates take on a grid, as the typical row's; nothing without gates."""
    grid = one.grid
    if grid is None:
        return {}
    every: dict[str, float] = {
        "n_hadamard": grid.hadamard,
        "n_s": grid.s_gates,
        "reaction_depth": grid.reaction_depth,
    }
    every |= {"span": grid.span, "span_each": grid.span_each}
    share = n_ccz * grid.n_and // one.toffoli if one.toffoli else 0
    return {"n_and": share} | {name: math.ceil(n_iterations * each) for name, each in every.items()}


def _t_per_rotation(estimate: Costed) -> int | None:
    """Of exact integers where the worst case is known, else of means."""
    totals = estimate.logical.worst_case or estimate.logical.expected
    rest = totals.t - TOFFOLI_T * totals.toffoli
    return round(rest / totals.rotation) if totals.rotation else None
