"""`qattention compare`: against classical attention."""

from __future__ import annotations

from typing import Any

import click

from qattention.cli.numbers import REAL
from qattention.cli.options import (
    assumptions_option,
    head_argument,
    html_option,
    json_option,
    request_options,
)
from qattention.cli.options import command as grouped
from qattention.cli.output import check_writable, show
from qattention.cli.progress import progress


@grouped("compare", examples=("compare --n-tokens 2**17", "compare minilm-code --logical-clock 1e6"))
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
@html_option
@assumptions_option
@json_option
def command(head: str | None, html: str | None, as_json: bool, assumptions: bool, **options: Any) -> None:
    """Break-even with classical attention, and the clock and memory that it would take here."""
    from qattention.api.comparing import compare

    check_writable(html)
    with progress("Estimating"):
        report = compare(head, **options)
    show(report, as_json, assumptions, html)
