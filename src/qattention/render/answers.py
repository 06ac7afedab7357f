"""What was asked, answered first: the figure, its unit, the machine and the verdict, in a few lines.

An answer fills at most MOST_LINES lines of a terminal of 80 columns; its first line says of what it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from qattention.estimates.fastest import fastest
from qattention.render.estimate_tables import each_time, headline, summary_line
from qattention.render.estimate_tables import searches as has_search
from qattention.render.join_tables import join_headlines
from qattention.render.tables import sampled, words

if TYPE_CHECKING:
    from qattention.claims import ClaimsReport
    from qattention.estimates import Estimate
    from qattention.estimates.classical import ClassicalFigures
    from qattention.estimates.classical.comparison import CompareReport
    from qattention.estimates.diff import DiffReport
    from qattention.estimates.joins import JoinEstimate
    from qattention.estimates.models import ModelBill, PhaseBill
    from qattention.estimates.physical.document import PhysicalDocument
    from qattention.estimates.result import PhysicalFigures
    from qattention.estimates.scaling import ScalingReport
    from qattention.estimates.scaling.result import Verdict
    from qattention.plan.explore import ExploreReport, FrontPoint
    from qattention.reference import InspectReport
    from qattention.simulate.joins import JoinReport
    from qattention.simulate.run import RunReport
    from qattention.simulate.verify import VerifyReport

MOST_LINES = 8
COLUMNS = 80
INDENT = "  "
SENTENCE = re.compile(r"(?<=[a-z0-9)][.])\s+(?=[A-Z])")


def estimate_answer(estimate: Estimate, title: str) -> list[str]:
    """Toffolis, qubits, the plan, the fastest machine, and how it stands against exact attention."""
    logical, search = estimate.logical, estimate.search
    if not has_search(estimate):
        return [title, f"{INDENT}{summary_line(estimate)}"]
    return [
        title,
        f"{INDENT}{headline(logical.expected.toffoli)} Toffoli expected (at most "
        f"{headline(logical.worst_case.toffoli)}) on {logical.qubits:,} logical qubits",
        f"{INDENT}{headline(search.iterations_total)} Grover iterations of {estimate.iteration.toffoli:,} "
        f"Toffoli {each_time(estimate)}, by {_plan(estimate)}",
        *_machine(estimate.physical),
        *_against(estimate.classical),
    ]


def _plan(estimate: Estimate) -> str:
    plan = estimate.plan
    rows = "" if plan.circuit.rows_per_load == 1 else f", {plan.circuit.rows_per_load} rows a load"
    return f"{plan.circuit}{rows}, search {plan.search}"


def _machine(figures: Sequence[PhysicalFigures] | None) -> list[str]:
    one = fastest(figures)
    if one is None:
        return []
    from qattention.estimates.report import duration  # loaded already: there are figures

    return [
        f"{INDENT}{duration(one.runtime_s)} on {headline(one.physical_qubits)} physical qubits: "
        f"{one.model} [{one.engine}], the fastest costed"
    ]


def _against(classical: ClassicalFigures | None) -> list[str]:
    """The first of the classical machines: how many times as long. `compare` looks for a break-even."""
    if classical is None or not classical.against:
        return []
    from qattention.estimates.classical.words import rounded  # loaded already: there are figures
    from qattention.estimates.report import duration

    one = classical.against[0]
    return [
        f"{INDENT}{rounded(one.ratio)} times as long as exact attention on {one.what} "
        f"({duration(one.seconds)})"
    ]


def sentences(text: str, n_lines: int) -> list[str]:
    """The first sentences of a text that fit into so many lines, at least one, indented as one line."""
    kept, *rest = SENTENCE.split(text)
    for sentence in rest:
        if len(kept) + 1 + len(sentence) > n_lines * (COLUMNS - len(INDENT)) - COLUMNS // 4:
            break
        kept = f"{kept} {sentence}"
    return [f"{INDENT}{kept}"]


def join_answer(estimate: JoinEstimate) -> list[str]:
    """Of what, and what it takes beside rows alone."""
    problem = estimate.problem
    return [
        f"{problem.n_queries:,} queries, {problem.n_keys:,} keys, d = {problem.head_dim}, "
        f"k = {problem.n_heavy}: blocks of pairs ({estimate.algorithm})",
        *(f"{INDENT}{line}" for line in join_headlines(estimate)),
        *_machine(estimate.physical),
        *_against(estimate.classical),
    ]


def join_run_answer(report: JoinReport, head_name: str) -> list[str]:
    """What was found, what it took, and how far the output is off."""
    return [
        f"{head_name}, {report.rows:,} rows by {report.algorithm}: {report.missed} missed, "
        f"{report.extra} extra",
        f"{INDENT}{report.iterations_total:,} iterations, {report.ratio:.3g} of the plan's for marks at "
        f"random",
        f"{INDENT}output off by {report.error.relative_frobenius:.3g} (relative Frobenius) of exact "
        f"attention",
    ]


def model_answer(bill: ModelBill) -> list[str]:
    """The prompt, and the token after it."""
    phases = [("prompt", bill.prefill), *([("token", bill.decode)] if bill.decode else [])]
    lines = [f"Attention of a model over {bill.n_tokens:,} tokens, all layers and heads"]
    for name, one in phases:
        lines += _phase_answer(name, one)
    return lines


def _phase_answer(name: str, one: PhaseBill) -> list[str]:
    from qattention.estimates.report import duration  # loaded already: there are figures

    against = one.classical.against[0]
    return [
        f"{INDENT}{name}: {headline(one.logical.expected.toffoli)} Toffoli expected on "
        f"{one.logical.qubits:,} logical qubits",
        f"{INDENT * 2}{duration(one.classical.quantum_s)} by {one.classical.quantum}; "
        f"{duration(against.seconds)} classically ({against.what})",
    ]


def verify_answer(report: VerifyReport) -> list[str]:
    """Right or wrong, for how many addresses and outcomes; and of which plan."""
    verdict = "right on every address" if report.is_right else "WRONG"
    outcomes = "all outcomes" if report.outcomes == "all" else f"{report.draws:,} vectors of outcomes"
    lines = [
        f"{report.what}: {verdict}",
        f"{INDENT}{report.addresses:,} addresses, {outcomes} of its measurements: {_wrong(report)}",
        f"{INDENT}{report.toffoli:,} Toffoli by gates, {report.toffoli_from_bloqs:,} by bloqs, "
        f"{report.toffoli_from_formula:,} by formula; {report.qubits:,} qubits",
    ]
    if report.plan is not None:
        circuit = report.plan.circuit
        rows = "" if circuit.rows_per_load == 1 else f", {circuit.rows_per_load} rows a load"
        left_out = "" if circuit.exclusion == "fix-up" else f", but for keys left out ({circuit.exclusion})"
        lines.append(
            f"{INDENT}The plan that estimate costs{left_out}: {circuit}{rows}, padding {circuit.padding}."
        )
    return [*lines, *([f"{INDENT}{report.note}"] if report.note else [])]


def _wrong(report: VerifyReport) -> str:
    found = (
        (report.mismatches, "changed"),
        (report.dirty_ancillas, "with dirty ancillas"),
        (report.phase_errors, "of wrong phase"),
    )
    return ", ".join(f"{n:,} {what}" for n, what in found if n) or "none wrong"


def run_answer(report: RunReport, head_name: str) -> list[str]:
    """What was found, what it took, and how far the output is off."""
    steps, error = report.iterations, report.error
    return [
        f"{head_name}, {report.rows:,} rows: {report.n_heavy['mean']:.4g} heavy keys found a row, "
        f"{report.missed} missed, {report.extra} extra",
        f"{INDENT}{steps['mean']:.4g} iterations a row (p95 {steps['p95']:.4g}), {steps['per_key']:.3g} of "
        f"the keys that a scan reads",
        f"{INDENT}output off by {error.relative_frobenius:.3g} (relative Frobenius, fill {report.fill}) of "
        f"exact attention",
    ]


def inspect_answer(report: InspectReport) -> list[str]:
    """The verdict, and what it rests on."""
    found = report.verdict
    return [
        f"{report.name}: {found.line}",
        f"{INDENT}{found.error:.3g} relative Frobenius error with {found.n_heavy:,} keys a row and the "
        f"mean-logit fill; without fill {found.error_without_fill:.3g}",
        f"{INDENT}the gap condition of theorem 1.3 holds in {report.gap_condition_rows:,} of "
        f"{report.n_queries:,} rows",
    ]


def explore_answer(report: ExploreReport) -> list[str]:
    """The ends of the front."""
    marks = (("toffoli", "fewest Toffoli"), ("qubits", "fewest qubits"), ("t-depth", "least T depth"))
    ends = [(text, _with(report.points, mark)) for mark, text in marks]
    return [
        f"{len(report.points):,} of {report.n_plans:,} plans are beaten by none in qubits, T and T depth",
        *(f"{INDENT}{text}: {_point(one)}" for text, one in ends if one is not None),
    ]


def _with(points: Iterable[FrontPoint], mark: str) -> FrontPoint | None:
    return next((one for one in points if mark in one.best), None)


def _point(one: FrontPoint) -> str:
    costs = f"{headline(one.toffoli)} Toffoli on {one.qubits:,} qubits, T depth {headline(one.t_depth)}: "
    if one.plan is None:
        return f"{costs}{one.algorithm}, {len(one.phases)} phases"
    rows = one.plan.circuit.rows_per_load
    shared = "" if rows == 1 else f", {rows} rows a load"
    return f"{costs}{one.plan.circuit}{shared}"


def scaling_answer(report: ScalingReport) -> list[str]:
    """In how many verdicts the claim holds, and the ends of the T counts."""
    answers = [verdict.verdict for verdict in report.verdicts]
    told = ", ".join(f"{word} in {answers.count(word)}" for word in ("holds", "fails", "assumes"))
    lines = [f"n^1.5 k^0.5 d, compiled: of {len(answers)} verdicts (loaders × costs) it {told}"]
    for algorithm in dict.fromkeys(verdict.algorithm for verdict in report.verdicts):
        found = [v for v in report.verdicts if (v.algorithm, v.cost) == (algorithm, "t")]
        if found:
            least, most = (pick(found, key=_billed) for pick in (min, max))
            what = "finding and certificate" if least.total is not None else "finding alone"
            lines.append(
                f"{INDENT}T count, {algorithm}: n^{_billed(least):.2f} ({least.loader}) to "
                f"n^{_billed(most):.2f} ({most.loader}), fitted, {what}"
            )
    return lines[:MOST_LINES]


def _billed(verdict: Verdict) -> float:
    """The exponent of n of all that is billed; of finding where nothing is proved."""
    return (verdict.fitted if verdict.total is None else verdict.total.fitted).n


def compare_answer(report: CompareReport) -> list[str]:
    """The comparison's own sentences."""
    problem = report.problem
    return [
        f"{problem.n_queries:,} queries, {problem.n_keys:,} keys, d = {problem.head_dim}, "
        f"k = {problem.n_heavy}: {headline(report.toffoli)} Toffoli expected",
        *sentences(report.classical.line, MOST_LINES - 2),
    ]


