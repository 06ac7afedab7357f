"""`qattention physical`: machines for logical counts from any source."""

from __future__ import annotations

from typing import Any

import click

from qattention.asked import MachineOptions
from qattention.cli.options import assumptions_option, json_option, options_of
from qattention.cli.options import command as grouped
from qattention.cli.output import show


@grouped("physical", examples=("physical a.json --machine superconducting-1e-4 --machine-p-fail 0.01",))
@click.argument("counts", metavar="FILE")
@options_of(MachineOptions, without=("physical",))
@assumptions_option
@json_option
def command(counts: str, as_json: bool, assumptions: bool, **options: Any) -> None:
    """Physical machines for the logical counts in FILE ("-": stdin).

    FILE is JSON: an Azure-style logicalCounts object, from any tool, or what `estimate --json` printed.
    """
    from qattention.api.machines import physical

    show(physical(counts, **options), as_json, assumptions)
