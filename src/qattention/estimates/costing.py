"""`estimate`: compile, cost, and say what the figures rest on."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import attrs
import numpy as np

from qattention.compiler import Program, ask, compile_question
from qattention.estimates.classical import classical_figures
from qattention.estimates.depths import DepthTotals, by_bucket, depth_totals
from qattention.estimates.free import classical_estimate, with_free
from qattention.estimates.iteration import certificate_figures, iteration_figures
from qattention.estimates.iteration_layers import Uses, bucket_cliffords, part_cliffords
from qattention.estimates.notes import assumptions, verified_at, versions
from qattention.estimates.result import (
    Assumption,
    ClassicalWork,
    Estimate,
    ExpectedTotals,
    LogicalFigures,
    MemoryFigures,
    SearchFigures,
    WorstTotals,
)
from qattention.estimates.witnesses import BLOQS, GATES, Witnesses
from qattention.formulas import TOFFOLI_T
from qattention.formulas.inner_product import sum_and_undo_toffoli
from qattention.plan import Plan
from qattention.problem import AttentionHead, AttentionProblem
from qattention.reference import Quantisation

if TYPE_CHECKING:
    from qattention.estimates.gates import GateFigures


def logical_figures(program: Program, depths: DepthTotals, witnesses: Witnesses) -> LogicalFigures:
    """Expected and worst-case totals, and qubits."""
    each = cliffords_of(program, witnesses)
    clifford = float(by_bucket(program, each, program.totals.mean_searches))
    for field in ("toffoli", "measurement"):
        witnesses.single(f"logical.expected.{field}", "formula")
    for field in ("t_depth", "clifford_depth"):
        witnesses.single(f"logical.expected.{field}", "gates" if depths.from_gates else "formula")
    witnesses.single("logical.qubits", "formula")
    return LogicalFigures(
        expected=_expected(program, depths, clifford),
        worst_case=_worst(program, depths, worst_cliffords(program, each)),
        qubits=program.totals.qubits,
    )


def _expected(program: Program, depths: DepthTotals, clifford: float) -> ExpectedTotals:
    totals, t_depth = program.totals, depths.t
    return ExpectedTotals(
        toffoli=totals.expected("toffoli"),
        t=totals.expected_t,
        clifford=clifford,
        measurement=totals.expected("measurement"),
        rotation=totals.expected("rotation"),
        t_depth=t_depth,
        clifford_depth=depths.clifford,
        volume=t_depth * totals.qubits,
    )


def _worst(program: Program, depths: DepthTotals, clifford: int) -> WorstTotals:
    totals, t_depth = program.totals, depths.worst_t
    extra = worst_weights_extra(program)
    toffoli, rotation = totals.worst("toffoli", extra), totals.worst("rotation")
    return WorstTotals(
        toffoli=toffoli,
        t=TOFFOLI_T * toffoli + totals.t_per_rotation * rotation,
        clifford=clifford,
        measurement=totals.worst("measurement", extra),
        rotation=rotation,
        t_depth=t_depth,
        clifford_depth=depths.worst_clifford,
        volume=t_depth * totals.qubits,
    )


def cliffords_of(program: Program, witnesses: Witnesses) -> Uses:
    """Cliffords of each bucket; a table without data has half of its bits set.

    Raises:
        CheckFailed: call graph and closed form differ.
    """
    built = _built_cliffords(program) if BLOQS in witnesses.asked else None
    closed = None if program.has_data else bucket_cliffords(program)
    return witnesses.agree("logical.expected.clifford", {BLOQS: built, "formula": closed})


def _built_cliffords(program: Program) -> Uses:
    from qattention.bloqs.grover import GroverIterate, GroverSearch, Readout
    from qattention.compiler import bloq_counts
    from qattention.estimates.iteration_bloqs import phases_extra

    found = Uses()
    for bucket in program.buckets:
        iteration = GroverIterate(bucket.oracle)
        start = (
            bloq_counts(GroverSearch(bucket.oracle, 0)).clifford
            + bloq_counts(Readout(bucket.oracle.table.address_bits)).clifford
        )
        plain, own = bloq_counts(iteration).clifford, phases_extra(iteration).clifford
        found.append(part_cliffords(plain, own, start))
    return found


def worst_cliffords(program: Program, each: Uses) -> int:
    """Of the longest episodes; all bits of a table without data 1, as look-ups hold them: coefficients."""
    return int(by_bucket(program, costliest(program, each), program.totals.worst_searches))


def costliest(program: Program, each: Uses) -> Uses:
    """The same of the tables with most 1s."""
    if program.has_data:
        return each
    more = [_more_ones(program, bucket.representative) for bucket in program.buckets]
    return [(find + x, proof + x, *rest) for (find, proof, *rest), x in zip(each, more, strict=True)]


def worst_weights_extra(program: Program) -> int:
    """And's by which the costliest weights exceed the typical ones in an iteration; 0 where there is data.

    Such weights have ceil(query_bits / 2) digits each, and a sum as wide as any.
    """
    problem, kind = program.problem, program.plan.circuit.inner_product
    if program.has_data:
        return 0
    reach = problem.head_dim << (problem.query_bits - 1)
    width = 1 + (reach * ((1 << problem.key_bits) - 1)).bit_length()
    most = kind.most_toffoli(problem.head_dim, problem.query_bits, problem.key_bits, width)
    return most - int(sum_and_undo_toffoli(program.groups.sums, kind)[0])


def _more_ones(program: Program, group: int) -> int:
    """XORs of the set bits of what a look-up holds, beyond those of the half that is expected to be set."""
    circuit, n_keys = program.plan.circuit, int(program.groups.n_keys[group])
    sizes = (n_keys, program.groups.word_bits, circuit.block, circuit.padded)
    return sum(int(bits) // 2 for bits in circuit.loader.xored_bits(*sizes))


def estimate(
    problem: AttentionProblem,
    plan: Plan | None = None,
    head: AttentionHead | None = None,
    *,
    tau: float | None = None,
    quantisation: Quantisation | None = None,
    at: str | None = None,
    witnesses: Collection[str] = (),
) -> Estimate:
    """Cost of one head and all its query rows.

    Args:
        plan: the best one unless given, as the command chooses it.
        head: data; without it typical rows are costed.
        tau: with a head, one threshold for all rows in place of n_heavy keys a row.
        quantisation: of the head; plain words of the problem's bits unless given.
        at: a path such as "oracle/inner_product" whose parts the breakdown lists.
        witnesses: as `estimate_program` takes them.
    Raises:
        SpecError: the head has other sizes than the problem, or no part has the path `at`.
        CheckFailed: two witnesses of a figure differ.
    """
    question = ask(head, problem, quantisation=quantisation, tau=tau)
    if not question.needs_search:
        return classical_estimate(question)
    return estimate_program(compile_question(question, plan), at=at, witnesses=witnesses)


def estimate_program(program: Program, *, at: str | None = None, witnesses: Collection[str] = ()) -> Estimate:
    """The same for a program that is compiled already.

    Args:
        witnesses: "bloqs" and "gates", to speak beside the closed forms. Over a head's keys both do, since
            layers are those of gates; of sizes alone gates are those of random keys.
    """
    said = Witnesses((BLOQS, GATES) if program.has_data else witnesses)
    gates, unheard = _gates(program) if GATES in said.asked else (None, ())
    iteration = iteration_figures(program, gates, said, at)
    depths = depth_totals(program)
    logical = logical_figures(program, depths, said)
    found = Estimate(
        problem=program.problem,
        plan=program.plan,
        budget=program.totals.budget,
        search=search_figures(program),
        iteration=iteration,
        certificate_iteration=certificate_figures(program, iteration, said),
        logical=logical,
        memory=memory_figures(program),
        classical_work=classical_work(program),
        witnesses=said.table,
        verified_at=verified_at(),
        assumptions=(*assumptions(program, gates if program.has_data else None, depths), *unheard),
        versions=versions(),
    )
    return with_free(attrs.evolve(found, classical=classical_figures(found)), program.question)


def _gates(program: Program) -> tuple[GateFigures | None, tuple[Assumption, ...]]:
    """The iteration's, or why there are none."""
    from qattention.estimates.gates import iteration_gates, too_large

    totals = program.totals
    toffoli = int(totals.iterate.row(totals.typical_group).toffoli)
    if note := too_large(program.iteration.oracle, toffoli):
        return None, (note,)
    return iteration_gates(program.iteration, totals.t_per_rotation), ()


