"""The belief about the number of marked items left, for many episodes at once: it steers, it proves nothing.

The belief lives on a grid (every small count, then a few per octave up to n_items), so any n_items fits.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import compiled
from qattention.search.angles import grover_miss, theta
from qattention.search.cover import first_best

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

N_DENSE = 48  # counts up to here each have a grid point of their own
PER_OCTAVE = 6  # grid points per factor of two beyond; finer moves no measured total by 1 %
N_RUNS = 160  # candidate run lengths; likewise
TINY = 1e-40  # what is believed less is dropped: denormal numbers are slow
LEAST_STEERING = 1e-18  # what is believed less does not count in a choice: its sum is below rounding
P_BROKEN = 0.01  # prior mass on counts above the promise, so that a broken promise is noticed


def count_grid(n_items: int) -> Ints:
    """Counts 0..n_items, dense then geometric, ascending and distinct."""
    dense = np.arange(min(n_items, N_DENSE) + 1)
    octaves = max(0.0, np.log2(n_items / N_DENSE))
    sparse = N_DENSE * np.exp2(np.arange(0, int(octaves * PER_OCTAVE) + 1) / PER_OCTAVE)
    ends = np.array([n_items], dtype=np.int64)
    return np.unique(np.concatenate([dense, np.minimum(sparse, n_items).astype(np.int64), ends]))


def run_grid(n_items: int) -> Ints:
    """Candidate iteration numbers 0..about pi/4 sqrt(n_items), dense then geometric."""
    longest = max(0, round(np.pi / (4.0 * float(theta(n_items, 1))) - 0.5))  # a quarter turn for one item
    geometric = np.geomspace(1.0, max(longest, 1), N_RUNS)
    even = np.linspace(0, longest, N_RUNS // 2)
    return np.unique(np.concatenate([[0], np.rint(geometric), even]).astype(np.int64))


def prior(grid: Ints, bound: int) -> Floats:
    """Uniform on 0..bound, and a little, uniform in the logarithm, above."""
    width = np.diff(grid, append=grid[-1] + 1).astype(np.float64)
    inside = np.where(grid <= bound, width, 0.0)
    above = np.where(grid > bound, width / np.maximum(grid, 1), 0.0)
    total = inside / inside.sum()
    return np.asarray(total if above.sum() == 0 else (1 - P_BROKEN) * total + P_BROKEN * above / above.sum())


@lru_cache(maxsize=32)
def tables(n_items: int) -> tuple[Ints, Ints, Floats, Floats]:
    """(counts (c,), runs (r,), miss (r, c), down (c,): the share of a point a find moves down)."""
    counts, runs = count_grid(n_items), run_grid(n_items)
    miss = grover_miss(n_items, counts[None, :], runs[:, None])
    down = 1.0 / np.diff(counts, prepend=-1).astype(np.float64)
    return counts, runs, miss, down


class Belief:
    """Posterior (n_rows, c) over the count left; read-only tables are shared between instances."""

    def __init__(self, n_items: int, n_promised: int, n_rows: int, bound: int | None = None) -> None:
        self.counts, self.runs, self.miss, self._down = tables(n_items)
        self._prior = prior(self.counts, max(4, 2 * n_promised) if bound is None else bound)
        self.weight = np.tile(self._prior, (n_rows, 1))
        self._per_call = np.ascontiguousarray((1.0 - self.miss).T / (self.runs + 1.0))

    def best_run(self, rows: NDArray[np.intp]) -> Ints:
        """Index (len(rows),) of the run with the best posterior success per (iterations + 1), of `rows`."""
        return np.asarray(first_best(self.success_per_call(rows)), dtype=np.int64)

    def success_per_call(self, rows: NDArray[np.intp]) -> Floats:
        """Posterior success of every run over (its iterations + 1), shape (len(rows), r).

        Row by row, so that a row's last bits do not depend on how many others there are.
        """
        return _success(self.weight, self._per_call, rows)

    def p_none(self) -> Floats:
        """Posterior probability (n_rows,) that nothing is left."""
        return self.weight[:, 0]

    def update(
        self, rows: NDArray[np.intp], miss: Floats, runs: NDArray[np.int64], hit: NDArray[np.bool_]
    ) -> None:
        """Bayes' rule on `rows`, which made `runs` (len(rows),) with outcomes `hit` (n_rows,).

        miss (any, c): the runs' miss probabilities. A hit lowers the count. Where what happened was held
        impossible the prior is taken again, which steers and proves nothing.
        """
        _update(self.weight, rows, miss, runs, hit, self._down, self._prior)


@compiled()
def _success(weight: Floats, per_call: Floats, rows: NDArray[np.intp]) -> Floats:
    success = np.zeros((len(rows), per_call.shape[1]))
    for i in range(len(rows)):
        for count in range(weight.shape[1]):
            believed = weight[rows[i], count]
            if believed > LEAST_STEERING:
                for run in range(per_call.shape[1]):
                    success[i, run] += believed * per_call[count, run]
    return success


@compiled()
def _update(
    weight: Floats,
    rows: NDArray[np.intp],
    miss: Floats,
    runs: Ints,
    hit: NDArray[np.bool_],
    down: Floats,
    prior: Floats,
) -> None:
    n_counts = weight.shape[1]
    for i in range(len(rows)):
        believed, missed = weight[rows[i]], miss[runs[i]]
        if hit[rows[i]]:
            moved = 0.0  # from the point above
            for count in range(n_counts - 1, -1, -1):
                left = believed[count] * (1.0 - missed[count])
                believed[count] = left - left * down[count] + moved
                moved = left * down[count]
        else:
            for count in range(n_counts):
                believed[count] *= missed[count]
        total = believed.sum()
        kept = 0.0
        for count in range(n_counts):
            if believed[count] <= TINY * total:
                believed[count] = 0.0
            kept += believed[count]
        for count in range(n_counts):
            believed[count] = believed[count] / kept if kept > 0.0 else prior[count]
