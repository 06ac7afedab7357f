"""`qattention verify`: lower an oracle to gates and run it on every address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qattention.cli.numbers import WHOLE
from qattention.cli.options import command as grouped
from qattention.cli.options import (
    exclude_option,
    exclusion_option,
    head_argument,
    json_option,
    request_options,
    seed_option,
)
from qattention.cli.output import emit_json, plain, print_tables
from qattention.cli.progress import progress
from qattention.errors import refuse_unsound
from qattention.outside import read_text

if TYPE_CHECKING:
    from qattention.estimates import Estimate

MAX_DRAWS = 10_000  # what a missing fix-up escapes with 2**-10,000


@grouped("verify")
@head_argument(required=False)
@click.option("--row", type=WHOLE, help="The query row of HEAD [default: the one that estimate costs].")
@click.option("--from", "source", metavar="FILE", help="Prove the circuit of what `estimate --json` printed.")
@exclusion_option
@exclude_option
@seed_option
@click.option("--draws", type=WHOLE, help="Outcome vectors to try besides, with all 0 and all 1 [none].")
@click.option("--trace", type=WHOLE, metavar="ADDRESS", help="Follow this address through the oracle.")
@request_options
@json_option
def command(
    head: str | None,
    source: str | None,
    seed: int,
    draws: int | None,
    trace: int | None,
    as_json: bool,
    **options: Any,
) -> int:
    """Prove the circuit that `estimate` of the same would cost: run its gates on every
    address, for all outcomes of its measurements at once.

    Without HEAD: a typical row over random keys, of the sizes given and --seed.
    Ends with 1 if anything is wrong; then the first wrong address is traced, bloq by bloq (fix-up only).
    """
    from qattention.api.verbs import oracle, proved

    refuse_unsound(
        {
            "seed": (seed, seed >= 0, "an integer of at least 0"),
            "draws": (draws, draws is None or 1 <= draws <= MAX_DRAWS, f"an integer in 1..{MAX_DRAWS}"),
        }
    )
    with progress("Verifying"):
        options["exclude"] = options["exclude"] or ()
        asked = oracle(head, seed=seed, published=_published(source), **options)
        from qattention.simulate.trace import is_traced, trace_oracle
        from qattention.simulate.verify import verify_oracle

        report = proved(asked, verify_oracle(asked.oracle, seed=seed, draws=draws))
    failure = report.first_failure or {}
    if failure and trace is None and is_traced(asked.oracle):
        trace, sampled = failure["address"], "" if draws is None else f" --draws {draws}"
        click.echo(f"reproduce with: --trace {trace} --seed {seed}{sampled}", err=True)
    steps = None
    if trace is not None:
        steps = trace_oracle(asked.oracle, trace, seed=seed, draws=draws, outcome=failure.get("outcome"))
    if as_json:
        emit_json("verify", {**plain(report), **({} if steps is None else {"trace": plain(steps)})})
    else:
        from qattention.render.head_tables import trace_table, verify_lines, verify_table

        tables = [verify_table(report, asked.title), *([] if steps is None else [trace_table(steps)])]
        print_tables(tables, verify_lines(report))
    return 0 if report.is_right else 1


def _published(source: str | None) -> Estimate | None:
    """The estimate of a file."""
    if source is None:
        return None
    from qattention.estimates.diff import read_estimate

    return read_estimate(read_text(source, "from"), source)
