"""Boyer, Brassard, Hoyer, Tapp 1998 for an unknown count; its worst-case form (arXiv:2203.04975).

Apart from `family` because a schedule is a module: its record, its rule and its mean.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled
from qattention.search.checks import check_marked
from qattention.search.kind import ScheduleKind
from qattention.search.moves import CERTIFIED, GROVER, Moves, Stepwise, moves
from qattention.search.promise_free import PromiseFree
from qattention.search.schedule import Policy, SearchCost
from qattention.search.stages import N_PARTS, Stage, long_chain

Floats = NDArray[np.float64]

GROWTH = 6.0 / 5.0  # Boyer, Brassard, Hoyer, Tapp 1998, section 4
CADE = 9.2  # iterations of a round, in sqrt(n) (Cade et al., arXiv:2203.04975, section 2)


def longest_random(n_items: int) -> int:
    """M* = ceil(1 / sin 2 theta_1): with m uniform below M >= M*, any count 1..n_items is hit with >= 1/4.

    Boyer et al. 1998, Lemma 2, gives 1/4 for M >= 1 / sin 2 theta, and sin 2 theta_t >= sin 2 theta_1 for
    t < n_items; t = n_items is always hit. They cap M at sqrt(n_items), which is larger, and so does this.
    """
    return max(1, math.ceil(math.sqrt(n_items)))


def ramp_length(cap: int) -> int:
    """Runs before M has grown to the cap."""
    return math.ceil(math.log(cap, GROWTH)) if cap > 1 else 0


@lru_cache(maxsize=256)
def ramp_bounds(n_items: int) -> Floats:
    """M of every run of the ramp, and last the cap, shape (runs,)."""
    cap = longest_random(n_items)
    ramp = np.ceil(np.minimum(cap, GROWTH ** np.arange(ramp_length(cap))))
    return np.append(np.maximum(1.0, ramp), float(cap))


@compiled(**BORROWS)
def _runs(bounds, n_capped, n_left, n_items):  # type: ignore[no-untyped-def]
    """Runs that are each made if all before missed: (find, certificate, runs, probability that all miss).

    Those of the ramp find; `n_capped` at the cap are the certificate. Misses are those of `random_miss`.
    """
    find, certificate, runs, reached, last = 0.0, 0.0, 0.0, 1.0, len(bounds) - 1
    miss = 1.0 if n_left == 0 else 0.0
    few = min(n_left, n_items - n_left)
    angle = math.atan2(math.sqrt(few), math.sqrt(n_items - few))
    for i in range(last + n_capped):
        bound = bounds[min(i, last)]
        if 0 < n_left < n_items and i <= last:  # those at the cap miss alike
            wave = math.sin(4 * bound * angle) / (4 * bound * math.sin(2 * angle))
            miss = 0.5 + (wave if few == n_left else -wave)
        if i < last:
            find += reached * ((bound - 1.0) / 2.0)
        else:
            certificate += reached * ((bound - 1.0) / 2.0)
        runs += reached
        reached *= 1.0 - (1.0 - miss)
    return find, certificate, runs, reached


@compiled(**BORROWS)
def _fill(table, bounds, capped, n_left, n_items):  # type: ignore[no-untyped-def]
    """Rows of `chained`: `n_left` items left in the first, one fewer in each that follows."""
    for at in range(len(table)):
        find, certificate, runs, p_end = _runs(bounds, capped[at], n_left - at, n_items)
        table[at, 0], table[at, 1], table[at, 2], table[at, -1] = find, certificate, runs, p_end


class RandomPolicy(Stepwise):
    """Lengths uniform below M; M grows by 6/5 a miss up to the cap; ends after `limit` misses at the cap."""

    def __init__(self, schedule: Bbht, rng: np.random.Generator, n_rows: int) -> None:
        super().__init__(n_rows)
        self._plan, self._rng = schedule, rng
        self._cap = longest_random(schedule.n_items)
        self._ramp = ramp_length(self._cap)

    def decide(self) -> Moves:
        """Runs at the cap are booked as certificate."""
        bound = np.minimum(self._cap, GROWTH ** np.minimum(self.misses, self._ramp))
        lengths = self._rng.integers(0, np.maximum(1, np.ceil(bound)).astype(np.int64))
        at_cap = self.misses - self._ramp
        limits = {int(h): self._plan.n_capped(int(h)) for h in np.unique(self.found)}
        over = at_cap >= np.array([limits[h] for h in self.found.tolist()])
        over |= self.found >= self._plan.n_items
        return moves(np.where(over, CERTIFIED, GROVER), lengths, at_cap >= 0)


@frozen(kw_only=True)
class Bbht(PromiseFree):
    """Boyer et al. 1998, restarted at every find; at the cap a run misses with probability <= 3/4."""

    def stage(self, n_found: int, n_left: int) -> Stage:
        """The runs after n_found finds, n_left items being left."""
        bounds = ramp_bounds(self.n_items)
        find, certificate, runs, p_end = _runs(bounds, self.n_capped(n_found), n_left, self.n_items)
        return Stage(find=find, certificate=certificate, runs=runs, p_end=p_end)

    def expected(self, n_marked: int, share: float = 1.0) -> SearchCost:
        """Exact; see `stages`. Raises SpecError outside 0..n_items."""
        del share
        check_marked(n_marked, self.n_items)
        n_stages = min(n_marked + 1, self.n_items)

        def table(first: int) -> Floats:
            rows = np.zeros((n_stages - first, N_PARTS + 1))
            capped = self._all_capped(first, n_stages)
            _fill(rows, ramp_bounds(self.n_items), capped, n_marked - first, self.n_items)
            return rows

        return long_chain(lambda h: self.stage(h, n_marked - h), n_stages, table)

    def _all_capped(self, first: int, n_stages: int) -> NDArray[np.int64]:
        """`n_capped` of stages first..n_stages - 1: what is promised spends alike (`shares.by_found`)."""
        alike = max(0, min(n_stages, self.n_promised + 1) - first)
        beyond = [self.n_capped(found) for found in range(first + alike, n_stages)]
        return np.array([self.n_capped(0)] * alike + beyond, dtype=np.int64)

    def n_capped(self, n_found: int) -> int:
        """Misses at the cap that make the certificate."""
        return math.ceil(math.log(self.spend(n_found)) / math.log(0.75))

    def policy(self, rng: np.random.Generator, n_rows: int) -> Policy:
        """See Schedule.policy."""
        return RandomPolicy(self, rng, n_rows)

    def phase_limit(self, n_found: int) -> int:
        """The ramp, then the capped runs."""
        cap = longest_random(self.n_items)
        return math.ceil(cap / (1 - 1 / GROWTH)) + cap * (1 + self.n_capped(n_found))


class RoundsPolicy(Stepwise):
    """Rounds of Boyer et al.'s search, each ended before it exceeds `budget` iterations."""

    def __init__(self, schedule: WorstCase, rng: np.random.Generator, n_rows: int) -> None:
        super().__init__(n_rows)
        self._plan, self._rng = schedule, rng
        self._cap = longest_random(schedule.n_items)
        self._bound, self._spent, self._rounds = (np.ones(n_rows), np.zeros(n_rows), np.zeros(n_rows))

    def decide(self) -> Moves:
        """A length that would exceed the round's budget begins the next round, with no iterations."""
        lengths = self._rng.integers(0, np.ceil(self._bound).astype(np.int64))
        exceeds = self._spent + lengths > self._plan.budget
        self._rounds += exceeds
        self._bound, self._spent = np.where(exceeds, 1.0, self._bound), np.where(exceeds, 0.0, self._spent)
        limits = {int(h): self._plan.n_rounds(int(h)) for h in np.unique(self.found)}
        over = self._rounds >= np.array([limits[h] for h in self.found.tolist()])
        over |= self.found >= self._plan.n_items
        return moves(np.where(over, CERTIFIED, GROVER), np.where(exceeds, 0, lengths), self._rounds >= 1)

    def booked(self, moves: Moves, hit: NDArray[np.bool_]) -> None:
        """A hit begins anew; a miss (of a sample too, so that a round ends) raises the bound and is paid."""
        self._spent = np.where(hit, 0.0, self._spent + moves.iterations + 1.0)
        self._bound = np.where(hit, 1.0, np.minimum(self._bound * GROWTH, self._cap))
        self._rounds = np.where(hit, 0, self._rounds)


