"""`qattention export`: a bloq, or an estimate, for other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qattention.cli.exporters import BLOQ_FORMATS, ESTIMATE_FORMATS, LIMITED, Head
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
NOWHERE: tuple[str, ...] = ()  # an example comes of no head
OF_ORACLES = (  # options that an oracle's circuit depends on, sizes included: those have a line of their own
    *("head", "row", "n_heavy", "tau", "key_bits", "query_bits", "quantise", "logit_budget", "logit_margin"),
    *("algorithm", "loader", "block_size", "unload_block", "inner_product", "rows_per_load", "padding"),
    *("plan", "exclude", "exclusion", "n_tokens", "n_queries", "n_keys", "head_dim", "causal"),
)


@click.command("export")
@click.argument("bloq", metavar="BLOQ|estimate")
@click.option("--format", "form", metavar="FORMAT", help="[default: qasm3; json for an estimate].")
@click.option("--output", metavar="FILE", help="[default: stdout].")
@click.option("--head", metavar="HEAD", help="With heavy-key-oracle: that of a head's row, not the example.")
@click.option("--row", type=WHOLE, help="The query row of HEAD [default: 0].")
@click.option(
    "--max-statements",
    type=WHOLE,
    metavar="N",
    help="With qasm3 or cirq: refuse longer circuits [default: 200000].",
)
@click.option("--from", "source", metavar="FILE", help="With estimate: what `estimate --json` printed.")
@click.option("--physical/--no-physical", default=None, help="With estimate: physical machines.")
@problem_options
@plan_options
@exclude_options
@machine_options
@json_option
def command(bloq: str, form: str | None, output: str | None, as_json: bool, **options: Any) -> None:
    """Write a bloq's example (`qattention diagram --list` names them), or an estimate, for other tools.

    BLOQ: qasm3 (OpenQASM 3), cirq (Cirq's JSON), qref (QREF 1 YAML), json; heavy-key-oracle also of a
    head's row. The file begins with what the circuit is made of.
    estimate: json, azure, csv, latex, qref; of the problem options, of --head, or --from a file.
    """
    check_writable(output)
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


def _bloq(bloq: str, form: str, options: dict[str, Any]) -> tuple[str, str]:
    """(name, text) of a bloq's example, or of the oracle of a head's row."""
    from qattention.catalogue import RECORDS, find_record
    from qattention.export.facts import bloq_lines

    record, limit = find_record(bloq), _limit(options.pop("max_statements"), form)
    if options["source"] is not None:
        raise SpecError(bad("from", options["source"], "absent: only an estimate is read from a file"))
    if options["head"] is None:
        _refuse(options, (), f"absent without --head: what is written is the example of {record.name}")
        title, built, origin = f"{record.title}: {record.summary}", record.example(), NOWHERE
    else:
        if record.slug != "heavy_key_oracle":
            raise SpecError(bad("head", options["head"], "absent: only heavy-key-oracle is of a head"))
        _refuse(options, OF_ORACLES, "absent: it changes nothing in an oracle's circuit")
        asked = oracle_of_head(options["head"], options)
        title, built, origin = asked.title, asked.oracle, asked.facts
    action = next(one.action for one in RECORDS if one.title == type(built).__name__)
    facts = (f"Action: {action}", *origin, *bloq_lines(built))
    return record.name, BLOQ_FORMATS[form](built, Head(record.name, title, facts, limit))


def _limit(limit: int | None, form: str) -> int | None:
    if limit is not None and (form not in LIMITED or limit < 1):
        raise SpecError(bad("max_statements", limit, f"at least 1, with --format {' or '.join(LIMITED)}"))
    return limit


def _refuse(options: dict[str, Any], allowed: tuple[str, ...], rule: str) -> None:
    """Raise SpecError for every option that is given and none of `allowed`."""
    wrong = [name for name, value in options.items() if value not in (None, ()) and name not in allowed]
    if wrong:
        raise SpecError([bad({"source": "from"}.get(name, name), options[name], rule) for name in wrong])


def _estimate(options: dict[str, Any]) -> tuple[Estimate, str]:
    """The estimate, computed or read, and its title."""
    from qattention.cli.estimate import solved, title_of
    from qattention.estimates.diff import read_estimate

    _refuse_of_circuits(options)
    source = options["source"]
    if source is None:
        return solved(options, options["head"])
    _refuse(options, ("source",), "absent with --from")
    found = read_estimate(read_text(source, "from"), source)
    return found, title_of(found)


def _refuse_of_circuits(options: dict[str, Any]) -> None:
    """Raise SpecError for what only a circuit has."""
    rules = {
        "row": "absent: an estimate is of all rows",
        "exclude": "absent: only heavy-key-oracle --head HEAD leaves keys out",
        "exclusion": "absent: only heavy-key-oracle --head HEAD leaves keys out",
        "max_statements": "absent: an estimate has none",
    }
    wrong = [bad(name, options[name], rule) for name, rule in rules.items() if options[name] is not None]
    if wrong:
        raise SpecError(wrong)
