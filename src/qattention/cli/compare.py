"""`qattention compare`: against classical attention."""

from __future__ import annotations

from typing import Any

import click

from qattention.cli.estimate import solved
from qattention.cli.numbers import REAL
from qattention.cli.options import (
    head_argument,
    json_option,
    machine_options,
    plan_options,
    problem_options,
)
from qattention.cli.output import emit_json, plain, print_tables


@click.command("compare")
@head_argument(required=False)
@problem_options
@plan_options
@click.option("--physical/--no-physical", default=None, help="As for estimate; without: an idealised clock.")
@machine_options
@click.option("--logical-clock", type=REAL, metavar="HZ", help="Toffoli a second, in place of the machines.")
@click.option("--measure", is_flag=True, help="Time exact attention and an approximate search here as well.")
@json_option
def command(
    head: str | None, logical_clock: float | None, measure: bool, as_json: bool, **options: Any
) -> None:
    """Break-even with classical attention, and the clock and memory that it would take here."""
    from qattention.estimates.classical.comparison import compare
    from qattention.problem import load_head
    from qattention.render.classical_tables import approximate_table, classical_tables, rate_lines

    if logical_clock is not None:
        options["physical"] = False
    estimate, _ = solved(options, head)
    loaded = load_head(head) if head is not None and measure else None
    data = None if loaded is None else (loaded.q, loaded.k)
    report = compare(estimate, measure=measure, toffoli_per_s=logical_clock, head=data)
    if as_json:
        return emit_json("compare", plain(report))
    searched = [approximate_table(report.approximate)] if measure else []
    lines = ["Rates", *(f"- {line}" for line in rate_lines(report.classical))]
    return print_tables([*classical_tables(report.classical), *searched], [*lines, "", report.classical.line])