def search_figures(program: Program) -> SearchFigures:
    """Means over the rows; those on one load share its iterations."""
    totals, rows = program.totals, float(program.problem.n_queries)
    n_rows = totals.groups.n_rows.astype(object)
    mean = totals.mean_searches
    find, certificate = (float(np.sum(totals.counts * x)) for x in (mean.find, mean.certificate))
    errors = (mean.iterations_stderr, mean.find_stderr, mean.certificate_stderr)
    stderr, find_stderr, certificate_stderr = (float(np.sum(totals.counts * x)) / rows for x in errors)
    return SearchFigures(
        iterations_per_row=(find + certificate) / rows,
        find_iterations_per_row=find / rows,
        certificate_iterations_per_row=certificate / rows,
        iterations_total=find + certificate,
        worst_case_iterations_per_row=int(np.max(-(-totals.worst_searches.iterations // n_rows))),
        iterations_stderr=stderr,
        find_stderr=find_stderr,
        certificate_stderr=certificate_stderr,
        phase_pairs_per_row=float(np.sum(totals.counts * mean.phased)) / rows,
        phase_rotations_per_row=float(np.sum(totals.counts * mean.rotations)) / rows,
    )


def memory_figures(program: Program) -> MemoryFigures:
    """The table is in the gates; what it would take to hold and fill it is part of the bill."""
    problem = program.problem
    components = problem.n_keys * program.groups.head_dim
    cells = problem.n_keys * program.groups.word_bits
    return MemoryFigures(cells=cells, writes=components, reads=program.totals.reads)


def classical_work(program: Program) -> ClassicalWork:
    """Re-checks, what sampling for an error target took, fix-ups and Algorithm 2."""
    totals, sampling = program.totals, program.question.sampling
    sampled = 0 if sampling is None else sampling.inner_products
    checked = float(np.sum(totals.counts * totals.groups.n_rows * totals.mean_searches.runs))
    return ClassicalWork(
        inner_products=checked + sampled,
        bit_ops=totals.fix_up_bit_ops,
        inference_flops=inference_flops(program.problem),
    )


def inference_flops(problem: AttentionProblem) -> int:
    """Of Algorithm 2 (PAPER.md, section 2).

    The sum (prefix sums) of the values, n_keys d_v; for every heavy pair one product and one sum a channel,
    and two sums for weight and normaliser; for every row a sum and a division a channel.
    """
    sums = problem.n_keys * problem.v_dim + 2 * problem.n_queries * problem.v_dim
    return sums + heavy_pairs(problem) * (2 * problem.v_dim + 2)


def heavy_pairs(problem: AttentionProblem) -> int:
    """Keys of all rows: those searched for in each, or all that a causal row sees."""
    hidden = problem.n_keys - problem.n_queries  # keys that even the first causal row sees
    short = min(problem.n_queries, max(0, problem.n_searched - hidden)) if problem.causal else 0
    return short * hidden + short * (short + 1) // 2 + (problem.n_queries - short) * problem.n_searched