def claims_answer(report: ClaimsReport) -> list[str]:
    """Which claims are below exact attention here, and what becomes of their power of n in gates."""
    p, below, lost = report.parameters, list[str](), list[str]()
    for claim in report.claims:
        costs = ((claim.one_row, claim.exact_row), (claim.all_rows, claim.exact_rows))
        if any(cost is not None and cost < exact for cost, exact in costs):
            below.append(claim.name)
        if claim.verdicts and not any(one.gains for one in claim.verdicts if "gates" in one.memory):
            lost.append(claim.name)
    priced = sum(not claim.missing for claim in report.claims)
    return [
        f"{report.head}: n = {p.n:,}, d = {p.head_dim:,}, k = {words(p.n_heavy)}; {priced} of "
        f"{len(report.claims)} claims priced",
        f"{INDENT}below exact attention here, constants 1: {', '.join(below) or 'none'}",
        f"{INDENT}without a gain in n once keys are looked up in gates: {', '.join(lost) or 'none'}",
    ]


def physical_answer(found: PhysicalDocument) -> list[str]:
    """The fastest machine and that of fewest qubits."""
    counts = found.logical_counts
    figures = found.physical
    few = min(figures, key=lambda one: (one.physical_qubits, one.runtime_s), default=None)
    lines = [
        f"{words(counts.n_ccz)} Toffoli and {words(counts.n_t)} T on {words(counts.n_qubits)} logical "
        f"qubits, {len({(one.engine, one.model) for one in figures})} machines",
        *_machine(figures),
    ]
    if few is not None and few is not fastest(figures):
        lines.append(_machine([few])[0].replace("the fastest costed", "the fewest qubits"))
    return lines


