"""`JoinEstimate`: what a head costs if blocks of pairs are searched in place of rows."""

from __future__ import annotations

import attrs

from qattention.compiler.joins import join_sizes
from qattention.compiler.question import Question
from qattention.estimates.model import Assumption
from qattention.formulas import fix_up_bit_ops
from qattention.joins.choose import choose_join
from qattention.joins.phase import JoinPhase
from qattention.joins.totals import JoinTotals, PhaseTotals
from qattention.plan import PlanTotals
from qattention.plan.algorithms import ALGORITHMS
from qattention.problem import AttentionProblem


@attrs.frozen(kw_only=True)
class PhaseFigures:
    """One phase over all its blocks; means, with exact costs of an iteration and of what a run adds.

    Attributes:
        kind, key_block, row_block, depth: of the blocks (`joins.JoinPhase`).
        n_blocks: of them. iterations, runs, finds, left: of all blocks; marked pairs left after it.
        iteration_toffoli, readout_toffoli, qubits: of one iteration, of a run beside them, of the phase.
        toffoli: iterations and runs times those. share: of all phases' Toffolis.
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
    qubits: int
    toffoli: float
    share: float


@attrs.frozen(kw_only=True)
class JoinFigures:
    """Totals of all rows.

    Attributes:
        toffoli, t, measurement: expected. toffoli_per_row: over the query rows.
        qubits: the most of any phase.
        volume_at_most: qubits times Toffolis, phase by phase, as if every Toffoli had a layer to itself.
    """

    toffoli: float
    toffoli_per_row: float
    t: float
    measurement: float
    qubits: int
    volume_at_most: float


@attrs.frozen(kw_only=True)
class JoinWork:
    """What the classical side does.

    Attributes:
        inner_products: checks of what is read out, for every row of a load. bit_ops: XORs of all fix-ups.
    """

    inner_products: float
    bit_ops: float


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
        iterations_total, iterations_stderr: of all phases, and what sampling the certificate leaves open.
        rows: the best plan of rows alone, to compare with; None if not asked.
    """

    problem: AttentionProblem
    algorithm: str
    search: str
    n_promised: int
    phases: tuple[PhaseFigures, ...]
    iterations_total: float
    iterations_stderr: float
    logical: JoinFigures
    classical_work: JoinWork
    rows: RowsBeside | None
    assumptions: tuple[Assumption, ...]


def joined(question: Question) -> JoinTotals:
    """The join that the question's options choose.

    Raises:
        InfeasibleError: no certificate over all pairs keeps within the cap on qubits.
        SpecError: more rows or keys than closed forms hold.
    """
    return choose_join(join_sizes(question), question.options)


def join_estimate(question: Question, totals: JoinTotals, rows: PlanTotals | None = None) -> JoinEstimate:
    """What a join costs, beside the best plan of rows."""
    n_rows, plan = question.problem.n_queries, totals.plan
    return JoinEstimate(
        problem=question.problem,
        algorithm=plan.algorithm,
        search=plan.search,
        n_promised=plan.n_promised or 0,
        phases=tuple(_phase(part, totals.toffoli) for part in totals.parts),
        iterations_total=totals.iterations,
        iterations_stderr=max(part.stderr for part in totals.parts),
        logical=JoinFigures(
            toffoli=totals.toffoli,
            toffoli_per_row=totals.toffoli / n_rows,
            t=totals.expected_t,
            measurement=totals.measurement,
            qubits=totals.qubits,
            volume_at_most=sum(part.toffoli * part.qubits for part in totals.parts),
        ),
        classical_work=JoinWork(
            inner_products=totals.checks, bit_ops=sum(_bit_ops(totals, part) for part in totals.parts)
        ),
        rows=None
        if rows is None
        else RowsBeside(
            algorithm=rows.plan.algorithm,
            rows_per_load=rows.plan.circuit.rows_per_load,
            toffoli=rows.expected("toffoli"),
            qubits=rows.qubits,
        ),
        assumptions=_assumptions(totals),
    )


def _phase(part: PhaseTotals, whole: float) -> PhaseFigures:
    phase = part.phase
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
        qubits=part.qubits,
        toffoli=part.toffoli,
        share=part.toffoli / whole,
    )


def _bit_ops(totals: JoinTotals, part: PhaseTotals) -> float:
    """XORs of a phase's fix-ups: of the key's unload in each iteration, and of every row's."""
    phase, sizes = part.phase, totals.sizes
    if phase.kind == "turns":
        each = float(fix_up_bit_ops(phase.key_circuit, 2**phase.key_bits, sizes.sums.word_bits))
        return part.iterations * each
    return part.iterations * _pair_bit_ops(phase, phase.shape(sizes).key_word, phase.shape(sizes).row_word)


def _pair_bit_ops(phase: JoinPhase, key_word: int, row_word: int) -> float:
    assert phase.row_circuit is not None  # of pairs
    keys = float(fix_up_bit_ops(phase.key_circuit, 2**phase.key_bits, key_word))
    return keys + (2 * phase.depth + 1) * float(
        fix_up_bit_ops(phase.row_circuit, 2**phase.row_bits, row_word)
    )


def _assumptions(totals: JoinTotals) -> tuple[Assumption, ...]:
    kind, sizes = ALGORITHMS[totals.plan.algorithm], totals.sizes
    texts = [
        (f"{kind.summary}; {kind.limits}", kind.source),
        (
            "Pairs are marked independently, each with the density of all: totals are means of that layout. "
            "Where marks cluster, phases find fewer and the certificate more; the find sets are the same.",
            "this package",
        ),
        (
            f"One certificate over all 2^{totals.plan.certificate.log_items} pairs misses any with "
            f"probability at most p_fail = {sizes.p_fail:g}, whatever the phases did; no rotation is "
            "synthesised: all blocks are powers of two.",
            "docs/joins.md",
        ),
        (
            "Known pairs are listed in the words of rows and keys, at one place a word more than their mean: "
            "a layout that needs more is searched with wider words.",
            "this package",
        ),
    ]
    if sizes.causal:
        texts.append(
            (
                "In turns the keys of a block are those that its last row sees; what an earlier row does "
                "not see is dropped when it is checked. In pairs an adder compares key and bound.",
                "this package",
            )
        )
    return tuple(Assumption(text=text, source=source) for text, source in texts)
