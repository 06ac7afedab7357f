"""`qattention diagram`: a bloq as SVG, PNG, text or HTML."""

from __future__ import annotations

import sys
from shutil import get_terminal_size

import click

from qattention.cli.options import json_option
from qattention.cli.output import check_writable, emit_json, write_file
from qattention.errors import SpecError, bad

FORMATS = ("svg", "png", "txt", "html")


@click.command("diagram")
@click.argument("bloq", required=False, metavar="BLOQ")
@click.option("--format", "form", metavar="|".join(FORMATS), help="[default: of --output, else txt].")
@click.option("--output", metavar="FILE", help="[default: stdout, except for png].")
@click.option("--list", "listing", is_flag=True, help="List the bloqs.")
@json_option
def command(bloq: str | None, form: str | None, output: str | None, listing: bool, as_json: bool) -> None:
    """Draw a bloq's circuit, one level down, on a small example.

    BLOQ is a name such as heavy-key-oracle; --list shows them all.
    """
    from qattention.catalogue import find_record

    if listing or bloq is None:
        if bloq is None and not listing:
            raise SpecError("`BLOQ`: is missing; qattention diagram --list shows them")
        return _list(as_json)
    record, chosen = find_record(bloq), _format(form, output)
    check_writable(output)
    if chosen == "png" and output is None:
        raise SpecError(bad("output", None, "a file: a png is not written to a terminal"))
    content = _draw(record.slug, chosen, output is None and sys.stdout.isatty())
    if output is not None:
        write_file(output, content)
    if as_json:
        emit_json("diagram", {"bloq": record.name, "format": chosen, "output": output, "bytes": len(content)})
    elif output is None:
        click.echo(content, nl=False)
    return None


def _format(form: str | None, output: str | None) -> str:
    suffix = output.rpartition(".")[2] if output and "." in output else None
    chosen = form or (suffix if suffix in FORMATS else "txt")
    if chosen not in FORMATS:
        raise SpecError(bad("format", chosen, " or ".join(FORMATS)))
    return chosen


def _list(as_json: bool) -> None:
    from qattention.catalogue import RECORDS

    if as_json:
        return emit_json("diagram", {"bloqs": {record.name: record.summary for record in RECORDS}})
    width = max(len(record.name) for record in RECORDS)
    for record in RECORDS:
        click.echo(f"{record.name:<{width}}  {record.summary}")
    return None


def _draw(slug: str, form: str, on_terminal: bool) -> str | bytes:
    from qattention.catalogue import find_record
    from qattention.catalogue.gather import bloq_facts
    from qattention.render.bloq_text import diagram_text
    from qattention.render.circuit_text import MAX_WIDTH
    from qattention.render.diagrams import bloq_html, bloq_png, bloq_svg

    facts = bloq_facts(find_record(slug))
    if form == "txt":
        width = get_terminal_size().columns if on_terminal else MAX_WIDTH
        return diagram_text(facts.record, facts.circuit, facts.tree, width)
    if form == "png":
        return bloq_png(facts)
    return bloq_svg(facts) if form == "svg" else bloq_html(facts)
