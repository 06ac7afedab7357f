"""`qattention explore`: the Pareto front over plans."""

from __future__ import annotations

from typing import Any

import click

from qattention.cli.chosen_machines import physical_price_of
from qattention.cli.estimate import plan_search
from qattention.cli.options import (
    head_argument,
    json_option,
    machine_options,
    plan_options,
    problem_options,
)
from qattention.cli.output import check_writable, emit_json, plain, print_tables, write_file
from qattention.cli.progress import progress


@click.command("explore")
@head_argument(required=False)
@problem_options
@plan_options
@machine_options
@click.option("--svg", metavar="FILE", help="Draw Toffolis and T depth against qubits.")
@json_option
def command(head: str | None, svg: str | None, as_json: bool, **options: Any) -> None:
    """The plans that none beats in qubits, T gates and T depth at once, each with its choices.

    Rows may share loads (--rows-per-load auto) unless a number or --algorithm is given. Caps leave plans out.
    A loader of your own (--loader package.module:Class) competes with all others.
    """
    from qattention.plan.explore import explore
    from qattention.problem import load_head
    from qattention.render.front_figure import front_svg
    from qattention.render.front_tables import front_lines, front_table, loaders_table

    check_writable(svg)
    options["physical"] = None  # machines price the points, none is built
    if all(options[name] is None for name in ("algorithm", "rows_per_load", "plan")):
        options["rows_per_load"] = "auto"
    if ":" in (options["loader"] or ""):
        options["loader"] = None  # it is one of the family now
    search = plan_search(options, None if head is None else load_head(head))
    with progress("Comparing plans", len(search.row_choices)) as advance:
        report = explore(search, physical_price_of(options, search.options), advance)
    if svg is not None:
        write_file(svg, front_svg(report))
    if as_json:
        emit_json("explore", plain(report))
    else:
        print_tables([front_table(report), *loaders_table(report)], front_lines(report))
