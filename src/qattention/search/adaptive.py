"""The default schedule: Bayesian finds, then a certificate that nothing is left; a hit resumes the finds.

Which runs find is steered by a belief; that nothing is left is proved without it (docs/search.md): a
certificate begun after h finds misses every count with probability at most eps / ((h + 1)(h + 2)), which
sums to eps over h.
"""

from __future__ import annotations

import math

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from qattention.search.angles import grover_miss
from qattention.search.belief import Belief, tables
from qattention.search.certificate import RandomRuns, random_runs, share_after
from qattention.search.checks import check_search
from qattention.search.measured import MeasuredSchedule
from qattention.search.moves import CERTIFIED, GROVER, Moves
from qattention.search.schedule import SearchCost

SWITCH = 0.6  # certify once "nothing is left" is believed this much; total cost is flat within 0.5..0.8
PATIENCE = 4.0  # at most this many sqrt(n_items) find iterations without a find, whatever is believed


class AdaptivePolicy:
    """Rows are independent episodes; `left`: a row's outstanding certificate runs (-1: still finding)."""

    def __init__(self, schedule: Adaptive, rng: np.random.Generator, n_rows: int) -> None:
        self._plan, self._rng = schedule, rng
        self._belief = Belief(schedule.n_items, schedule.n_promised, n_rows)
        self._found = np.zeros(n_rows, dtype=np.int64)
        self._left = np.full(n_rows, -1, dtype=np.int64)
        self._lengths = np.ones(n_rows, dtype=np.int64)
        self._idle = np.zeros(n_rows)
        self._done = np.zeros(n_rows, dtype=np.bool_)
        self._moves: Moves | None = None

    def next(self) -> Moves:
        """Certificate runs where begun, the best find elsewhere."""
        if self._moves is None:
            self._begin_certificates()
            self._done |= (self._left == 0) | (self._found >= self._plan.n_items)
            certifying = self._left >= 0
            finds = self._belief.runs[self._belief.best_run()]
            random = self._rng.integers(0, self._lengths)
            kind = np.where(self._done, CERTIFIED, GROVER).astype(np.int8)
            iterations = np.where(self._done, 0, np.where(certifying, random, finds))
            eps = np.zeros(len(kind))
            self._moves = Moves(kind=kind, iterations=iterations, certifying=certifying, eps=eps)
        return self._moves

    def _begin_certificates(self) -> None:
        patience = PATIENCE * np.sqrt(self._plan.n_items)
        begin = (self._left < 0) & ((self._belief.p_none() >= SWITCH) | (self._idle >= patience))
        for found in np.unique(self._found[begin]):
            rows = begin & (self._found == found)
            runs = self._plan.certificate(int(found))
            self._left[rows], self._lengths[rows] = runs.n_runs, runs.n_lengths

    def observe(self, hit: NDArray[np.bool_]) -> None:
        """A hit resumes the finds; a miss counts towards the certificate that is under way."""
        moves = self.next()
        rows = np.flatnonzero(~self._done)
        miss = grover_miss(self._plan.n_items, self._belief.counts[None, :], moves.iterations[rows][:, None])
        self._belief.update(rows, miss, hit)
        hits = hit & ~self._done
        self._found += hits
        self._left = np.where(hits, -1, np.where((self._left > 0) & ~self._done, self._left - 1, self._left))
        self._idle = np.where(hits, 0.0, self._idle + moves.iterations)
        self._moves = None


@frozen(kw_only=True)
class Adaptive(MeasuredSchedule):
    """n_promised shapes the belief only: the failure is within eps for every number of marked items."""

    name: str = field(init=False, default="adaptive")

    def __attrs_post_init__(self) -> None:
        check_search(self.n_items, self.n_promised, self.eps)

    def certificate(self, n_found: int) -> RandomRuns:
        """The certificate begun after n_found finds."""
        return random_runs(self.n_items, float(share_after(self.eps, np.array(n_found))))

    def policy(self, rng: np.random.Generator, n_rows: int) -> AdaptivePolicy:
        """See Schedule.policy."""
        return AdaptivePolicy(self, rng, n_rows)

    def worst_case(self) -> SearchCost:
        """Every find after the longest idle stretch and a certificate that hits on its last run.

        A certificate's longest is below twice its mean cost, which grows with the number of finds made.
        """
        phases = self.n_promised + 1
        longest_find = int(tables(self.n_items)[1][-1])
        idle = math.ceil(PATIENCE * math.sqrt(self.n_items)) + longest_find
        runs = self.certificate(self.n_promised)
        certificate = math.ceil(2 * (runs.mean_iterations + runs.n_runs))
        n_runs = phases * (idle + runs.n_runs)
        return SearchCost(find=phases * idle, certificate=phases * certificate, runs=n_runs)
