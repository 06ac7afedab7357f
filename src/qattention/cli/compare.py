"""`qattention compare`: against classical attention."""

from __future__ import annotations

from typing import Any

import click

from qattention.cli.numbers import REAL
from qattention.cli.options import command as grouped
from qattention.cli.options import head_argument, json_option, request_options
from qattention.cli.output import emit_json, plain, print_tables
from qattention.cli.progress import progress


@grouped("compare")
@head_argument(required=False)
@request_options
@click.option("--logical-clock", type=REAL, metavar="HZ", help="Toffoli a second, in place of the machines.")
@click.option("--measure", is_flag=True, help="Time exact attention and an approximate search here as well.")
@click.option(
    "--task",
    type=click.Choice(["attention", "search"]),
    default="attention",
    show_default=True,
    help="What the classical machines do: exact attention, or finding keys: logits and selection.",
)
@json_option
def command(head: str | None, measure: bool, as_json: bool, **options: Any) -> None:
    """Break-even with classical attention, and the clock and memory that it would take here."""
    from qattention.api.verbs import compare
    from qattention.render.classical_tables import (
        approximate_table,
        classical_tables,
        paper_table,
        rate_lines,
        rival_lines,
        rival_tables,
    )

    with progress("Estimating"):
        report = compare(head, measure=measure, **options)
    if as_json:
        return emit_json("compare", plain(report))
    searched = [approximate_table(report.approximate)] if measure else []
    lines = ["Rates", *(f"- {line}" for line in rate_lines(report.classical))]
    searched += paper_table(report.half_space)
    tables = [*classical_tables(report.classical, report.task), *rival_tables(report), *searched]
    return print_tables(tables, [*lines, "", *rival_lines(report), report.classical.line])
