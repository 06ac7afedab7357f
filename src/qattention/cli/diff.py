"""`qattention diff`: why two estimates differ."""

from __future__ import annotations

import click

from qattention.cli.options import command as grouped
from qattention.cli.options import json_option
from qattention.cli.output import show


@grouped("diff", examples=("diff a.json b.json",))
@click.argument("a", metavar="A.json")
@click.argument("b", metavar="B.json")
@json_option
def command(a: str, b: str, as_json: bool) -> None:
    """Explain by inputs, conventions and parts why two estimates (of `estimate --json`) differ."""
    from qattention.api.studying import diff

    show(diff(a, b), as_json)
