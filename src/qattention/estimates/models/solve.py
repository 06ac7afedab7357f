"""`solve_model`: the bill of all layers and heads of a model, each part with its own best plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import attrs

from qattention.compiler import ask, compile_question
from qattention.compiler.question import refuse_data
from qattention.errors import SpecError, bad
from qattention.estimates.estimate import estimate_program
from qattention.estimates.free import classical_estimate
from qattention.estimates.model import Estimate
from qattention.estimates.models.bill import model_bill
from qattention.estimates.models.kinds import ModelSizes
from qattention.estimates.models.measured import measured_bill
from qattention.estimates.models.model import ModelBill
from qattention.estimates.request import Request
from qattention.problem import AttentionProblem
from qattention.problem.options import problem_of
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
    if wrong:
        raise SpecError([bad(name, value, "absent beside --model") for name, value in wrong.items()])
    target = request.problem.error_target
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

    def solve(problem: AttentionProblem) -> Estimate:
        question = ask(None, problem, request.plan)
        if not question.needs_search:
            return classical_estimate(question)
        found = estimate_program(compile_question(question, price=request.price))
        on_part()
        return found

    built = None if request.machines.physical is False else request.with_machines
    measure = None if target is None else partial(measured_bill, target, options=request.plan)
    return model_bill(model, whole, solve, built, measure)
