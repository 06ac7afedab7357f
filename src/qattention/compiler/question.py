"""`ask`: what is to be solved, and with which choices left open; made once and handed on."""

from __future__ import annotations

from functools import cached_property

import attrs

from qattention.compiler.rows import HeadConstants, head_constants, problem_rows
from qattention.errors import SpecError, bad
from qattention.plan import PlanOptions, RowGroups
from qattention.plan.choose import PlanSearch
from qattention.problem import AttentionHead, AttentionProblem
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
        problem: with the widths of the words.
        options: of the plan.
        constants: the head in integers, with its thresholds; None without a head.
        sampling: where k came from, if it came from an error target.
    """

    problem: AttentionProblem
    options: PlanOptions
    constants: HeadConstants | None = None
    sampling: SparsityEstimate | None = None

    @cached_property
    def search(self) -> PlanSearch:
        """The plans that are left open; what they share is worked out once."""
        return PlanSearch(self.problem, self.options, self.rows)

    def rows(self, n_rows: int) -> RowGroups:
        """The loads of so many rows each: the head's own, or typical ones."""
        return problem_rows(self.problem, self.constants, n_rows)


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
        return Question(problem=problem_of(asked), options=plan)
    sampling = _sampled(head, asked, how, fill, seed)
    if sampling is not None:
        asked = attrs.evolve(asked, n_heavy=sampling.n_heavy, error_target=None)
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
    if tau is not None and plan.search in SCHEDULES and schedule_kind(plan.search).finds_thresholds:
        raise SpecError(bad("tau", tau, f"absent with --search {plan.search}, which finds the thresholds"))
    if head is None:
        return Question(problem=problem, options=plan)
    known = head_constants(problem, head, tau, how)
    return Question(problem=known.problem, options=plan, constants=known, sampling=sampling)


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
    return sparsity_for_error(head, asked.error_target, fill, how.center_keys, seed)
