"""`solve_model`: the bill of all layers and heads of a model, each part with its own best plan."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from qattention.compiler import Question, compile_question
from qattention.compiler.question import refuse_data
from qattention.errors import SpecError, bad
from qattention.estimates.costing import estimate_program
from qattention.estimates.model import Estimate
from qattention.estimates.models.bill import model_bill
from qattention.estimates.models.kinds import ModelSizes
from qattention.estimates.models.model import ModelBill
from qattention.estimates.request import Request
from qattention.problem import AttentionProblem
from qattention.problem.options import problem_of

DECIDED = ("n_queries", "n_keys", "head_dim", "causal", "tau", "error_target")  # by the model's config


def solve_model(
    model: ModelSizes, request: Request, on_part: Callable[[], object] = lambda: None
) -> ModelBill:
    """The bill that the request's options ask for, at the model's own context unless `n_tokens` is given.

    Raises:
        SpecError: options that the model decides; neither says how many tokens there are.
        InfeasibleError: no plan within the caps, no machine.
    """
    wrong = request.problem.given(*DECIDED)
    if wrong:
        raise SpecError([bad(name, value, "absent beside --model") for name, value in wrong.items()])
    refuse_data(request.problem, request.quantisation)
    request.hardware  # noqa: B018  # a machine that there is not is told before anything is computed
    tokens = model.n_context if request.problem.n_tokens is None else request.problem.n_tokens
    if tokens is None:
        raise SpecError("`n_tokens`: must be given: the file has no context (max_position_embeddings)")
    widest = max(kind.head_dim for kind in model.kinds)
    whole = problem_of(attrs.evolve(request.problem, n_tokens=tokens, head_dim=widest))

    def solve(problem: AttentionProblem) -> Estimate:
        question = Question(problem=problem, options=request.plan)
        found = estimate_program(compile_question(question, price=request.price))
        on_part()
        return found

    built = None if request.machines.physical is False else request.with_machines
    return model_bill(model, whole, solve, built)
