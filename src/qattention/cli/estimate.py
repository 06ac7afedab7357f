"""`qattention estimate`: compile a problem, cost it, report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qattention.asked import WitnessOptions
from qattention.cli.options import command as grouped
from qattention.cli.options import head_argument, json_option, options_of, request_options
from qattention.cli.output import check_writable, emit_json, json_text, plain, print_tables, write_file
from qattention.cli.progress import progress

if TYPE_CHECKING:
    from qattention.estimates import Estimate
    from qattention.estimates.joins import JoinEstimate


@grouped("estimate")
@head_argument(required=False)
@request_options
@options_of(WitnessOptions)
@click.option("--model", metavar="FILE", help="config.json of a language model: a prompt and a token.")
@click.option("--at", metavar="PATH", help="Break down one part, such as oracle/inner_product.")
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

        print_model(model, options, {"head": head, "at": at, "html": html}, markdown, as_json)
        return
    from qattention.api.verbs import request
    from qattention.estimates import to_dict
    from qattention.render.estimate_report import estimate_markdown, estimate_page
    from qattention.render.estimate_tables import estimate_tables, headlines, title_of
    from qattention.render.join_tables import join_line
    from qattention.render.page import page_html

    check_writable(markdown, html)
    with progress("Estimating"):
        asked = request(head, **options)
        join = asked.join_estimate()
    if join is not None:
        _print_join(join, {"at": at, "html": html, "markdown": markdown}, as_json)
        return
    with progress("Estimating"):
        asked = asked.best_of_rows() if asked.plan.is_join else asked
        result = asked.estimate(at)
        about = None if as_json else asked.about_joined()
    title = title_of(result, asked.head)
    if markdown is not None:
        write_file(markdown, estimate_markdown(result, title))
    if html is not None:
        write_file(html, page_html(estimate_page(result, title, _oracle_svg(result))))
    if as_json:
        click.echo(json_text(to_dict(result)), nl=False)
    else:
        notes = ["", "Assumptions", *(f"- {note.text} [{note.source}]" for note in result.assumptions)]
        saved = [] if about is None else [join_line(about, result.logical.expected.toffoli)]
        print_tables(estimate_tables(result), [*headlines(result), *saved, *notes])


def _print_join(join: JoinEstimate, files: dict[str, str | None], as_json: bool) -> None:
    """A join on stdout; it has no parts to break down, and no report of its own.

    Raises:
        SpecError: a file or a part is asked for.
    """
    from qattention.errors import SpecError, bad
    from qattention.render.join_tables import join_headlines, join_tables

    given = {name: value for name, value in files.items() if value is not None}
    if given:
        allowed = f"absent with --algorithm {join.algorithm}"
        raise SpecError([bad(name, value, allowed) for name, value in given.items()])
    if as_json:
        emit_json("join", plain(join))
        return
    notes = ["", "Assumptions", *(f"- {note.text} [{note.source}]" for note in join.assumptions)]
    print_tables(join_tables(join), [*join_headlines(join), *notes])


def _oracle_svg(result: Estimate) -> str:
    from qattention.catalogue.plan_example import plan_circuit
    from qattention.render.circuit_drawing import draw
    from qattention.render.svg import to_svg

    return to_svg(draw(plan_circuit(result.plan)))
