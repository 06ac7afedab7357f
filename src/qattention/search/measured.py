"""Costs of a schedule taken from a seeded simulation of it, with their standard error.

Beyond N_SIMULATED marked items the earlier finds are added in closed form: by then the belief is sharp, and a
find costs what it costs when the count is known, min over m of m / P_m = 0.690 sqrt(n/t) (Boyer, Brassard,
Hoyer, Tapp 1998, section 3).
"""

from __future__ import annotations

from functools import lru_cache

import attrs

from qattention.errors import SpecError, bad
from qattention.search.known import known_count_cost
from qattention.search.schedule import Schedule, SearchCost
from qattention.search.simulate import TrialStatistics, simulate_schedule

N_SIMULATED = 128  # marked items simulated one find at a time
N_TRIALS = 100  # standard error about 0.6 % of the mean
SEED = 2307_08045


@lru_cache(maxsize=256)
def _trials(schedule: Schedule, n_marked: int) -> TrialStatistics:
    return simulate_schedule(schedule, n_marked, N_TRIALS, SEED)


class MeasuredSchedule(Schedule):
    """A schedule whose mean and percentile are measured."""

    def expected(self, n_marked: int) -> SearchCost:
        """Mean cost of an episode with n_marked items marked; raises SpecError outside 0..n_items."""
        simulated, early = self._split(n_marked)
        mean = _trials(simulated, min(n_marked, N_SIMULATED)).mean()
        return attrs.evolve(mean, find=mean.find + early.find, runs=mean.runs + early.runs)

    def p95(self, n_marked: int) -> float:
        """95th percentile of the iterations; raises SpecError outside 0..n_items."""
        simulated, early = self._split(n_marked)
        return _trials(simulated, min(n_marked, N_SIMULATED)).p95() + early.find

    def _split(self, n_marked: int) -> tuple[Schedule, SearchCost]:
        """The schedule to simulate for the last N_SIMULATED finds; the closed-form cost of those before."""
        if not 0 <= n_marked <= self.n_items:
            raise SpecError(bad("n_marked", n_marked, "0..n_items"))
        if n_marked <= N_SIMULATED:
            return self, SearchCost(find=0.0, certificate=0.0, runs=0.0)
        left = min(self.n_promised, N_SIMULATED)
        return attrs.evolve(self, n_promised=left), known_count_cost(self.n_items, N_SIMULATED, n_marked)
