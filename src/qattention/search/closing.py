"""The runs of a certificate that credits the history: Grover runs, or one with phases and what it leaves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qattention.search.actions import Polynomial
from qattention.search.cover import Cover
from qattention.search.extremal import shortest_roots
from qattention.search.polynomial import polynomial_miss, stays_below_one, stride_for
from qattention.search.runs import LOG_ZERO, Runs

Floats = NDArray[np.float64]

MOST_AMPLITUDE = 1.0 - 1e-4  # of a polynomial beyond its first root: closer to 1 its phases lose digits


class Closing:
    """Chooses the runs that cover what a history lacks; with_phases: whether they may have phases."""

    def __init__(self, runs: Runs, with_phases: bool) -> None:
        self._runs, self._with_phases = runs, with_phases
        self._cover = Cover(runs.lengths, runs.log_miss[:, 1:])

    def cheapest(self, lacking: Floats) -> list[int] | None:
        """Run indices whose log misses sum to <= -lacking (n,) at 1..n left; None if none are found."""
        plain = self._cover.cheapest(lacking)
        if not self._with_phases or not plain:
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
        rest = self._cover.cheapest(lacking + np.log(np.maximum(miss, np.exp(LOG_ZERO))))
        run = Polynomial(roots=tuple(roots.tolist()), stride=stride)
        if rest is None or run.iterations + self._length(rest) >= most:
            return None
        return [self._runs.add_polynomial(run), *rest]

    def _length(self, runs: list[int]) -> int:
        return sum(self._runs.iterations[run] for run in runs)
