"""Schedules that use no promise: Boyer-Brassard-Hoyer-Tapp, its worst-case form, and fixed-point runs.

Each ends after h finds by a stretch of runs that all miss, with probability at most eps * by_found(h)
whatever is left; these sum to eps over h (shares.py), so the bound holds for every number of marked items.
"""

from __future__ import annotations

from abc import abstractmethod

from attrs import frozen

from qattention.search.checks import check_search
from qattention.search.measured import MeasuredSchedule
from qattention.search.schedule import SearchCost
from qattention.search.shares import by_found


@frozen(kw_only=True)
class PromiseFree(MeasuredSchedule):
    """The promise n_promised shapes the shares and the worst case only."""

    def __attrs_post_init__(self) -> None:
        check_search(self.n_items, self.n_promised, self.eps)

    def spend(self, n_found: int) -> float:
        """What ending after n_found finds may add to the failure."""
        return self.eps * by_found(n_found, self.n_promised)

    @abstractmethod
    def phase_limit(self, n_found: int) -> int:
        """The most iterations between two finds, after n_found of them."""

    def worst_case(self) -> SearchCost:
        """Every find on the last run of the longest stretch; the stretches grow with the number found."""
        stretch, phases = self.phase_limit(self.n_promised), self.n_promised + 1
        runs = phases * (stretch + 256)  # a stretch has fewer runs without iterations than that
        return SearchCost(find=self.n_promised * stretch, certificate=stretch, runs=runs)
