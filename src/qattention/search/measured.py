"""Costs of a schedule taken from a seeded simulation of it, with their standard error.

Beyond N_SIMULATED marked items the earlier finds are estimated: what they cost if the count is known,
min over m of m / P_m = 0.690 sqrt(n/t) (Boyer, Brassard, Hoyer, Tapp 1998, section 3), times the ratio of the
schedule's finds to that as measured on the last N_SIMULATED.
"""

from __future__ import annotations

from functools import lru_cache

import attrs

from qattention.errors import SpecError, bad
from qattention.search.known import known_count_cost
from qattention.search.schedule import Schedule, SearchCost
from qattention.search.simulate import TrialStatistics, simulate_schedule

N_SIMULATED = 128  # marked items simulated one find at a time
N_TRIALS = 24  # for the mean: its standard error is below 1 %, and an estimate waits for them
N_TRIALS_P95 = 96  # for the percentile
SEED = 2307_08045


@lru_cache(maxsize=256)
def seeded_trials(schedule: Schedule, n_marked: int, n_trials: int) -> TrialStatistics:
    """Trials that are the same at every call."""
    return simulate_schedule(schedule, n_marked, n_trials, SEED)


class MeasuredSchedule(Schedule):
    """A schedule whose mean and percentile are measured."""

    @property
    def n_trials(self) -> int:
        """Trials of the mean; those of the percentile are N_TRIALS_P95 / N_TRIALS times as many."""
        return N_TRIALS

    def expected(self, n_marked: int) -> SearchCost:
        """Mean cost of an episode with n_marked items marked; raises SpecError outside 0..n_items."""
        trials, early = self._measure(n_marked, self.n_trials)
        mean = trials.mean()
        return attrs.evolve(mean, find=mean.find + early.find, runs=mean.runs + early.runs)

    def p95(self, n_marked: int) -> float:
        """95th percentile of the iterations; raises SpecError outside 0..n_items."""
        trials, early = self._measure(n_marked, self.n_trials * N_TRIALS_P95 // N_TRIALS)
        return trials.p95() + early.find

    def _measure(self, n_marked: int, n_trials: int) -> tuple[TrialStatistics, SearchCost]:
        """Trials of the last N_SIMULATED finds, and the estimated cost of those before."""
        if not 0 <= n_marked <= self.n_items:
            raise SpecError(bad("n_marked", n_marked, "0..n_items"))
        if n_marked <= N_SIMULATED:
            trials = seeded_trials(self, n_marked, n_trials)
            return trials, SearchCost(find=0.0, certificate=0.0, runs=0.0)
        smaller = attrs.evolve(self, n_promised=min(self.n_promised, N_SIMULATED))
        trials = seeded_trials(smaller, N_SIMULATED, n_trials)
        mean, known = trials.mean(), known_count_cost(self.n_items, 0, N_SIMULATED)
        early = known_count_cost(self.n_items, N_SIMULATED, n_marked)
        # The schedule's own ratio to the known count's cost, as measured on the last finds.
        find = early.find * mean.find / known.find if known.find else 0.0
        return trials, attrs.evolve(early, find=find, runs=early.runs * mean.runs / known.runs)
