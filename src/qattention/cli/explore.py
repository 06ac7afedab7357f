"""`qattention explore`: the Pareto front over plans."""

from __future__ import annotations

from typing import Any

import attrs
import click

from qattention.cli.options import command as grouped
from qattention.cli.options import head_argument, json_option, request_options
from qattention.cli.output import check_writable, emit_json, plain, print_tables, write_file
from qattention.cli.progress import progress


@grouped("explore")
@head_argument(required=False)
@request_options
@click.option("--svg", metavar="FILE", help="Draw Toffolis and T depth against qubits.")
@json_option
def command(head: str | None, svg: str | None, as_json: bool, **options: Any) -> None:
    """The plans that none beats in qubits, T gates and T depth at once, each with its choices.

    Rows may share loads (--rows-per-load auto) unless a number or --algorithm is given. Caps leave plans out.
    A loader of your own (--loader package.module:Class) competes with all others.
    """
    from qattention.api.verbs import explored
    from qattention.plan.explore import explore
    from qattention.render.front_figure import front_svg
    from qattention.render.front_tables import front_lines, front_table, loaders_table

    check_writable(svg)
    question, search, price = explored(head, **options)
    with progress("Comparing plans", len(search.row_choices)) as advance:
        report = attrs.evolve(explore(search, price, advance), problem=question.whole)
    if svg is not None:
        write_file(svg, front_svg(report))
    if as_json:
        emit_json("explore", plain(report))
    else:
        print_tables([front_table(report), *loaders_table(report)], front_lines(report))
