"""`estimate`: compile, cost, and say what the figures rest on."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import attrs
import numpy as np

from qattention.compiler import Program, ask, compile_question
from qattention.estimates.classical import classical_figures
from qattention.estimates.depths import depth_totals
from qattention.estimates.free import classical_estimate, with_free
from qattention.estimates.iteration import certificate_figures, iteration_figures
from qattention.estimates.logical import logical_figures
from qattention.estimates.model import ClassicalWork, Estimate, MemoryFigures, SearchFigures
from qattention.estimates.notes import assumptions, verified_at, versions
from qattention.estimates.witnesses import BLOQS, GATES, Witnesses
from qattention.plan import Plan
from qattention.problem import AttentionHead, AttentionProblem
from qattention.reference import Quantisation

if TYPE_CHECKING:
    from qattention.estimates.gates import GateFigures


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
    gates = _gates(program) if GATES in said.asked else None
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
        assumptions=assumptions(program, gates if program.has_data else None, depths),
        versions=versions(),
    )
    return with_free(attrs.evolve(found, classical=classical_figures(found)), program.question)


def _gates(program: Program) -> GateFigures | None:
    """The iteration's, if its table is not too large."""
    from qattention.estimates.gates import iteration_gates, made_up_gates

    lowered = iteration_gates if program.has_data else made_up_gates
    return lowered(program.iteration, program.totals.t_per_rotation)


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
