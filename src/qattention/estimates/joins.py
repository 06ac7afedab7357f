"""`JoinEstimate`: what a head costs if blocks of pairs are searched in place of rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs

from qattention.compiler.question import Question
from qattention.estimates.classical import classical_figures
from qattention.estimates.classical.result import ClassicalFigures
from qattention.estimates.costing import inference_flops
from qattention.estimates.join_notes import join_assumptions
from qattention.estimates.notes import versions
from qattention.estimates.result import (
    Assumption,
    ClassicalWork,
    ExpectedTotals,
    MemoryFigures,
    PhysicalFigures,
    WorstTotals,
)
from qattention.joins.totals import JoinTotals, PhaseTotals
from qattention.plan import PlanTotals
from qattention.problem import AttentionProblem

if TYPE_CHECKING:
    from qattention.estimates.join_gates import PhaseGates


@attrs.frozen(kw_only=True)
class PhaseFigures:
    """One phase over all its blocks; means, with exact costs of an iteration and of what a run adds.

    Attributes:
        kind, key_block, row_block, depth: of the blocks (`joins.JoinPhase`).
        n_blocks: of them. iterations, runs, finds, left: of all blocks; marked pairs left after it.
        iteration_toffoli, readout_toffoli, qubits: of one iteration, of a run beside them, of the phase.
        iteration_t_depth, iteration_clifford_depth, iteration_clifford: layers and Cliffords of one.
        iteration_t_depth_without_fan_out: if a wire is a control of one gate at a time; None without gates.
        toffoli, t_depth: iterations and runs times those. share: of all phases' Toffolis.
    """

    kind: str
    key_block: int
    row_block: int
    depth: int
    key_look_up: str
    row_look_up: str | None
    known_places: int
    n_blocks: int
    iterations: float
    runs: float
    finds: float
    left: float
    iteration_toffoli: int
    readout_toffoli: int
    iteration_t_depth: int
    iteration_clifford_depth: int
    iteration_clifford: int
    iteration_t_depth_without_fan_out: int | None
    qubits: int
    toffoli: float
    t_depth: float
    share: float


@attrs.frozen(kw_only=True)
class JoinFigures:
    """Totals of all rows.

    Attributes:
        expected: phases, blocks and iterations one after another. toffoli_per_row: over the query rows.
        worst_case: None: marks left for the certificate may be more than it is steered by, and no bound is
            worked out for them.
        qubits: the most of any phase.
        t_depth_without_fan_out: of the iterations; None without gates.
    """

    expected: ExpectedTotals
    toffoli_per_row: float
    worst_case: WorstTotals | None = None
    qubits: int
    t_depth_without_fan_out: float | None = None


@attrs.frozen(kw_only=True)
class JoinSearches:
    """Iterations of all phases.

    Attributes:
        find_iterations, certificate_iterations: of the phases; of the certificate, its finds included.
        iterations_stderr: what sampling the certificate leaves open.
    """

    iterations_total: float
    find_iterations: float
    certificate_iterations: float
    iterations_stderr: float


@attrs.frozen(kw_only=True)
class RowsBeside:
    """The best plan of rows alone, with as many rows a load as are best."""

    algorithm: str
    rows_per_load: int
    toffoli: float
    qubits: int


@attrs.frozen(kw_only=True)
class JoinEstimate:
    """The fields of `estimate --json` with an algorithm that joins; the certificate is the last phase.

    Attributes:
        memory: the key table; reads are look-ups of keys and of rows, one fix-up each.
        physical, classical: as in an estimate of rows.
        rows_alone: the best plan of rows alone, to compare with; None if not asked.
        witnesses: dotted field -> the independent sources that gave this value.
    """

    problem: AttentionProblem
    algorithm: str
    certificate_schedule: str
    n_promised: int
    search: JoinSearches
    phases: tuple[PhaseFigures, ...]
    logical: JoinFigures
    memory: MemoryFigures
    classical_work: ClassicalWork
    physical: tuple[PhysicalFigures, ...] | None = None
    classical: ClassicalFigures | None = None
    rows_alone: RowsBeside | None
    witnesses: dict[str, tuple[str, ...]]
    assumptions: tuple[Assumption, ...]
    versions: dict[str, str]

    @property
    def latency_us(self) -> float:
        """Of a query of a memory device: there is none."""
        return 0.0

    @property
    def rows_plan(self) -> None:
        """There is none of rows."""
        return None

    @property
    def iteration_toffoli(self) -> None:
        """Phases differ: no one figure."""
        return None


def join_estimate(
    question: Question,
    totals: JoinTotals,
    rows: PlanTotals | None = None,
    gates: tuple[PhaseGates, ...] | None = None,
    witnesses: dict[str, tuple[str, ...]] | None = None,
    notes: tuple[Assumption, ...] = (),
) -> JoinEstimate:
    """What a join costs, beside the best plan of rows.

    Args:
        gates: of each phase, where they were asked for and are small enough.
        witnesses, notes: as `join_gates.witnessed` gives them.
    """
    problem, plan = question.problem, totals.plan
    lowered = gates or (None,) * len(totals.parts)
    pairs = zip(totals.parts, lowered, strict=True)
    found = JoinEstimate(
        problem=problem,
        algorithm=plan.algorithm,
        certificate_schedule=plan.search,
        n_promised=plan.n_promised or 0,
        search=_searches(totals),
        phases=tuple(_phase(part, one, totals.toffoli) for part, one in pairs),
        logical=_logical(totals, problem, gates),
        memory=MemoryFigures(
            cells=problem.n_keys * sum(totals.sizes.widths),
            writes=problem.n_keys * problem.head_dim,
            reads=totals.reads,
        ),
        classical_work=ClassicalWork(
            inner_products=totals.checks,
            bit_ops=totals.fix_up_bit_ops,
            inference_flops=inference_flops(problem),
        ),
        rows_alone=None if rows is None else _beside(rows),
        witnesses=witnesses or {},
        assumptions=(*join_assumptions(totals, gates is not None), *notes),
        versions=versions(),
    )
    return attrs.evolve(found, classical=classical_figures(found))


def _beside(rows: PlanTotals) -> RowsBeside:
    return RowsBeside(
        algorithm=rows.plan.algorithm,
        rows_per_load=rows.plan.circuit.rows_per_load,
        toffoli=rows.expected("toffoli"),
        qubits=rows.qubits,
    )


def _searches(totals: JoinTotals) -> JoinSearches:
    certificate = totals.parts[-1].iterations
    return JoinSearches(
        iterations_total=totals.iterations,
        find_iterations=totals.iterations - certificate,
        certificate_iterations=certificate,
        iterations_stderr=max(part.stderr for part in totals.parts),
    )


def _logical(
    totals: JoinTotals, problem: AttentionProblem, gates: tuple[PhaseGates, ...] | None
) -> JoinFigures:
    layers, narrow = totals.layers, None
    if gates is not None:
        counted = zip(totals.parts, gates, strict=True)
        narrow = sum(part.iterations * one.t_depth_without_fan_out for part, one in counted)
    return JoinFigures(
        expected=ExpectedTotals(
            toffoli=totals.toffoli,
            t=totals.expected_t,
            clifford=layers.cliffords,
            measurement=totals.measurement,
            rotation=0.0,
            t_depth=layers.t,
            clifford_depth=layers.clifford,
            volume=totals.volume,
        ),
        toffoli_per_row=totals.toffoli / problem.n_queries,
        qubits=totals.qubits,
        t_depth_without_fan_out=narrow,
    )


def _phase(part: PhaseTotals, gates: PhaseGates | None, whole: float) -> PhaseFigures:
    phase, layers = part.phase, part.iterate_layers
    return PhaseFigures(
        kind=phase.kind if part.policy is not None else "certificate",
        key_block=2**phase.key_bits,
        row_block=2**phase.row_bits,
        depth=phase.depth,
        key_look_up=phase.key_circuit.look_up,
        row_look_up=None if phase.row_circuit is None else phase.row_circuit.look_up,
        known_places=phase.row_slots + phase.key_slots,
        n_blocks=part.n_blocks,
        iterations=part.iterations,
        runs=part.runs,
        finds=part.finds,
        left=part.left,
        iteration_toffoli=int(part.iterate.toffoli),
        readout_toffoli=int(part.readout.toffoli),
        iteration_t_depth=math.ceil(layers.t),
        iteration_clifford_depth=math.ceil(layers.clifford),
        iteration_clifford=math.ceil(layers.cliffords),
        iteration_t_depth_without_fan_out=None if gates is None else gates.t_depth_without_fan_out,
        qubits=part.qubits,
        toffoli=part.toffoli,
        t_depth=part.layers.t,
        share=part.toffoli / whole,
    )
