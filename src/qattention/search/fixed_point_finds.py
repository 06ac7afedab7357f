"""Every find by one Yoder-Low-Chuang run (arXiv:1409.3305), whose miss is the certificate.

Each run would certify if it missed, so all iterations are booked as certificate: they carry phases.

Apart from `family` because a schedule is a module: its record, its rule and its mean.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from qattention.search.angles import fixed_point_length, fixed_point_miss
from qattention.search.checks import check_marked
from qattention.search.kind import ScheduleKind
from qattention.search.known import summed
from qattention.search.moves import CERTIFIED, FIXED_POINT, Moves, Stepwise, moves
from qattention.search.promise_free import PromiseFree
from qattention.search.schedule import Policy, SearchCost
from qattention.search.stages import Stage, long_chain


class FixedPointPolicy(Stepwise):
    """One fixed-point run a find; the first that misses is the certificate."""

    def __init__(self, schedule: FixedPointFinds, n_rows: int) -> None:
        super().__init__(n_rows)
        self._plan = schedule

    def decide(self) -> Moves:
        """Which run turns out the last is not known before."""
        eps = np.array([self._plan.spend(h) for h in self.found.tolist()])
        pairs = {e: fixed_point_length(self._plan.n_items, e) for e in set(eps.tolist())}
        over = (self.misses > 0) | (self.found >= self._plan.n_items)
        lengths = np.array([pairs[e] for e in eps.tolist()], dtype=np.int64)
        return moves(np.where(over, CERTIFIED, FIXED_POINT), lengths, np.ones(len(eps), dtype=np.bool_), eps)


@frozen(kw_only=True)
class FixedPointFinds(PromiseFree):
    """About (1/4) ln(4/eps) sqrt(n) iterations a find, whatever is left."""

    def policy(self, rng: np.random.Generator, n_rows: int) -> Policy:
        """See Schedule.policy; nothing is drawn."""
        del rng
        return FixedPointPolicy(self, n_rows)

    def phase_limit(self, n_found: int) -> int:
        """One run."""
        return fixed_point_length(self.n_items, self.spend(n_found))

    def stage(self, n_found: int, n_left: int) -> Stage:
        """The one run after n_found finds, n_left items being left."""
        eps, length = self.spend(n_found), self.phase_limit(n_found)
        missed = float(fixed_point_miss(self.n_items, n_left, length, eps))
        certificate = float(length)
        return Stage(
            find=0.0,
            certificate=certificate,
            runs=1.0,
            p_end=missed,
            phased=certificate,
            rotations=2.0 * certificate,
        )

    def expected(self, n_marked: int, share: float = 1.0) -> SearchCost:
        """Exact; see `stages`. A run a find and one more, unless all items are found or one was missed."""
        del share
        check_marked(n_marked, self.n_items)
        return long_chain(lambda h: self.stage(h, n_marked - h), min(n_marked + 1, self.n_items))

    def p95(self, n_marked: int) -> float:
        """That of an episode that misses none: nothing is drawn, and misses are rare."""
        runs = min(n_marked + 1, self.n_items)
        even = min(runs, self.n_promised + 1)  # up to there the shares of eps, and so the runs, are alike
        iterations = float(even * self.phase_limit(0))
        if runs > even:
            iterations += float(summed(lambda h: (float(self.phase_limit(h)),), even, runs - 1)[0])
        return iterations

    def worst_case(self) -> SearchCost:
        """The runs of n_promised finds and the last."""
        runs = self.n_promised + 1
        whole = runs * self.phase_limit(self.n_promised)
        return SearchCost(find=0, certificate=whole, runs=runs, phased=whole, rotations=2 * whole)


FIXED_POINT_FINDS = ScheduleKind(
    name="fixed-point",
    schedule=FixedPointFinds,
    certifies=True,
    trusts_promise=False,
    has_matched_steps=False,
    may_certify_with_phases=True,
    finds_thresholds=False,
    shares_loads=True,
    is_textbook=False,
    summary="One fixed-point run a find; the first that misses proves that nothing is left.",
    source="Yoder, Low, Chuang, arXiv:1409.3305",
    limits="Every find costs a whole certificate, all of whose iterations carry rotations.",
)
