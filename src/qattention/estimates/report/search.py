"""The search, and one of its iterations."""

from __future__ import annotations

from qattention.estimates.model import Estimate, IterationFigures
from qattention.estimates.report.values import ReportEntry, ReportGroup, entry, told
from qattention.formulas import TOFFOLI_T


def search_group(estimate: Estimate) -> ReportGroup:
    """How often the oracle is called."""
    search, problem = estimate.search, estimate.problem
    find, certificate = search.find_iterations_per_row, search.certificate_iterations_per_row
    rows = told(problem.n_queries)
    return ReportGroup(
        title="Search",
        entries=(
            entry("search/iterations_per_row", "iterations a row", search.iterations_per_row,
                  "Grover iterations of a row, mean over the schedule's randomness.",
                  f"{told(find)} to find the heavy keys and {told(certificate)} to certify that none is "
                  f"left; "
                  f"a scan would read {told(problem.n_keys)} keys."),
            entry("search/find_iterations_per_row", "of them finding", find,
                  "Iterations until all promised keys are found.",
                  f"{told(problem.n_heavy)} keys of {told(problem.n_keys)}: "
                  f"{told(find / (problem.n_keys * problem.n_heavy) ** 0.5)} x sqrt(n k)."),
            entry("search/certificate_iterations_per_row", "of them certifying", certificate,
                  "Iterations that show that no heavy key is left.",
                  f"They keep the search's share {estimate.budget.search:.3g} of the failure probability: "
                  f"{told(certificate / problem.n_keys**0.5)} x sqrt(n)."),
            entry("search/worst_case_iterations_per_row", "iterations a row, at worst",
                  search.worst_case_iterations_per_row, "What no row that keeps its promise exceeds.",
                  f"{told(search.worst_case_iterations_per_row / search.iterations_per_row)} times the mean."
                  if search.iterations_per_row else "No iterations are needed."),
            entry("search/iterations_total", "iterations in all", search.iterations_total,
                  "Iterations of all rows, mean.",
                  f"{rows} rows of {told(search.iterations_total / problem.n_queries)} each."),
        ),
    )  # fmt: skip


def iteration_group(estimate: Estimate) -> ReportGroup:
    """Exact counts of one iteration."""
    one, certificate = estimate.iteration, estimate.certificate_iteration
    return ReportGroup(
        title="One iteration",
        entries=(
            entry("iteration/toffoli", "Toffoli", one.toffoli, "And's, Toffolis and controlled swaps.",
                  f"{_sum_of_parts(one)}{_witnessed(estimate, 'toffoli')}."),
            entry("iteration/t", "T", one.t, "T gates, a Toffoli counting four.",
                  f"{TOFFOLI_T} x {told(one.toffoli)} Toffoli"
                  + (f" and {told(one.rotation)} rotations." if one.rotation else ", and no rotations.")),
            _depth(estimate),
            entry("iteration/qubits", "logical qubits", one.qubits, "Most wires alive at once.",
                  f"{told(one.qubits)} wires are alive at the fullest "
                  f"moment{_witnessed(estimate, 'qubits')}."),
            entry("iteration/classical_bit_ops", "classical bit operations", one.classical_bit_ops,
                  "XORs between the unload's measurement and its fix-up.",
                  f"{told(one.classical_bit_ops)} set bits of the table are XORed with the outcomes; the "
                  f"qubits "
                  "wait for what exceeds the machine's reaction time."),
            entry("certificate_iteration/toffoli", "Toffoli, certifying", certificate.toffoli,
                  "The same in the certificate, whose iterations may carry phases.",
                  f"{told(certificate.toffoli - one.toffoli)} more than in a find, and "
                  f"{told(certificate.rotation - one.rotation)} more rotations."),
        ),
    )  # fmt: skip


def _sum_of_parts(one: IterationFigures) -> str:
    if sum(part.toffoli for part in one.breakdown) != one.toffoli:  # one part was asked for
        return f"{told(one.toffoli)} in one oracle call and one reflection"
    parts = " + ".join(f"{told(part.toffoli)} {part.path} ({part.share:.1%})" for part in one.breakdown)
    return f"{parts} = {told(one.toffoli)}" if parts else "Nothing in it needs a Toffoli"


def _witnessed(estimate: Estimate, field: str) -> str:
    sources = estimate.witnesses.get(f"iteration.{field}", ())
    return f"; {', '.join(sources)} agree" if len(sources) > 1 else ""


def _depth(estimate: Estimate) -> ReportEntry:
    one, by_gates = estimate.iteration, "gates" in estimate.witnesses.get("iteration.t_depth", ())
    if one.t_depth is None:
        text = "It was not computed."
    elif by_gates:
        text = (
            f"{told(one.toffoli)} Toffoli in {told(one.t_depth)} layers of the gates' schedule; Clifford "
            f"depth {told(one.clifford_depth)}."
        )
    else:
        text = (
            f"{told(one.toffoli)} Toffoli in {told(one.t_depth)} layers by closed forms, the parts one after "
            f"another; Clifford depth {told(one.clifford_depth)}."
        )
    return entry("iteration/t_depth", "T depth", one.t_depth, "Layers of T and Toffoli.", text)
