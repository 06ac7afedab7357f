"""`qattention export`: a bloq, or an estimate, for other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qattention.api.exporters import BLOQ_FORMATS, ESTIMATE_FORMATS, JOIN_FORMATS, LIMITED, Head
from qattention.api.formats import format_of
from qattention.cli.numbers import WHOLE
from qattention.cli.options import Named, exclude_option, exclusion_option, json_option, request_options
from qattention.cli.options import command as grouped
from qattention.cli.output import check_writable, emit_json, write_file
from qattention.cli.progress import progress
from qattention.errors import SpecError, bad
from qattention.outside import read_text

if TYPE_CHECKING:
    from qattention.catalogue.record import BloqRecord
    from qattention.plan.algorithms import PhaseKind

ROW_ORACLE = "heavy_key_oracle"
BLOCKS: dict[str, PhaseKind] = {"turn_oracle": "turns", "pair_oracle": "pairs"}
ESTIMATE = "estimate"  # in place of the name of a bloq
NOWHERE: tuple[str, ...] = ()  # an example comes of no head
OF_CIRCUITS = ("row", "phase", "exclude", "exclusion", "max_statements")  # what an estimate has not


def _formats() -> tuple[str, ...]:
    return tuple(dict.fromkeys((*BLOQ_FORMATS, *ESTIMATE_FORMATS)))


@grouped(
    "export",
    examples=(
        "export heavy-key-oracle --head smollm2-alice --row 9 --output row9.qasm",
        "export turn-oracle --head minilm-code --algorithm blocked",
        "export estimate --from a.json --format csv",
        "export estimate --n-tokens 2**14 --output table.tex",
    ),
)
@click.argument("bloq", metavar="BLOQ|estimate")
@click.option(
    "--format", "form", type=Named(_formats), help="[default: of --output, else qasm3; json for an estimate]."
)
@click.option("--output", metavar="FILE", help="[default: stdout].")
@click.option(
    "--head",
    metavar="HEAD",
    help="With heavy-key-oracle: of a head's row; turn-oracle, pair-oracle: of a block.",
)
@click.option("--phase", type=WHOLE, help="Of a join, from 0 [default: the first of its kind].")
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
    head's row, turn-oracle and pair-oracle of a block, by what `estimate` would cost. The file begins with
    what the circuit is made of.
    estimate: json, azure, csv, latex, markdown, qref; of the problem options, of --head, or --from a file.
    """
    writers = ESTIMATE_FORMATS if bloq == ESTIMATE else BLOQ_FORMATS
    form = format_of(output, form, tuple(writers))
    check_writable(output)
    with progress("Exporting"):
        if bloq == ESTIMATE:
            name, text = ESTIMATE, _estimate(form, options)
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
        title, built, origin = _of_head(record, head, options)
    action = next(one.action for one in RECORDS if one.title == type(built).__name__)
    facts = (f"Action: {action}", *origin, *bloq_lines(built))
    return record.name, BLOQ_FORMATS[form](built, Head(record.name, title, facts, limit))


def _of_head(record: BloqRecord, head: str, options: dict[str, Any]) -> tuple[str, Any, tuple[str, ...]]:
    """(title, oracle, facts) of a head's row, or of a block of its pairs.

    Raises:
        SpecError: a bloq that is of no head; options of the other.
    """
    from qattention.api.verbs import block_oracle, oracle

    phase = options.pop("phase")
    if record.slug in BLOCKS:
        wrong = {name: options.pop(name) for name in ("row", "exclude", "exclusion")}
        _refuse(wrong, f"absent: {record.name} is of a block of rows, what was found left out")
        what, built = block_oracle(head, BLOCKS[record.slug], phase, **options)
        return f"{record.title} of {what}", built, NOWHERE
    _refuse({"phase": phase}, "absent: of turn-oracle and pair-oracle")
    if record.slug != ROW_ORACLE:
        raise SpecError(bad("head", head, f"absent: only {', '.join((ROW_ORACLE, *BLOCKS))} are of a head"))
    asked = oracle(head, **options | {"exclude": options["exclude"] or ()})
    return asked.title, asked.oracle, asked.facts


def _limit(limit: int | None, form: str) -> int | None:
    if limit is not None and (form not in LIMITED or limit < 1):
        raise SpecError(bad("max_statements", limit, f"at least 1, with --format {' or '.join(LIMITED)}"))
    return limit


def _refuse(options: dict[str, Any], rule: str) -> None:
    """Raise SpecError for every option that is given."""
    wrong = [bad(name, value, rule) for name, value in options.items() if value not in (None, ())]
    if wrong:
        raise SpecError(wrong)


def _estimate(form: str, options: dict[str, Any]) -> str:
    """The estimate, computed or read, in a format.

    Raises:
        SpecError: a format that is of plans of rows alone, and a join.
    """
    from qattention.api.estimating import JoinEstimate, estimate
    from qattention.estimates.diff import read_estimate
    from qattention.render.estimate_tables import title_of

    _refuse({name: options.pop(name) for name in OF_CIRCUITS}, "absent: an estimate is of all rows and keys")
    source, head = options.pop("source"), options.pop("head")
    if source is not None:
        _refuse({"head": head, **options}, "absent with --from")
        found = read_estimate(read_text(source, "from"), source)
        return ESTIMATE_FORMATS[form](found, title_of(found))
    made = estimate(head, **options)
    if not isinstance(made, JoinEstimate):
        return ESTIMATE_FORMATS[form](made, made.title)
    if form not in JOIN_FORMATS:
        raise SpecError(bad("format", form, f"{' or '.join(JOIN_FORMATS)} with --algorithm {made.algorithm}"))
    return JOIN_FORMATS[form](made, made.title)