@frozen(kw_only=True)
class WorstCase(PromiseFree):
    """Cade, Folkertsma, Niesen, Weggemans: ceil(log_3(1/eps)) rounds of 9.2 sqrt(n) iterations.

    A round's mean is at most (9/2) / sin 2 theta (Boyer et al. 1998, Theorem 3), a third of the budget, so by
    Markov a round misses with probability <= 1/3; above 3/4 marked, the round's first sample hits so often.
    """

    @property
    def budget(self) -> float:
        """Iterations and runs of one round: 9.2 sqrt(n), and thrice the mean number of runs (<= ramp + 4)."""
        ramp = math.ceil(math.log(longest_random(self.n_items), GROWTH))
        return CADE * math.sqrt(self.n_items) + 3.0 * (ramp + 4)

    def n_rounds(self, n_found: int) -> int:
        """Rounds that miss before it ends."""
        return math.ceil(math.log(1 / self.spend(n_found), 3) - 1e-12)

    def policy(self, rng: np.random.Generator, n_rows: int) -> Policy:
        """See Schedule.policy."""
        return RoundsPolicy(self, rng, n_rows)

    def phase_limit(self, n_found: int) -> int:
        """All rounds to their end."""
        return math.ceil(self.n_rounds(n_found) * self.budget)


BBHT = ScheduleKind(
    name="bbht",
    schedule=Bbht,
    certifies=True,
    trusts_promise=False,
    has_matched_steps=False,
    may_certify_with_phases=False,
    finds_thresholds=False,
    shares_loads=True,
    is_textbook=True,
    summary="Random lengths that grow by 6/5 a miss, restarted at every find; repeated misses are the proof.",
    source="Boyer, Brassard, Hoyer, Tapp 1998 (quant-ph/9605034), section 4",
    limits="Its certificate starts afresh: 3 to 4 times the iterations of the adaptive one.",
)
WORST_CASE = ScheduleKind(
    name="worst-case",
    schedule=WorstCase,
    certifies=True,
    trusts_promise=False,
    has_matched_steps=False,
    may_certify_with_phases=False,
    finds_thresholds=False,
    shares_loads=True,
    is_textbook=False,
    summary="Rounds of 9.2 sqrt(n) iterations, ceil(log_3(1/eps)) of them after the last find.",
    source="Cade, Folkertsma, Niesen, Weggemans, arXiv:2203.04975, section 2",
    limits="Made for proved bounds: its certificate is some 15 times the adaptive one.",
)
