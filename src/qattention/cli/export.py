"""`qattention export`: a bloq for other tools."""

from __future__ import annotations

import click

from qattention.cli.options import json_option
from qattention.cli.output import check_writable, emit_json, write_file
from qattention.errors import SpecError, bad

FORMATS = ("qasm3",)


@click.command("export")
@click.argument("bloq", metavar="BLOQ")
@click.option("--format", "form", metavar="|".join(FORMATS), default="qasm3", help="[default: qasm3].")
@click.option("--output", metavar="FILE", help="[default: stdout].")
@json_option
def command(bloq: str, form: str, output: str | None, as_json: bool) -> None:
    """Write the gates of a bloq's example; `qattention diagram --list` names the bloqs.

    qasm3: OpenQASM 3, gates of stdgates.inc only.
    """
    from qattention.catalogue import find_record
    from qattention.export.qasm3 import to_qasm3
    from qattention.lowering.lower import lower

    if form not in FORMATS:
        raise SpecError(bad("format", form, " or ".join(FORMATS) + " (what is available now)"))
    record = find_record(bloq)
    check_writable(output)
    text = to_qasm3(lower(record.example()), title=f"{record.title}: {record.summary}")
    if output is not None:
        write_file(output, text)
    if as_json:
        emit_json("export", {"bloq": record.name, "format": form, "output": output, "text": text})
    elif output is None:
        click.echo(text, nl=False)
