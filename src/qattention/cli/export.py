"""`qattention export`: a bloq, or an estimate, for other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qattention.api.exporters import BLOQ_FORMATS, ESTIMATE_FORMATS, LIMITED, Head
from qattention.api.formats import format_of
from qattention.cli.numbers import WHOLE
from qattention.cli.options import Named, exclude_option, exclusion_option, json_option, request_options
from qattention.cli.options import command as grouped
from qattention.cli.output import check_writable, emit_json, write_file
from qattention.cli.progress import progress
from qattention.errors import SpecError, bad
from qattention.outside import read_text

if TYPE_CHECKING:
    from qattention.estimates import Estimate

ESTIMATE = "estimate"  # in place of the name of a bloq
NOWHERE: tuple[str, ...] = ()  # an example comes of no head
OF_CIRCUITS = ("row", "exclude", "exclusion", "max_statements")  # what an estimate has not


def _formats() -> tuple[str, ...]:
    return tuple(dict.fromkeys((*BLOQ_FORMATS, *ESTIMATE_FORMATS)))


@grouped(
    "export",
    examples=(
        "export heavy-key-oracle --head smollm2-alice --row 9 --output row9.qasm",
        "export estimate --from a.json --format csv",
        "export estimate --n-tokens 2**14 --output table.tex",
    ),
)
@click.argument("bloq", metavar="BLOQ|estimate")
@click.option(
    "--format", "form", type=Named(_formats), help="[default: of --output, else qasm3; json for an estimate]."
)
@click.option("--output", metavar="FILE", help="[default: stdout].")
@click.option("--head", metavar="HEAD", help="With heavy-key-oracle: that of a head's row, not the example.")
@click.option("--row", type=WHOLE, help="The query row of HEAD [default: the one that estimate costs].")
@click.option(
    "--max-statements",
    type=WHOLE,
    metavar="N",
    help="With qasm3 or cirq: refuse longer circuits [default: 200000].",
)
@click.option("--from", "source", metavar="FILE", help="With estimate: what `estimate --json` printed.")
@exclusion_option
@exclude_option
@request_options
@json_option
def command(bloq: str, form: str | None, output: str | None, as_json: bool, **options: Any) -> None:
    """Write a bloq's example (`qattention diagram --list` names them), or an estimate, for other tools.

    BLOQ: qasm3 (OpenQASM 3), cirq (Cirq's JSON), qref (QREF 1 YAML), json; heavy-key-oracle also of a
    head's row, by the plan that `estimate` would cost. The file begins with what the circuit is made of.
    estimate: json, azure, csv, latex, markdown, qref; of the problem options, of --head, or --from a file.
    """
    writers = ESTIMATE_FORMATS if bloq == ESTIMATE else BLOQ_FORMATS
    form = format_of(output, form, tuple(writers))
    check_writable(output)
    with progress("Exporting"):
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


def _bloq(bloq: str, form: str, options: dict[str, Any]) -> tuple[str, str]:
    """(name, text) of a bloq's example, or of the oracle of a head's row."""
    from qattention.api.verbs import oracle
    from qattention.catalogue import RECORDS, find_record
    from qattention.export.facts import bloq_lines

    record, limit = find_record(bloq), _limit(options.pop("max_statements"), form)
    if (source := options.pop("source")) is not None:
        raise SpecError(bad("from", source, "absent: only an estimate is read from a file"))
    head = options.pop("head")
    if head is None:
        _refuse(options, f"absent without --head: what is written is the example of {record.name}")
        title, built, origin = f"{record.title}: {record.summary}", record.example(), NOWHERE
    else:
        if record.slug != "heavy_key_oracle":
            raise SpecError(bad("head", head, "absent: only heavy-key-oracle is of a head"))
        asked = oracle(head, **options | {"exclude": options["exclude"] or ()})
        title, built, origin = asked.title, asked.oracle, asked.facts
    action = next(one.action for one in RECORDS if one.title == type(built).__name__)
    facts = (f"Action: {action}", *origin, *bloq_lines(built))
    return record.name, BLOQ_FORMATS[form](built, Head(record.name, title, facts, limit))


def _limit(limit: int | None, form: str) -> int | None:
    if limit is not None and (form not in LIMITED or limit < 1):
        raise SpecError(bad("max_statements", limit, f"at least 1, with --format {' or '.join(LIMITED)}"))
    return limit


def _refuse(options: dict[str, Any], rule: str) -> None:
    """Raise SpecError for every option that is given."""
    wrong = [bad(name, value, rule) for name, value in options.items() if value not in (None, ())]
    if wrong:
        raise SpecError(wrong)


def _estimate(options: dict[str, Any]) -> tuple[Estimate, str]:
    """The estimate, computed or read, and its title."""
    from qattention.estimates.diff import read_estimate
    from qattention.render.estimate_tables import title_of

    _refuse({name: options.pop(name) for name in OF_CIRCUITS}, "absent: an estimate is of all rows and keys")
    source, head = options.pop("source"), options.pop("head")
    if source is not None:
        _refuse({"head": head, **options}, "absent with --from")
        found = read_estimate(read_text(source, "from"), source)
        return found, title_of(found)
    from qattention.api.verbs import request

    asked = request(head, **options)
    found = asked.estimate()
    return found, title_of(found, asked.head)
