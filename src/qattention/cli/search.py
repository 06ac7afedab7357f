"""`qattention search`: what a find-all schedule costs."""

from __future__ import annotations

from typing import Any

import click

from qattention.cli.numbers import REAL, WHOLE
from qattention.cli.options import Named, json_option, seed_option
from qattention.cli.options import command as grouped
from qattention.cli.output import show
from qattention.cli.progress import progress


def _schedules() -> tuple[str, ...]:
    from qattention.search import schedule_names

    return schedule_names()


@grouped(
    "search",
    examples=("search --n-items 2**14 --n-marked 16", "search --n-items 1000 --n-marked 0 --n-heavy 8"),
)
@click.option("--n-items", type=WHOLE, required=True, help="Keys searched.")
@click.option("--n-marked", type=WHOLE, required=True, help="Heavy keys among them.")
@click.option(
    "--n-heavy", type=WHOLE, help="Heavy keys promised at most [default: exactly --n-marked promised]."
)
@click.option("--search", type=Named(_schedules), help="The schedule [default: adaptive].")
@click.option("--p-fail", type=REAL, default=1e-3, help="Probability of missing any [default: 1e-3].")
@click.option("--trials", type=WHOLE, default=1000, help="Episodes of the Monte Carlo [default: 1000].")
@seed_option
@json_option
def command(as_json: bool, trials: int, **options: Any) -> None:
    """Expected, p95 and worst-case iterations of a find-all schedule, with a Monte-Carlo check.

    The trials use the exact rotation: nothing is approximated.
    """
    from qattention.api.searching import search

    with progress("Trials", trials) as advance:
        report = search(trials=trials, on_end=advance, **options)
    show(report, as_json)
