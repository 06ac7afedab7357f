"""`qattention diagram`: a bloq, or the oracle of a plan, as SVG, PNG, text or HTML."""

from __future__ import annotations

import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from qattention.cli.options import Named, json_option, request_options
from qattention.cli.options import command as grouped
from qattention.cli.output import check_writable, emit_json, write_file
from qattention.errors import SpecError, bad

if TYPE_CHECKING:
    from qattention.api.drawing import Diagram
    from qattention.catalogue.facts import BloqFacts

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
@click.option("--list", "listing", is_flag=True, help="List the bloqs.")
@click.option("--head", metavar="HEAD", help="With plan: the one of this head.")
@request_options
@json_option
def command(
    bloq: str | None, form: str | None, output: str | None, listing: bool, as_json: bool, **options: Any
) -> None:
    """Draw a bloq's circuit, one level down, on a small example.

    BLOQ is a name such as heavy-key-oracle; --list shows them all. plan: the oracle of the plan that
    `estimate` of the same options would cost, made of its parts.
    """
    if listing or bloq is None:
        if bloq is None and not listing:
            raise SpecError("`BLOQ`: is missing; qattention diagram --list shows them")
        return _list(as_json)
    from qattention.api.drawing import DRAWN, Diagram
    from qattention.api.formats import format_of

    chosen = format_of(output, form, DRAWN)
    facts = _plan_facts(options) if bloq == PLAN else _bloq_facts(bloq, options)
    check_writable(output)
    if chosen in BINARY and output is None:
        raise SpecError(bad("output", None, f"a file: a {chosen} is not written to a terminal"))
    drawn = Diagram(name=PLAN if bloq == PLAN else facts.record.name, facts=facts)
    content = _draw(drawn, chosen, output is None and sys.stdout.isatty())
    if output is not None:
        write_file(output, content)
    if as_json:
        emit_json("diagram", {"bloq": drawn.name, "format": chosen, "output": output, "bytes": len(content)})
    elif output is None:
        click.echo(content, nl=False)
    return None


def _bloq_facts(bloq: str, options: dict[str, Any]) -> BloqFacts:
    from qattention.catalogue import find_record
    from qattention.catalogue.gather import bloq_facts

    record = find_record(bloq)
    given = {name: value for name, value in options.items() if value not in (None, ())}
    if given:
        rule = f"absent: {record.name} is an example; `diagram plan` draws what these options choose"
        raise SpecError([bad(name, value, rule) for name, value in given.items()])
    return bloq_facts(record)


def _plan_facts(options: dict[str, Any]) -> BloqFacts:
    from qattention.api.verbs import plan
    from qattention.catalogue.plan_example import plan_facts

    return plan_facts(plan(options.pop("head"), **options))


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
