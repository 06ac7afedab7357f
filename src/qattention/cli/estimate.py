"""`qattention estimate`: compile a problem, cost it, report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qattention.cli.chosen_machines import asked_machines, physical_price_of, with_machines
from qattention.cli.numbers import REAL
from qattention.cli.options import (
    PLAN_FIELDS,
    given,
    head_argument,
    json_option,
    machine_options,
    make_problem,
    make_quantisation,
    plan_options,
    problem_options,
    refuse_quantisation,
)
from qattention.cli.output import check_writable, json_text, print_tables, write_file
from qattention.cli.progress import progress
from qattention.errors import SpecError, bad

if TYPE_CHECKING:
    from qattention.estimates import Estimate
    from qattention.plan.choose import PlanSearch
    from qattention.problem import AttentionHead
    from qattention.reference.error_target import SparsityEstimate


@click.command("estimate")
@head_argument(required=False)
@problem_options
@click.option("--model", metavar="FILE", help="config.json of a language model: a prompt and a token.")
@click.option("--error-target", type=REAL, help="Derive k from this relative Frobenius error of the output.")
@plan_options
@click.option("--at", metavar="PATH", help="Break down one part, such as oracle/inner_product.")
@click.option(
    "--physical/--no-physical",
    default=None,
    help="Physical machines from two engines [default: those that can be built; exit 3 only if asked for].",
)
@machine_options
@click.option("--markdown", metavar="FILE", help="Write a report.")
@click.option("--html", metavar="FILE", help="Write a page with the oracle's drawing.")
@json_option
def command(
    head: str | None,
    model: str | None,
    at: str | None,
    markdown: str | None,
    html: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Compile a head, a problem of given sizes or all heads of a model, and cost it.

    Without HEAD: typical rows, no data needed, so --n-tokens 2**40 works.
    """
    if model is not None:
        from qattention.cli.model import print_model

        print_model(model, {**options, "head": head, "at": at, "html": html}, markdown, as_json)
        return
    from qattention.estimates import to_dict
    from qattention.render.estimate_report import estimate_html, estimate_markdown
    from qattention.render.estimate_tables import estimate_tables, headlines

    check_writable(markdown, html)
    result, title = solved(options, head, at)
    if markdown is not None:
        write_file(markdown, estimate_markdown(result, title))
    if html is not None:
        write_file(html, estimate_html(result, title, _oracle_svg(result)))
    if as_json:
        click.echo(json_text(to_dict(result)), nl=False)
    else:
        print_tables(estimate_tables(result), [*headlines(result), *_notes(result)])


def solved(options: dict[str, Any], head: str | None, at: str | None = None) -> tuple[Estimate, str]:
    """The estimate with the machines that the options ask for, and its title.

    Raises:
        SpecError, InfeasibleError: as `estimate_of`; no such head or machine; no machine that can be built.
    """
    from qattention.problem import load_head

    with progress("Estimating"):
        machines = asked_machines(options)
        loaded = None if head is None else load_head(head)
        sampling = _sampling(options, loaded)
        if sampling is not None:
            options = {**options, "n_heavy": sampling.n_heavy}
        result = with_machines(_with_sampling(estimate_of(options, loaded, at), sampling), options, machines)
    return result, f"Estimate: {loaded.name}" if loaded is not None else title_of(result)


def _sampling(options: dict[str, Any], head: AttentionHead | None) -> SparsityEstimate | None:
    """Where k comes from, if an error is asked for."""
    from qattention.reference.error_target import sparsity_for_error

    target = options.get("error_target")
    if target is None:
        return None
    clashes = [
        bad(name, value, "absent beside --error-target")
        for name, value in given(options, "n_heavy", "tau").items()
    ]
    if head is None:
        clashes.append(bad("error_target", target, "absent without HEAD: its rows are sampled"))
    if head is None or clashes:
        raise SpecError(clashes)
    return sparsity_for_error(head, target)


def _with_sampling(result: Estimate, sampling: SparsityEstimate | None) -> Estimate:
    """The estimate, the sample's classical work and where k is from included."""
    import attrs

    from qattention.estimates.model import Assumption

    if sampling is None:
        return result
    work = result.classical_work
    n_products = work.inner_products + sampling.inner_products
    text = (
        f"k = {sampling.n_heavy} is the smallest with an error of at most {sampling.error_target:.3g} on "
        f"{sampling.n_sampled} sampled rows: {sampling.error:.3g}, three standard errors more "
        f"{sampling.error_limit:.3g}; {sampling.inner_products:,} inner products of the sample are counted"
    )
    note = Assumption(text=text, source="--error-target")
    return attrs.evolve(
        result,
        classical_work=attrs.evolve(work, inner_products=n_products),
        assumptions=(*result.assumptions, note),
    )


def estimate_of(options: dict[str, Any], head: AttentionHead | None, at: str | None = None) -> Estimate:
    """The estimate that the options ask for.

    Raises:
        SpecError, InfeasibleError: bad options, or no plan within the caps.
    """
    from qattention.estimates import estimate
    from qattention.plan.choose import best_of

    search = plan_search(options, head)
    plan = best_of(search, physical_price_of(options, search.options))
    problem = make_problem(options, head)
    if head is None:
        return estimate(problem, plan, at=at)
    how = make_quantisation(options)
    return estimate(problem, plan, head, tau=options.get("tau"), quantisation=how, at=at)


def plan_search(options: dict[str, Any], head: AttentionHead | None) -> PlanSearch:
    """The plans that the options leave open, for a head's own rows or typical ones.

    Raises:
        SpecError: bad options, or such as only a head gives a meaning.
    """
    from qattention.plan import PlanOptions
    from qattention.plan.choose import PlanSearch

    problem, tau = make_problem(options, head), options.get("tau")
    asked = PlanOptions(**given(options, *PLAN_FIELDS))
    if head is None:
        if tau is not None:
            raise SpecError(bad("tau", tau, "absent without HEAD: use --n-heavy"))
        refuse_quantisation(options)
        return PlanSearch(problem, asked)
    from qattention.compiler import head_constants, problem_rows

    constants = head_constants(problem, head, tau, make_quantisation(options))
    known = constants.problem
    return PlanSearch(known, asked, lambda n_rows: problem_rows(known, constants, n_rows))


def title_of(result: Estimate) -> str:
    """What to call an estimate whose head is not known."""
    problem = result.problem
    return f"Estimate: {problem.n_queries:,} queries, {problem.n_keys:,} keys, d = {problem.head_dim}"


def _notes(result: Estimate) -> list[str]:
    return ["", "Assumptions", *(f"- {note.text} [{note.source}]" for note in result.assumptions)]


def _oracle_svg(result: Estimate) -> str:
    from qattention.catalogue.plan_example import plan_circuit
    from qattention.render.circuit_drawing import draw
    from qattention.render.svg import to_svg

    return to_svg(draw(plan_circuit(result.plan)))
