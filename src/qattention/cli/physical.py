"""`qattention physical`: machines for logical counts from any source."""

from __future__ import annotations

from typing import Any

import click

from qattention.asked import MachineOptions
from qattention.cli.options import command as grouped
from qattention.cli.options import json_option, options_of
from qattention.cli.output import emit_json, plain, print_tables
from qattention.outside import read_text


@grouped("physical")
@click.argument("counts", metavar="FILE")
@options_of(MachineOptions, without=("physical",))
@json_option
def command(counts: str, as_json: bool, **options: Any) -> None:
    """Physical machines for the logical counts in FILE ("-": stdin).

    FILE is JSON: an Azure-style logicalCounts object, from any tool, or what `estimate --json` printed.
    """
    from qattention.estimates.physical import chosen_machines
    from qattention.estimates.physical.document import physical_document, read_counts
    from qattention.render.physical_tables import counts_table, physical_tables

    machines = chosen_machines(options["machine"])
    found = physical_document(read_counts(read_text(counts, "counts")), machines, options["machine_p_fail"])
    if as_json:
        emit_json("physical", plain(found))
        return
    notes = [f"- {note.text} [{note.source}]" for note in found.assumptions]
    tables = [counts_table(found.logical_counts), *physical_tables(found.physical)]
    print_tables(tables, ["Assumptions", *notes])
