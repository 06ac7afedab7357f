"""`qattention export`: a bloq, or an estimate, for other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qattention.cli.exporters import BLOQ_FORMATS, ESTIMATE_FORMATS
from qattention.cli.inputs import read_text
from qattention.cli.numbers import WHOLE
from qattention.cli.options import (
    exclude_options,
    json_option,
    machine_options,
    plan_options,
    problem_options,
)
from qattention.cli.oracles import oracle_of_head
from qattention.cli.output import check_writable, emit_json, write_file
from qattention.errors import SpecError, bad

if TYPE_CHECKING:
    from qattention.estimates import Estimate

ESTIMATE = "estimate"  # in place of the name of a bloq


@click.command("export")
@click.argument("bloq", metavar="BLOQ|estimate")
@click.option("--format", "form", metavar="FORMAT", help="[default: qasm3; json for an estimate].")
@click.option("--output", metavar="FILE", help="[default: stdout].")
@click.option("--head", metavar="HEAD", help="With heavy-key-oracle: that of a head's row, not the example.")
@click.option("--row", type=WHOLE, help="The query row of HEAD [default: 0].")
@click.option("--from", "source", metavar="FILE", help="With estimate: what `estimate --json` printed.")
@click.option("--physical/--no-physical", default=None, help="With estimate: physical machines.")
@problem_options
@plan_options
@exclude_options
@machine_options
@json_option
def command(bloq: str, form: str | None, output: str | None, as_json: bool, **options: Any) -> None:
    """Write a bloq's example (`qattention diagram --list` names them), or an estimate, for other tools.

    BLOQ: qasm3 (OpenQASM 3, at most 200,000 statements), cirq (Cirq's JSON), qref (QREF 1 YAML), json.
    estimate: json, azure, csv, latex, qref; of the problem options, of --head, or --from a file.
    """
    check_writable(output)
    if bloq == ESTIMATE or options["head"] is None:
        _refuse_exclusion(options)
    writers = ESTIMATE_FORMATS if bloq == ESTIMATE else BLOQ_FORMATS
    form = form or next(iter(writers))
    if form not in writers:
        raise SpecError(bad("format", form, f"{' or '.join(writers)} (what {bloq} can be written as)"))
    if bloq == ESTIMATE:
        name, text = ESTIMATE, ESTIMATE_FORMATS[form](*_estimate(options))
    else:
        name, text = _bloq(bloq, form, options)
    if output is not None:
        write_file(output, text)
    if as_json:
        emit_json("export", {"bloq": name, "format": form, "output": output, "text": text})
    elif output is None:
        click.echo(text, nl=False)


def _refuse_exclusion(options: dict[str, Any]) -> None:
    wrong = [name for name in ("exclude", "exclusion") if options[name] is not None]
    if wrong:
        rule = "absent: only heavy-key-oracle --head HEAD leaves keys out"
        raise SpecError([bad(name, options[name], rule) for name in wrong])


def _bloq(bloq: str, form: str, options: dict[str, Any]) -> tuple[str, str]:
    """(name, text) of a bloq's example, or of the oracle of a head's row."""
    from qattention.catalogue import find_record

    record = find_record(bloq)
    if options["source"] is not None:
        raise SpecError(bad("from", options["source"], "absent: only an estimate is read from a file"))
    title, built = f"{record.title}: {record.summary}", None
    if options["head"] is not None:
        if record.slug != "heavy_key_oracle":
            raise SpecError(bad("head", options["head"], "absent: only heavy-key-oracle is of a head"))
        title, built = oracle_of_head(options["head"], {**options, "p_fail": None, "p_fail_scope": None})
    return record.name, BLOQ_FORMATS[form](built or record.example(), record.name, title)


def _estimate(options: dict[str, Any]) -> tuple[Estimate, str]:
    """The estimate, computed or read, and its title."""
    from qattention.cli.estimate import solved
    from qattention.estimates.diff import read_estimate

    source, head = options["source"], options["head"]
    if options["row"] is not None:
        raise SpecError(bad("row", options["row"], "absent: an estimate is of all rows"))
    if source is None:
        return solved(options, head)
    others = [name for name in options if name != "source" and options[name] not in (None, ())]
    if others:
        raise SpecError([bad(name, options[name], "absent with --from") for name in others])
    return read_estimate(read_text(source, "from"), source), f"Estimate: {source}"
