"""`report`: all groups of an estimate, and the conventions it is counted by."""

from __future__ import annotations

from qattention.estimates.model import Assumption, Estimate
from qattention.estimates.report.machines import physical_group
from qattention.estimates.report.problem import plan_group, problem_group
from qattention.estimates.report.search import iteration_group, search_group
from qattention.estimates.report.totals import classical_group, memory_group, totals_group
from qattention.estimates.report.values import Report

GROUPS = (
    problem_group,
    plan_group,
    search_group,
    iteration_group,
    totals_group,
    memory_group,
    classical_group,
    physical_group,
)
CONVENTIONS = (
    (
        "Counts are for one head and all its query rows. A Toffoli is an And, a Toffoli or a controlled "
        "swap; T "
        "counts four a Toffoli, and what rotations are synthesised to.",
        "Gidney, arXiv:1709.06648",
    ),
    (
        "And's, key words and the loaders' junk are erased by measurement and a classical fix-up, at no "
        "T; an "
        "estimator that uncomputes by the inverse counts up to twice as many.",
        "Gidney, arXiv:1709.06648; Berry et al., arXiv:1902.02134",
    ),
    (
        "T depth: every layer of T, And and Toffoli counts one, a rotation its T-count; rows and "
        "iterations follow "
        "one another.",
        "this package",
    ),
    (
        "One iteration is one oracle call and one reflection, of the row with median Toffoli count; "
        "expected is "
        "the mean over the schedule's randomness, worst case what no row that keeps its promise exceeds.",
        "this package",
    ),
    (
        "Witnesses: bloqs is the call graph, gates a recount of the lowered program, formula the closed "
        "form. A "
        "dash is not computed.",
        "this package",
    ),
)


def report(estimate: Estimate) -> Report:
    """Everything that the estimate says, for a reader."""
    verified = tuple(
        f"n in {_set(at.n_keys)}, d in {_set(at.head_dim)}, b in {_set(at.key_bits)}: {at.evidence}"
        for at in estimate.verified_at
    )
    return Report(
        groups=tuple(group(estimate) for group in GROUPS),
        conventions=tuple(Assumption(text=text, source=source) for text, source in CONVENTIONS),
        assumptions=estimate.assumptions,
        witnesses=estimate.witnesses,
        verified=verified,
        versions=estimate.versions,
    )


def _set(values: tuple[int, ...]) -> str:
    return "{" + ", ".join(map(str, values)) + "}"
