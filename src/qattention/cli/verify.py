"""`qattention verify`: lower an oracle to gates and run it on every address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qattention.cli.numbers import WHOLE
from qattention.cli.options import (
    exclude_options,
    head_argument,
    json_option,
    plan_options,
    problem_options,
    seed_option,
)
from qattention.cli.oracles import oracle_of_head, random_oracle
from qattention.cli.output import emit_json, print_tables
from qattention.cli.progress import progress
from qattention.errors import refuse_unsound

if TYPE_CHECKING:
    from qattention.simulate.verify import Oracle

MAX_DRAWS = 10_000  # what a missing fix-up escapes with 2**-10,000


@click.command("verify")
@head_argument(required=False)
@click.option("--row", type=WHOLE, help="The query row of HEAD [default: 0].")
@problem_options
@plan_options
@exclude_options
@seed_option
@click.option("--draws", type=WHOLE, default=10, help="Outcome vectors drawn, besides all 0 and all 1 [10].")
@click.option("--trace", type=WHOLE, metavar="ADDRESS", help="Follow this address through the oracle.")
@json_option
def command(head: str | None, seed: int, draws: int, trace: int | None, as_json: bool, **options: Any) -> int:
    """Lower the oracle of one query row, or of --rows-per-load, to gates and run it on every address.

    Without HEAD: a table of random keys, of --n-keys, --head-dim, bits and --seed.
    Ends with 1 if anything is wrong; then the first wrong address is traced, bloq by bloq (fix-up only).
    """
    from qattention.simulate.trace import is_traced, trace_oracle
    from qattention.simulate.verify import verify_oracle

    refuse_unsound(
        {
            "seed": (seed, seed >= 0, "an integer of at least 0"),
            "draws": (draws, 1 <= draws <= MAX_DRAWS, f"an integer in 1..{MAX_DRAWS}"),
        }
    )
    with progress("Verifying"):
        what, oracle = _oracle(head, options, seed)
        report = verify_oracle(oracle, seed=seed, draws=draws)
    if report.first_failure and trace is None and is_traced(oracle):
        trace = report.first_failure["address"]
        click.echo(f"reproduce with: --trace {trace} --seed {seed} --draws {draws}", err=True)
    steps = None if trace is None else trace_oracle(oracle, trace, seed=seed, draws=draws)
    if as_json:
        from qattention.cli.output import plain

        emit_json("verify", {**plain(report), **({} if steps is None else {"trace": steps})})
    else:
        from qattention.render.head_tables import trace_table, verify_table

        print_tables([verify_table(report, what), *([] if steps is None else [trace_table(steps)])])
    return 0 if report.is_right else 1


def _oracle(head: str | None, options: dict[str, Any], seed: int) -> tuple[str, Oracle]:
    """What to call the oracle that is asked for, and the oracle."""
    if not head:
        return random_oracle(options, seed)
    asked = oracle_of_head(head, options)
    return asked.title, asked.oracle
