"""The runs of a certificate that credits the history: Grover runs, or one with phases and what it leaves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from qattention.search.actions import Polynomial
from qattention.search.cells import LOG_ZERO
from qattention.search.cover import Cover
from qattention.search.extremal import shortest_roots
from qattention.search.history import History
from qattention.search.polynomial import polynomial_miss, stays_below_one, stride_for
from qattention.search.runs import Runs

Floats = NDArray[np.float64]

MOST_AMPLITUDE = 1.0 - 1e-4  # of a polynomial beyond its first root: closer to 1 its phases lose digits
SLACK = 1e-6  # nats: far above rounding, far below what a bound would notice


class Closing:
    """Chooses runs whose misses, with the history, allow an end after `found` finds.

    log_allowed(found): logarithms of the failure allowed with 1.. items left. with_phases: whether the runs
    may have phases.
    """

    def __init__(self, runs: Runs, log_allowed: Callable[[int], Floats], with_phases: bool) -> None:
        self._runs, self._log_allowed, self._with_phases = runs, log_allowed, with_phases
        self._cover = Cover(runs.lengths, runs.log_bounds[0], runs.cells.first)
        self._least_allowed: dict[int, Floats] = {}

    def cheapest(self, history: History, row: int, found: int) -> list[int] | None:
        """Run indices for this row of the history; None if none are found."""
        if self._with_phases:
            ratio = history.log_ratio(row, found, self._runs, self._runs.cells.n_exact)
            return self._phased_or_plain(ratio - self._log_allowed(found) + SLACK)
        if found not in self._least_allowed:
            self._least_allowed[found] = self._runs.cells.least(self._log_allowed(found))
        ratio = history.log_bound(row, found, self._runs)
        return self._cover.cheapest(ratio - self._least_allowed[found] + SLACK)

    def _phased_or_plain(self, lacking: Floats) -> list[int] | None:
        """lacking (n,): how far (nats) the log likelihood ratio of 1..n left exceeds what it may be."""
        plain = self._cover.cheapest(self._runs.cells.most(lacking))
        if not plain:
            return plain
        phased = self._phased(lacking, self._length(plain))
        return plain if phased is None else phased

    def _phased(self, lacking: Floats, most: int) -> list[int] | None:
        """One polynomial run, and Grover runs where it falls short; None unless shorter than `most`."""
        n_items, stride = self._runs.n_items, stride_for(self._runs.n_items)
        roots = shortest_roots(n_items, stride, lacking, most // stride)
        if roots is None or not stays_below_one(roots, MOST_AMPLITUDE):
            return None
        miss = polynomial_miss(n_items, np.arange(1, len(lacking) + 1), roots, stride)
        left_over = lacking + np.log(np.maximum(miss, np.exp(LOG_ZERO)))
        rest = self._cover.cheapest(self._runs.cells.most(left_over))
        run = Polynomial(roots=tuple(roots.tolist()), stride=stride)
        if rest is None or run.iterations + self._length(rest) >= most:
            return None
        return [self._runs.add_polynomial(run), *rest]

    def _length(self, runs: list[int]) -> int:
        return sum(self._runs.iterations[run] for run in runs)
