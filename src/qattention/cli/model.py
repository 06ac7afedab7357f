"""`qattention estimate --model`: the bill of all layers and heads of a language model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qattention.cli.chosen_machines import asked_machines, physical_price_of, with_machines
from qattention.cli.inputs import read_text
from qattention.cli.options import PLAN_FIELDS, given, make_problem, refuse_quantisation
from qattention.cli.output import check_writable, emit_json, plain, print_tables, write_file
from qattention.cli.progress import progress
from qattention.errors import SpecError, bad

if TYPE_CHECKING:
    from qattention.estimates.models import ModelBill, ModelSizes
    from qattention.problem import AttentionProblem

DECIDED = ("head", "n_queries", "n_keys", "head_dim", "causal", "tau", "error_target", "at", "html")


def print_model(path: str, options: dict[str, Any], markdown: str | None, as_json: bool) -> None:
    """Tables or JSON of the model whose config.json is at `path`, and a report if asked for.

    Raises:
        SpecError, InfeasibleError: as `bill_of`; the report cannot be written.
    """
    from qattention.render.model_tables import model_lines, model_markdown, model_tables

    check_writable(markdown)
    bill = bill_of(path, options)
    if markdown is not None:
        write_file(markdown, model_markdown(bill))
    if as_json:
        emit_json("model", plain(bill))
    else:
        print_tables(model_tables(bill), model_lines(bill))


def bill_of(path: str, options: dict[str, Any]) -> ModelBill:
    """The bill that the options ask for, each phase with the plan that is best for it.

    Raises:
        SpecError: bad options, or no such model. InfeasibleError: no plan within the caps, no machine.
    """
    from qattention.estimates import estimate
    from qattention.estimates.models import decode_problem, model_bill, prefill_problem, read_model
    from qattention.plan import PlanOptions, choose_plan

    _refuse(options)
    machines = asked_machines(options)
    asked, model = PlanOptions(**given(options, *PLAN_FIELDS)), read_model(read_text(path, "model"))
    whole, found = _problem(model, options), []
    price = physical_price_of(options, asked)
    with progress("Estimating", 2) as advance:
        for problem in (prefill_problem(model, whole), decode_problem(model, whole)):
            found.append(estimate(problem, choose_plan(problem, asked, price=price)))
            advance()
    built = None if options["physical"] is False else lambda all_: with_machines(all_, options, machines)
    return model_bill(model, found[0], found[1], built)


def _refuse(options: dict[str, Any]) -> None:
    problems = [bad(name, value, "absent beside --model") for name, value in given(options, *DECIDED).items()]
    if problems:
        raise SpecError(problems)
    refuse_quantisation(options)


def _problem(model: ModelSizes, options: dict[str, Any]) -> AttentionProblem:
    """The model's context unless --n-tokens is given, and the other options."""
    tokens = given({"n_tokens": model.n_context} | given(options, "n_tokens"), "n_tokens")
    return make_problem({**options, **tokens, "head_dim": model.head_dim})
