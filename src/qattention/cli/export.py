"""`qattention export`: a bloq for other tools."""

from __future__ import annotations

from typing import Any

import click

from qattention.cli.numbers import WHOLE
from qattention.cli.options import bits_options, heavy_options, json_option, plan_options
from qattention.cli.oracles import oracle_of_head
from qattention.cli.output import check_writable, emit_json, write_file
from qattention.errors import SpecError, bad

FORMATS = ("qasm3",)


@click.command("export")
@click.argument("bloq", metavar="BLOQ")
@click.option("--format", "form", metavar="|".join(FORMATS), default="qasm3", help="[default: qasm3].")
@click.option("--output", metavar="FILE", help="[default: stdout].")
@click.option("--head", metavar="HEAD", help="With heavy-key-oracle: that of a head's row, not the example.")
@click.option("--row", type=WHOLE, help="The query row of HEAD [default: 0].")
@heavy_options
@bits_options
@plan_options
@json_option
def command(
    bloq: str, form: str, output: str | None, head: str | None, as_json: bool, **options: Any
) -> None:
    """Write the gates of a bloq's example; `qattention diagram --list` names the bloqs.

    qasm3: OpenQASM 3, gates of stdgates.inc only; at most 200,000 statements.
    """
    from qattention.catalogue import find_record
    from qattention.export.qasm3 import to_qasm3
    from qattention.lowering.lower import lower

    if form not in FORMATS:
        raise SpecError(bad("format", form, " or ".join(FORMATS) + " (what is available now)"))
    record = find_record(bloq)
    check_writable(output)
    title, built = f"{record.title}: {record.summary}", None
    if head is not None:
        if record.slug != "heavy_key_oracle":
            raise SpecError(bad("head", head, "absent: only heavy-key-oracle is of a head"))
        title, built = oracle_of_head(head, {**options, "p_fail": None, "p_fail_scope": None})
    text = to_qasm3(lower(built or record.example()), title=title)
    if output is not None:
        write_file(output, text)
    if as_json:
        emit_json("export", {"bloq": record.name, "format": form, "output": output, "text": text})
    elif output is None:
        click.echo(text, nl=False)
