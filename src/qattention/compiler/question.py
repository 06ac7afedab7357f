"""`ask`: what is to be solved, and with which choices left open; made once and handed on."""

from __future__ import annotations

from functools import cached_property

import attrs

from qattention.compiler.rows import HeadConstants, head_constants, problem_rows
from qattention.errors import SpecError, bad
from qattention.plan import PlanOptions, RowGroups
from qattention.plan.choose import PlanSearch
from qattention.plan.rows import sharing_keys
from qattention.problem import AttentionHead, AttentionProblem
from qattention.problem.free import Split, searched_problem, split_head
from qattention.problem.options import ProblemOptions, problem_of
from qattention.reference import Quantisation
from qattention.reference.error_target import SparsityEstimate, sparsity_for_error
from qattention.reference.fills import Fill
from qattention.search import SCHEDULES, schedule_kind

OF_DATA = ("quantise", "center_keys", "logit_budget", "logit_margin")  # only a head gives them a meaning


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Question:
    """A problem, and the choices left open.

    Attributes:
        problem: what is searched, with the widths of the words; less than what is asked where keys are free.
        options: of the plan.
        constants: the head in integers, with its thresholds; None without a head.
        sampling: where k came from, if it came from an error target.
        whole: what is asked, free keys included; `problem` unless keys are free.
        split: a head's free and far keys; None without a head, or where none are free.
        needs_search: whether a row has anything to be searched for.
    """

    problem: AttentionProblem
    options: PlanOptions
    constants: HeadConstants | None = None
    sampling: SparsityEstimate | None = None
    whole: AttentionProblem = attrs.field(
        default=attrs.Factory(lambda self: self.problem, takes_self=True), kw_only=True
    )
    split: Split | None = None
    needs_search: bool = True

    @cached_property
    def search(self) -> PlanSearch:
        """The plans that are left open; what they share is worked out once.

        Raises:
            SpecError: nothing is left to be searched.
        """
        self.check_searched()
        return PlanSearch(self.problem, self.options, self.rows)

    def check_searched(self) -> None:
        """Raise SpecError where every row is answered by its free keys: there is no circuit then."""
        if not self.needs_search:
            kept = f"{self.whole.keep_window} and --keep-first {self.whole.keep_first}"
            raise SpecError(
                bad("keep_window", kept, "fewer: these keys answer every row, and no search is left")
            )

    def row_of(self, row: int) -> int:
        """The query row that is asked about, of a row that is searched."""
        if self.split is not None:
            return int(self.split.rows[row])
        return row + self.whole.n_queries - self.problem.n_queries

    def searched_row(self, row: int) -> int:
        """The row that is searched for a query row of a head; raises SpecError where none is."""
        return row if self.split is None else self.split.far_row(row)

    def rows(self, n_rows: int) -> RowGroups:
        """The loads of so many rows each: the head's own, or typical ones."""
        groups = problem_rows(self.problem, self.constants, n_rows)
        return groups if self.constants else sharing_keys(groups, self.problem, self.options.shared)


def ask(
    head: AttentionHead | None = None,
    problem: ProblemOptions | AttentionProblem | None = None,
    options: PlanOptions | None = None,
    quantisation: Quantisation | None = None,
    *,
    tau: float | None = None,
    fill: Fill = "mean-logit",
    seed: int = 0,
) -> Question:
    """The question that options put, of a head or of sizes.

    Args:
        problem: options, or the problem that they make; a problem takes `tau` beside it.
        fill, seed: of the sampling for an error target.
        quantisation: of the head; plain words of the problem's bits unless given.
    Raises:
        SpecError: values out of range; options that only a head gives a meaning, or that it decides.
        InfeasibleError: no k of at most half the keys meets the error target.
    """
    plan = options or PlanOptions()
    if isinstance(problem, AttentionProblem):
        bits = Quantisation(key_bits=problem.key_bits, query_bits=problem.query_bits)
        return _of_problem(head, problem, plan, quantisation or bits, tau, None)
    how = quantisation or Quantisation()
    asked = problem or ProblemOptions()
    if head is None:
        refuse_data(asked, how)
        return _of_problem(None, problem_of(asked), plan, how, None, None)
    sampling = _sampled(head, asked, how, fill, seed)
    if sampling is not None:
        asked = attrs.evolve(asked, n_heavy=max(1, sampling.n_heavy), error_target=None)
    how = attrs.evolve(how, key_bits=asked.key_bits, query_bits=asked.query_bits)
    return _of_problem(head, problem_of(asked, head), plan, how, asked.tau, sampling)


