"""`qattention diagram`: a bloq, or the oracle of a plan, as SVG, PNG, text or HTML."""

from __future__ import annotations

import sys
from collections.abc import Callable
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import attrs
import click

from qattention.cli.options import Named, json_option, request_options
from qattention.cli.options import command as grouped
from qattention.cli.output import check_writable, emit_json, write_file
from qattention.errors import SpecError, bad

if TYPE_CHECKING:
    from qattention.api.drawing import Diagram
    from qattention.catalogue.facts import BloqFacts

FORMATS = ("txt", "svg", "png", "html")  # of the other views
VIEWS_IN_WORDS = {
    "circuit": "Circuit",
    "calls": "Call graph",
    "flame": "Toffolis",
    "path": "Longest chain of T layers",
}
VIEWS = tuple(VIEWS_IN_WORDS)
PLAN = "plan"  # in place of the name of a bloq
BINARY = ("png", "pdf")


def _bloqs() -> tuple[str, ...]:
    from qattention.catalogue import RECORDS

    return (*(record.name for record in RECORDS), PLAN)


def _formats() -> tuple[str, ...]:
    from qattention.api.drawing import DRAWN

    return DRAWN


@grouped(
    "diagram",
    examples=(
        "diagram --list",
        "diagram heavy-key-oracle",
        "diagram plan --head minilm-code --output oracle.svg",
        "diagram flag-phase --format quantikz",
    ),
)
@click.argument("bloq", required=False, metavar="BLOQ|plan", type=Named(_bloqs))
@click.option("--format", "form", type=Named(_formats), help="[default: of --output, else txt].")
@click.option("--output", metavar="FILE", help="[default: stdout, except for png and pdf].")
@click.option(
    "--view",
    type=Named(lambda: VIEWS),
    default=VIEWS[0],
    help="circuit, calls (the call graph), flame (its Toffolis), path (the longest chain of T layers).",
)
@click.option("--size", metavar="N=V,...", help="Of the bloq, such as n=8,d=2,b=3 [default: its example's].")
@click.option("--from", "source", metavar="FILE", help="With plan: of what `estimate --json` printed.")
@click.option("--list", "listing", is_flag=True, help="List the bloqs.")
@click.option("--head", metavar="HEAD", help="With plan: the one of this head.")
@request_options
@json_option
def command(
    bloq: str | None,
    form: str | None,
    output: str | None,
    view: str,
    size: str | None,
    source: str | None,
    listing: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Draw a bloq's circuit, one level down, or its call graph, on a small example or at a size.

    BLOQ is a name such as heavy-key-oracle; --list shows them all. plan: the oracle of the plan that
    `estimate` of the same options would cost, or that an estimate has, made of its parts.
    """
    if listing or bloq is None:
        if bloq is None and not listing:
            raise SpecError("`BLOQ`: is missing; qattention diagram --list shows them")
        return _list(as_json)
    from qattention.api.drawing import DRAWN, Diagram
    from qattention.api.formats import format_of

    if view not in VIEWS:
        raise SpecError(bad("view", view, " or ".join(VIEWS)))
    chosen = format_of(output, form, DRAWN if view == VIEWS[0] else FORMATS)
    drawn = _of_plan(source, size, options) if bloq == PLAN else _of_bloq(bloq, size, source, options)
    check_writable(output)
    if chosen in BINARY and output is None:
        raise SpecError(bad("output", None, f"a file: a {chosen} is not written to a terminal"))
    name = PLAN if bloq == PLAN else drawn.title
    if view == VIEWS[0]:
        shown = Diagram(name=name, facts=drawn.facts())
        content = _draw(shown, chosen, output is None and sys.stdout.isatty())
    else:
        content = _picture(drawn.bloq(), drawn.title, view, chosen)
    if output is not None:
        write_file(output, content)
    if as_json:
        emit_json("diagram", {"bloq": name, "format": chosen, "output": output, "bytes": len(content)})
    elif output is None:
        click.echo(content, nl=False)
    return None


@attrs.frozen
class Drawn:
    """What is drawn: its name, how the bloq is made, and the facts of its page."""

    title: str
    bloq: Callable[[], Any]
    facts: Callable[[], BloqFacts]


def _of_bloq(bloq: str, size: str | None, source: str | None, options: dict[str, Any]) -> Drawn:
    from qattention.catalogue import find_record
    from qattention.catalogue.gather import bloq_facts, facts_at
    from qattention.catalogue.record import read_size

    record = find_record(bloq)
    given = {name: value for name, value in (*options.items(), ("from", source)) if value not in (None, ())}
    if given:
        rule = f"absent: {record.name} is an example; `diagram plan` draws what these options choose"
        raise SpecError([bad(name, value, rule) for name, value in given.items()])
    if size is None:
        return Drawn(record.name, record.example, lambda: bloq_facts(record))
    wanted = read_size(record, size)
    return Drawn(record.name, lambda: record.build(wanted), lambda: facts_at(record, wanted))


def _of_plan(source: str | None, size: str | None, options: dict[str, Any]) -> Drawn:
    from qattention.catalogue.plan_example import plan_facts, plan_oracle

    if size is not None:
        raise SpecError(bad("size", size, "absent: a plan is drawn on five keys"))
    if source is None:
        from qattention.api.verbs import plan

        chosen = plan(options.pop("head"), **options)
    else:
        from qattention.estimates.diff import read_estimate
        from qattention.outside import read_text

        given = {name: value for name, value in options.items() if value not in (None, ())}
        if given:
            raise SpecError([bad(name, value, "absent with --from") for name, value in given.items()])
        chosen = read_estimate(read_text(source, "from"), source).plan
    return Drawn("heavy-key-oracle", lambda: plan_oracle(chosen), lambda: plan_facts(chosen))


def _picture(bloq: Any, title: str, view: str, form: str) -> str | bytes:
    """Of the call graph or of the longest chain."""
    from qattention.compiler.call_graph import call_graph
    from qattention.lowering.dependencies import critical_path
    from qattention.render import graph_pictures as pictures
    from qattention.render.page import Drawing, Page, Section, page_html
    from qattention.render.png import to_png
    from qattention.render.svg import to_svg

    if view == "path":
        found = [(one.path, one.t_layers) for one in critical_path(bloq)]
        drawing, text = pictures.path_drawing(found, title), pictures.path_text(found)
    else:
        graph = call_graph(bloq)
        draw = pictures.call_drawing if view == "calls" else pictures.flame_drawing
        drawing, text = draw(graph, title), pictures.graph_text(graph)
    if form == "txt":
        return text
    if form == "png":
        return to_png(drawing)
    if form == "svg":
        return to_svg(drawing)
    section = Section(title=VIEWS_IN_WORDS[view], blocks=(Drawing(svg=to_svg(drawing)),))
    return page_html(Page(title=title, answer=(drawing.description,), sections=(section,)))


def _list(as_json: bool) -> None:
    from qattention.catalogue import RECORDS

    if as_json:
        return emit_json("diagram", {"bloqs": {record.name: record.summary for record in RECORDS}})
    width = max(len(record.name) for record in RECORDS)
    for record in RECORDS:
        click.echo(f"{record.name:<{width}}  {record.summary}")
    return None


def _draw(diagram: Diagram, form: str, on_terminal: bool) -> str | bytes:
    from qattention.render.circuit_text import MAX_WIDTH

    return diagram.rendered(form, get_terminal_size().columns if on_terminal else MAX_WIDTH)
