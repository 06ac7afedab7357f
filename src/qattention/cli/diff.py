"""`qattention diff`: why two estimates differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qattention.cli.options import json_option
from qattention.cli.output import emit_json, plain, print_tables
from qattention.outside import read_text

if TYPE_CHECKING:
    from qattention.estimates import Estimate


@click.command("diff")
@click.argument("a", metavar="A.json")
@click.argument("b", metavar="B.json")
@json_option
def command(a: str, b: str, as_json: bool) -> None:
    """Explain by inputs, conventions and parts why two estimates (of `estimate --json`) differ."""
    from qattention.errors import SpecError
    from qattention.estimates.diff import compare_estimates, read_estimate
    from qattention.render.diff_tables import diff_lines, diff_tables

    found: list[Estimate] = []
    problems: list[str] = []
    for path in (a, b):
        try:
            found.append(read_estimate(read_text(path, "estimate"), path))
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(problems)
    report = compare_estimates(found[0], found[1], (a, b))
    if as_json:
        emit_json("diff", plain(report))
    else:
        print_tables(diff_tables(report), diff_lines(report))
