"""`search`: what a find-all schedule costs, with a Monte-Carlo check."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from qattention.api.shown import Shown
from qattention.errors import refuse_unsound

if TYPE_CHECKING:
    from qattention.render.tables import Table

MAX_TRIALS = 10**5
TRIALS, P_FAIL = 1000, 1e-3  # unless given


@attrs.frozen(kw_only=True)
class TrialReport:
    """What the Monte Carlo saw; `missed` counts trials that ended certified with items left."""

    n: int
    iterations_mean: float
    iterations_stderr: float
    find_iterations_mean: float
    find_iterations_stderr: float
    missed: int


@attrs.frozen(kw_only=True, repr=False)
class SearchReport(Shown):
    """The fields of `search --json`; iterations of one row.

    Attributes:
        iterations_stderr, certificate_iterations_stderr: standard errors of the means; 0 where exact.
    """

    SCHEMA = "search"
    search: str
    n_items: int
    n_marked: int
    iterations_mean: float
    iterations_stderr: float
    iterations_p95: float
    iterations_worst_case: int
    certificate_iterations: float
    certificate_iterations_stderr: float
    p_fail_bound: float
    trials: TrialReport

    def answer(self) -> list[str]:
        from qattention.render.answers import search_answer

        return search_answer(
            name=self.search,
            n_marked=self.n_marked,
            n_items=self.n_items,
            mean=(self.iterations_mean, self.iterations_stderr),
            p95=self.iterations_p95,
            worst=self.iterations_worst_case,
            certificate=self.certificate_iterations,
            p_fail=self.p_fail_bound,
            trials=(self.trials.n, self.trials.missed),
        )

    def tables(self) -> list[Table]:
        from qattention.render.tables import facts, sampled

        certificate = sampled(self.certificate_iterations, self.certificate_iterations_stderr)
        trials = self.trials
        rows = [
            ("iterations: mean", sampled(self.iterations_mean, self.iterations_stderr)),
            ("of them in the certificate", certificate),
            ("iterations: p95", self.iterations_p95),
            ("iterations: worst case", self.iterations_worst_case),
            ("bound on the probability of missing any", self.p_fail_bound),
            (f"mean over {trials.n:,} trials", sampled(trials.iterations_mean, trials.iterations_stderr)),
            ("of them finding", sampled(trials.find_iterations_mean, trials.find_iterations_stderr)),
            ("trials that missed any", trials.missed),
        ]
        return [facts(f"Search {self.search}: {self.n_marked} of {self.n_items:,} items", rows)]


def search(
    *,
    n_items: int,
    n_marked: int,
    n_heavy: int | None = None,
    search: str | None = None,
    p_fail: float = P_FAIL,
    trials: int = TRIALS,
    seed: int = 0,
    on_end: Callable[[], object] = lambda: None,
) -> SearchReport:
    """Expected, p95 and worst-case iterations of a find-all schedule: `qattention search`.

    Args:
        n_items, n_marked: how many items there are, and how many of them are marked.
        n_heavy: marked items promised at most; unless given exactly `n_marked` are promised.
        search: the schedule; the usual one unless given.
        p_fail: probability that any marked item is missed.
        trials, seed: of the Monte Carlo, on the exact rotation.
        on_end: called after each trial.
    Returns:
        Grover iterations of one row, by the schedule's own sums and by trials, with standard errors.
    Raises:
        SpecError: no such schedule, or values out of range.
    """
    from qattention.search import DEFAULT_SCHEDULE, schedule_kind, simulate_schedule

    _check(n_items, n_marked, n_heavy, p_fail, trials, seed)
    kind = schedule_kind(search or DEFAULT_SCHEDULE)
    if n_heavy is None:
        schedule = kind.make(n_items, n_marked, p_fail)
    else:
        schedule = kind.make_wary(n_items, n_heavy, p_fail)
    expected = schedule.expected(n_marked)
    sample = simulate_schedule(schedule, n_marked, trials, seed, on_end=on_end)
    mean = sample.mean()
    return SearchReport(
        search=kind.name,
        n_items=n_items,
        n_marked=n_marked,
        iterations_mean=expected.iterations,
        iterations_stderr=expected.stderr,
        iterations_p95=float(schedule.p95(n_marked)),
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
