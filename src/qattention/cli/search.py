"""`qattention search`: what a find-all schedule costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qattention.cli.numbers import REAL, WHOLE
from qattention.cli.options import json_option, seed_option
from qattention.cli.output import emit_json, plain, print_tables
from qattention.cli.progress import progress
from qattention.cli.reports import SearchReport, TrialReport
from qattention.errors import refuse_unsound

if TYPE_CHECKING:
    from qattention.render.tables import Table

MAX_TRIALS = 10**5


@click.command("search")
@click.option("--n-items", type=WHOLE, required=True, help="Keys searched.")
@click.option("--n-marked", type=WHOLE, required=True, help="Heavy keys among them.")
@click.option(
    "--n-heavy", type=WHOLE, help="Heavy keys promised at most [default: exactly --n-marked promised]."
)
@click.option("--search", "name", metavar="NAME", help="The schedule [default: adaptive].")
@click.option("--p-fail", type=REAL, default=1e-3, help="Probability of missing any [default: 1e-3].")
@click.option("--trials", type=WHOLE, default=1000, help="Episodes of the Monte Carlo [default: 1000].")
@seed_option
@json_option
def command(
    n_items: int,
    n_marked: int,
    n_heavy: int | None,
    name: str | None,
    p_fail: float,
    trials: int,
    seed: int,
    as_json: bool,
) -> None:
    """Expected, p95 and worst-case iterations of a find-all schedule, with a Monte-Carlo check.

    The trials use the exact rotation: nothing is approximated.
    """
    from qattention.search import DEFAULT_SCHEDULE, schedule_kind, simulate_schedule

    _check(n_items, n_marked, n_heavy, p_fail, trials, seed)
    kind = schedule_kind(name or DEFAULT_SCHEDULE)
    if n_heavy is None:
        schedule = kind.make(n_items, n_marked, p_fail)
    else:
        schedule = kind.make_wary(n_items, n_heavy, p_fail)
    with progress("Trials", trials) as advance:
        expected, p95 = schedule.expected(n_marked), schedule.p95(n_marked)
        sample = simulate_schedule(schedule, n_marked, trials, seed, on_end=advance)
    mean = sample.mean()
    report = SearchReport(
        search=kind.name,
        iterations_mean=expected.iterations,
        iterations_stderr=expected.stderr,
        iterations_p95=float(p95),
        iterations_worst_case=int(schedule.worst_case().iterations),
        certificate_iterations=expected.certificate,
        certificate_iterations_stderr=expected.certificate_stderr,
        p_fail_bound=schedule.p_fail_bound(n_marked),
        trials=TrialReport(
            n=trials,
            iterations_mean=mean.iterations,
            iterations_stderr=mean.stderr,
            find_iterations_mean=mean.find,
            find_iterations_stderr=mean.find_stderr,
            missed=sample.missed,
        ),
    )
    if as_json:
        emit_json("search", plain(report))
    else:
        print_tables([_table(report, n_marked, n_items)])


def _table(report: SearchReport, n_marked: int, n_items: int) -> Table:
    from qattention.render.tables import facts, sampled

    certificate = sampled(report.certificate_iterations, report.certificate_iterations_stderr)
    trials = report.trials
    return facts(
        f"Search {report.search}: {n_marked} of {n_items:,} items",
        [
            ("iterations: mean", sampled(report.iterations_mean, report.iterations_stderr)),
            ("of them in the certificate", certificate),
            ("iterations: p95", report.iterations_p95),
            ("iterations: worst case", report.iterations_worst_case),
            ("bound on the probability of missing any", report.p_fail_bound),
            (f"mean over {trials.n:,} trials", sampled(trials.iterations_mean, trials.iterations_stderr)),
            ("trials that missed any", trials.missed),
        ],
    )


def _check(n_items: int, n_marked: int, n_heavy: int | None, p_fail: float, trials: int, seed: int) -> None:
    from qattention.problem.spec import LEAST_P_FAIL, MAX_SIZE, P_FAIL_RANGE

    refuse_unsound(
        {
            "n_items": (n_items, 1 <= n_items <= MAX_SIZE, "an integer in 1..2**60"),
            "n_heavy": (n_heavy, n_heavy is None or 0 <= n_heavy <= n_items, "an integer in 0..n_items"),
            "p_fail": (p_fail, LEAST_P_FAIL <= p_fail < 1, P_FAIL_RANGE),
            "n_marked": (n_marked, 0 <= n_marked <= n_items, "an integer in 0..n_items"),
            "trials": (trials, 1 <= trials <= MAX_TRIALS, f"an integer in 1..{MAX_TRIALS}"),
            "seed": (seed, seed >= 0, "an integer of at least 0"),
        }
    )
