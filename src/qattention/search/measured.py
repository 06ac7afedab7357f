"""Costs of a schedule taken from a seeded simulation of it, with their standard errors.

Beyond N_SIMULATED marked items the finds are scaled: at one density, n / t, they grow as sqrt(n t) up to
what the known-count optimum, min over m of m / P_m (Boyer, Brassard, Hoyer, Tapp 1998, section 3), tells.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from threading import Lock

import attrs
from cachetools import LRUCache, cached
from cachetools.keys import hashkey

from qattention.search.checks import check_marked
from qattention.search.known import known_count_cost
from qattention.search.recorded import recorded
from qattention.search.schedule import Schedule, SearchCost, joined
from qattention.search.simulate import TrialStatistics, simulate_schedule

N_SIMULATED = 2048  # marked items simulated one find at a time
N_LAST = 128  # of more, so many are simulated for what comes last, the certificate
N_TRIALS_LAST = 64
N_TRIALS = 500  # an estimate waits for them: some 0.2 s, and a standard error of 0.2 %
FINDS = 32_000  # simulated at most: the more there are, the less they scatter together
LEAST_TRIALS = 16
SCALED_STDERR = 0.01  # relative, of scaled finds: all simulated, 4096 marked differ by 0.2 to 1.8 %
SEED = 2307_08045


def _values(schedule: Schedule, *sizes: int) -> Hashable:
    """A copy of the schedule, as the tables that a simulation leaves in one take up to 100 MB."""
    return hashkey(attrs.evolve(schedule), *sizes)


@cached(LRUCache(256), key=_values, lock=Lock())
def seeded_trials(schedule: Schedule, n_marked: int, n_trials: int) -> TrialStatistics:
    """Trials that are the same at every call."""
    return simulate_schedule(schedule, n_marked, n_trials, SEED)


class MeasuredSchedule(Schedule):
    """A schedule whose mean and percentile are measured."""

    def n_trials(self, n_marked: int) -> int:
        """Episodes simulated."""
        return min(N_TRIALS, max(LEAST_TRIALS, FINDS // max(n_marked, 1)))

    def expected(self, n_marked: int, share: float = 1.0) -> SearchCost:
        """Mean cost of an episode with n_marked items marked; raises SpecError outside 0..n_items."""
        known = None if n_marked > N_SIMULATED else recorded(self, n_marked, self._share(n_marked, share))
        if known is not None:
            return known
        last = self._trials(n_marked, share).mean()
        return last if n_marked <= N_SIMULATED else joined(self._early(n_marked), last)

    def p95(self, n_marked: int) -> float:
        """95th percentile of the iterations; raises SpecError outside 0..n_items."""
        early = self._early(n_marked).find if n_marked > N_SIMULATED else 0.0
        return self._trials(n_marked).p95() + early

    def _trials(self, n_marked: int, share: float = 1.0) -> TrialStatistics:
        """Of all finds; of more than N_SIMULATED, of the last N_LAST and what comes after them."""
        check_marked(n_marked, self.n_items)
        if n_marked <= N_SIMULATED:
            return seeded_trials(self, n_marked, self._share(n_marked, share))
        if n_marked == self.n_items:  # all found is all proved
            return self._scaled(n_marked)
        return seeded_trials(self, N_LAST, min(N_TRIALS_LAST, self.n_trials(N_LAST)))

    def _share(self, n_marked: int, share: float) -> int:
        """Episodes simulated where a share of them is asked for."""
        return math.ceil(share * self.n_trials(n_marked))

    def _scaled(self, n_marked: int) -> TrialStatistics:
        """Of N_SIMULATED marked items at the same density, and a promise as much smaller."""
        factor = n_marked / N_SIMULATED
        n_items = max(N_SIMULATED, round(self.n_items / factor))
        promised = min(n_items, round(self.n_promised / factor))
        scaled = attrs.evolve(self, n_items=n_items, n_promised=promised)
        return seeded_trials(scaled, N_SIMULATED, self.n_trials(N_SIMULATED))

    def _early(self, n_marked: int) -> SearchCost:
        """All finds, scaled, less those that `_trials` holds."""
        last, scaled = self._trials(n_marked), self._scaled(n_marked)
        n_items = max(N_SIMULATED, round(self.n_items * N_SIMULATED / n_marked))
        whole, unit = known_count_cost(self.n_items, 0, n_marked), known_count_cost(n_items, 0, N_SIMULATED)
        finds = float(scaled.until_last_find.mean()) * whole.find / unit.find
        stderr = finds * math.hypot(scaled.mean().find_stderr / scaled.mean().find, SCALED_STDERR)
        runs = float(scaled.runs_until_last_find.mean()) * whole.runs / unit.runs
        return SearchCost(
            find=finds - float(last.until_last_find.mean()),
            certificate=0.0,
            runs=runs - float(last.runs_until_last_find.mean()),
            stderr=stderr,
            find_stderr=stderr,
        )