def _of_problem(
    head: AttentionHead | None,
    problem: AttentionProblem,
    plan: PlanOptions,
    how: Quantisation,
    tau: float | None,
    sampling: SparsityEstimate | None,
) -> Question:
    if head is not None and plan.union_share is not None:
        raise SpecError(bad("union_share", plan.union_share, "absent with HEAD: its rows' own is measured"))
    if tau is not None and plan.search in SCHEDULES and schedule_kind(plan.search).finds_thresholds:
        raise SpecError(bad("tau", tau, f"absent with --search {plan.search}, which finds the thresholds"))
    if problem.has_free:
        return _with_free(head, problem, plan, how, tau, sampling)
    if head is None:
        return Question(problem=problem, options=plan)
    known = head_constants(problem, head, tau, how)
    return Question(problem=known.problem, options=plan, constants=known, sampling=sampling)


def _with_free(
    head: AttentionHead | None,
    whole: AttentionProblem,
    plan: PlanOptions,
    how: Quantisation,
    tau: float | None,
    sampling: SparsityEstimate | None,
) -> Question:
    """The question of what is left once each row's last and first keys are taken."""
    if head is None:
        left = searched_problem(whole)
        return Question(problem=left or whole, options=plan, whole=whole, needs_search=left is not None)
    split = split_head(head, whole.keep_window, whole.keep_first)
    far = split.far
    if far is None or (sampling is not None and not sampling.n_heavy):
        return Question(
            problem=whole, options=plan, sampling=sampling, whole=whole, split=split, needs_search=False
        )
    left = attrs.evolve(
        whole,
        n_queries=far.n_queries,
        n_keys=far.n_keys,
        causal=far.causal,
        n_heavy=min(whole.n_heavy, far.n_keys),
        keep_window=0,
        keep_first=0,
    )
    known = head_constants(left, far, tau, how)
    bits = {name: getattr(known.problem, name) for name in ("key_bits", "query_bits", "n_marked")}
    return Question(
        problem=known.problem,
        options=plan,
        constants=known,
        sampling=sampling,
        whole=attrs.evolve(whole, **bits),
        split=split,
    )


def refuse_data(asked: ProblemOptions, how: Quantisation) -> None:
    """Raise SpecError for options that only a head gives a meaning."""
    usual = Quantisation()
    wrong = {name: getattr(how, name) for name in OF_DATA if getattr(how, name) != getattr(usual, name)}
    problems = [bad(name, value, "absent without HEAD") for name, value in wrong.items()]
    if asked.tau is not None:
        problems.append(bad("tau", asked.tau, "absent without HEAD: use --n-heavy"))
    if asked.error_target is not None:
        problems.append(bad("error_target", asked.error_target, "absent without HEAD: its rows are sampled"))
    if problems:
        raise SpecError(problems)


def _sampled(
    head: AttentionHead, asked: ProblemOptions, how: Quantisation, fill: Fill, seed: int
) -> SparsityEstimate | None:
    """Where k comes from, if an error is asked for."""
    if asked.error_target is None:
        return None
    clashes = asked.given("n_heavy", "tau")
    if clashes:
        lines = [bad(name, value, "absent beside --error-target") for name, value in clashes.items()]
        raise SpecError(lines)
    kept = (asked.keep_window or 0, asked.keep_first or 0)
    return sparsity_for_error(head, asked.error_target, fill, how.center_keys, seed, kept=kept)