def diff_answer(report: DiffReport, summary: Sequence[str]) -> list[str]:
    """What the sentence below the tables said, and how many inputs differ."""
    if report.identical:
        return list(summary)
    names = [change.path for change in report.inputs]
    return [
        f"{report.b} against {report.a}: {summary[-1]}",
        f"{INDENT}inputs that differ: {', '.join(names[:6]) or 'none'}{' ...' * (len(names) > 6)}",
    ]


def search_answer(
    *, name: str, n_marked: int, n_items: int, mean: tuple[float, float], p95: float, worst: float,
    certificate: float, p_fail: float, trials: tuple[int, int],
) -> list[str]:  # fmt: skip
    """Iterations, mean with its standard error.

    Args:
        trials: how many, and how many of them missed any.
    """
    return [
        f"{name}: {n_marked:,} of {n_items:,} items found in {sampled(*mean)} iterations on average",
        f"{INDENT}p95 {words(p95)}, worst case {words(worst)}; {words(certificate)} of the mean certify "
        f"that none is left",
        f"{INDENT}any is missed with probability at most {p_fail:.3g}; {trials[1]:,} of {trials[0]:,} trials "
        f"missed any",
    ]


def n_lines(answer: Iterable[str], columns: int = COLUMNS) -> int:
    """How many lines of a terminal an answer takes, words kept whole where they can be: at most one more."""
    return sum(max(1, math.ceil(len(line) / columns)) for line in answer)
