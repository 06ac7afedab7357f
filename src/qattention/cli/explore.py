"""`qattention explore`: the Pareto front over plans."""

from __future__ import annotations

from typing import Any

import click

from qattention.cli.options import checked_suffix, head_argument, html_option, json_option, request_options
from qattention.cli.options import command as grouped
from qattention.cli.output import check_writable, show, write_file
from qattention.cli.progress import Stages


@grouped(
    "explore",
    examples=(
        "explore --n-tokens 2**20 --rows-per-load 1 --max-qubits 2**14 --figure front.pdf",
        "explore minilm-code --minimize physical",
    ),
)
@head_argument(required=False)
@request_options
@click.option(
    "--figure",
    "--svg",
    "figure",
    metavar="FILE",
    callback=checked_suffix("svg", "pdf", "png"),
    help="Draw Toffolis and T depth against qubits; .svg, .pdf or .png.",
)
@html_option
@json_option
def command(head: str | None, figure: str | None, html: str | None, as_json: bool, **options: Any) -> None:
    """The plans that none beats in qubits, T gates and T depth at once, each with its choices.

    Rows may share loads (--rows-per-load auto), and blocks of pairs compete with them at several numbers of
    qubits, unless a number or --algorithm is given. Caps leave plans out.
    A loader of your own (--loader package.module:Class) competes with all others.
    """
    from qattention.api.comparing import explore
    from qattention.api.formats import FIGURES, format_of
    from qattention.render.front_tables import front_file

    check_writable(figure, html)
    with Stages("Comparing plans") as stages:
        report = explore(head, on_rows=stages.begin, **options)
    if figure is not None:
        write_file(figure, front_file(report, format_of(figure, None, FIGURES)))
    show(report, as_json, html=html)
