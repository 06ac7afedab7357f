"""`solve_model`: the bill of all layers and heads of a model, each part with its own best plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import attrs

from qattention.compiler import Question, ask, compile_question
from qattention.compiler.question import refuse_data
from qattention.errors import SpecError, bad
from qattention.estimates.costing import estimate_program
from qattention.estimates.free import classical_estimate
from qattention.estimates.joined import joined, rows_of
from qattention.estimates.joins import JoinEstimate, join_estimate
from qattention.estimates.models.bill import model_bill
from qattention.estimates.models.kinds import ModelSizes
from qattention.estimates.models.measured import measured_bill
from qattention.estimates.models.result import ModelBill
from qattention.estimates.request import Request
from qattention.estimates.result import Estimate
from qattention.plan.choose import Price
from qattention.problem import AttentionProblem
from qattention.problem.options import ProblemOptions, problem_of
from qattention.real_heads.at_context import head_keys

DECIDED = ("n_queries", "n_keys", "head_dim", "causal", "tau")  # by the model's config


def solve_model(
    model: ModelSizes, request: Request, on_part: Callable[[], object] = lambda: None
) -> ModelBill:
    """The bill that the request's options ask for, at the model's own context unless `n_tokens` is given.

    Raises:
        SpecError: options that the model decides; an error beyond those measured; neither says how many
            tokens there are.
        InfeasibleError: no plan within the caps, no machine.
    """
    wrong = request.problem.given(*DECIDED)
    if request.witnesses.witness is not None:
        wrong["witness"] = request.witnesses.witness  # many estimates are one bill: none is told by itself
    if wrong:
        raise SpecError([bad(name, value, "absent beside --model") for name, value in wrong.items()])
    target = request.problem.error_target
    if target is not None and request.plan.is_join:
        allowed = (
            "row-by-row or shared-load with error_target beside --model, where k is each head's own; "
            "or give n_heavy in its place"
        )
        raise SpecError(bad("algorithm", request.plan.algorithm, allowed))
    if target is not None:
        head_keys(target)  # an error that was not measured is told before anything is computed
    asked = attrs.evolve(request.problem, error_target=None)  # answered by heads measured elsewhere
    refuse_data(asked, request.quantisation)
    request.hardware  # noqa: B018  # a machine that there is not is told before anything is computed
    tokens = model.n_context if request.problem.n_tokens is None else request.problem.n_tokens
    if tokens is None:
        raise SpecError("`n_tokens`: must be given: the file has no context (max_position_embeddings)")
    widest = max(kind.head_dim for kind in model.kinds)
    whole = problem_of(attrs.evolve(asked, n_tokens=tokens, head_dim=widest))

    def solve(problem: AttentionProblem) -> Estimate | JoinEstimate:
        question = ask(None, problem, request.plan)
        if not question.needs_search:
            return classical_estimate(question)
        found = _solved(question, request.price)
        on_part()
        return found

    built = None if request.machines.physical is False else request.with_machines
    measure = None if target is None else partial(measured_bill, target, options=request.plan)
    bill = model_bill(model, whole, solve, built, measure)
    return attrs.evolve(bill, joins_toffoli=_about_joins(bill, request))


def _solved(question: Question, price: Price | None) -> Estimate | JoinEstimate:
    """Of a join where the options ask for one, and it is the best."""
    if question.options.is_join:
        rows = cache(partial(rows_of, question))
        join = joined(question, rows)
        if join is not None:
            return join_estimate(question, join)
        question = attrs.evolve(question, options=question.options.of_rows)
    return estimate_program(compile_question(question, price=price))


def _about_joins(bill: ModelBill, request: Request) -> float | None:
    """About the Toffolis of a prompt by the best algorithms, where rows are billed and options are plain."""
    each = [
        attrs.evolve(request, problem=ProblemOptions()).about_joined(part.problem)
        for part in bill.prefill.parts
    ]
    if None in each:
        return None
    pairs = zip(bill.prefill.parts, each, strict=True)
    return sum(min(part.toffoli, part.n_times * one) for part, one in pairs if one is not None)
