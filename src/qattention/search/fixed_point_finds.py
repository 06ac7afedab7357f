"""Every find by one Yoder-Low-Chuang run (arXiv:1409.3305), whose miss is the certificate."""

from __future__ import annotations

import numpy as np
from attrs import field, frozen

from qattention.search.angles import fixed_point_length
from qattention.search.moves import CERTIFIED, FIXED_POINT, Moves, moves
from qattention.search.promise_free import PromiseFree
from qattention.search.schedule import Policy
from qattention.search.stepwise import Stepwise


class FixedPointPolicy(Stepwise):
    """One fixed-point run a find; the first that misses is the certificate."""

    def __init__(self, schedule: FixedPointFinds, n_rows: int) -> None:
        super().__init__(n_rows)
        self._plan = schedule

    def decide(self) -> Moves:
        """Booked as find: which run turns out the last is not known before."""
        eps = np.array([self._plan.spend(h) for h in self.found.tolist()])
        pairs = {e: fixed_point_length(self._plan.n_items, e) for e in set(eps.tolist())}
        over = (self.misses > 0) | (self.found >= self._plan.n_items)
        lengths = np.array([pairs[e] for e in eps.tolist()], dtype=np.int64)
        return moves(np.where(over, CERTIFIED, FIXED_POINT), lengths, np.zeros(len(eps), dtype=np.bool_), eps)


@frozen(kw_only=True)
class FixedPointFinds(PromiseFree):
    """About (1/4) ln(4/eps) sqrt(n) iterations a find, whatever is left."""

    name: str = field(init=False, default="fixed-point")

    def policy(self, rng: np.random.Generator, n_rows: int) -> Policy:
        """See Schedule.policy; nothing is drawn."""
        del rng
        return FixedPointPolicy(self, n_rows)

    def phase_limit(self, n_found: int) -> int:
        """One run."""
        return fixed_point_length(self.n_items, self.spend(n_found))
