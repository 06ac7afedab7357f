"""The belief about the number of marked items left, for many episodes at once: it steers, it proves nothing.

The belief lives on a grid (every small count, then a few per octave up to n_items), so any n_items fits.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled
from qattention.search.angles import grover_miss, theta
from qattention.search.cover import first_of

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
def tables(n_items: int) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    """(counts (c,), runs (r,), miss (r, c), success of each over its iterations + 1 (c, r), down (c,)).

    down: the share of a point that a find moves to the one below.
    """
    counts, runs = count_grid(n_items), run_grid(n_items)
    miss = grover_miss(n_items, counts[None, :], runs[:, None])
    per_call = np.ascontiguousarray((1.0 - miss).T / (runs + 1.0))
    down = 1.0 / np.diff(counts, prepend=-1).astype(np.float64)
    return counts, runs, miss, per_call, down


class Posterior(NamedTuple):
    """What compiled code needs of a belief.

    Attributes:
        weight: what is believed of every count left, shape (n_rows, c). prior: before the first run, (c,).
        miss: miss probabilities of the candidate runs, (r, c).
        down: share of a grid point that a find moves to the one below, (c,).
        fall: P(count after a find | count before), (c, c), where that is another; else (0, 0).
        per_call: success of each of them over its iterations + 1, (c, r).
        spare, success: room for what is worked out of one row, (c,) and (r,).
    """

    weight: Floats
    prior: Floats
    miss: Floats
    down: Floats
    fall: Floats
    per_call: Floats
    spare: Floats
    success: Floats


class Belief:
    """Posterior (n_rows, c) over the count left; read-only tables are shared between instances."""

    def __init__(self, n_items: int, n_promised: int, n_rows: int, bound: int | None = None) -> None:
        self.counts, self.runs, self._miss, self._per_call, self._down = tables(n_items)
        self._prior = prior(self.counts, max(4, 2 * n_promised) if bound is None else bound)
        self._fall = np.zeros((0, 0))
        self.weight = np.tile(self._prior, (n_rows, 1))

    @property
    def posterior(self) -> Posterior:
        """The same, for `best_run` and `learn`."""
        return Posterior(
            weight=self.weight,
            prior=self._prior,
            miss=self._miss,
            down=self._down,
            fall=self._fall,
            per_call=self._per_call,
            spare=np.empty(len(self.counts)),
            success=np.empty(len(self.runs)),
        )


@compiled(**BORROWS)
def _add_up(weight: Floats, per_call: Floats, success: Floats) -> None:
    """Row by row, so that a row's last bits do not depend on how many others there are."""
    success[:] = 0.0
    for count in range(len(weight)):
        if weight[count] > LEAST_STEERING:
            for run in range(len(success)):
                success[run] += weight[count] * per_call[count, run]


@compiled(**BORROWS)
def best_run(belief: Posterior, row: int) -> int:
    """Index of the run with the best posterior success per (iterations + 1) of a row."""
    _add_up(belief.weight[row], belief.per_call, belief.success)
    return first_of(belief.success)


@compiled(**BORROWS)
def learn(belief: Posterior, row: int, miss: Floats, hit: bool) -> None:
    """Bayes' rule on a row that made a run with these miss probabilities (c,); a hit lowers the count.

    Where what happened was held impossible the prior is taken again, which steers and proves nothing.
    """
    believed = belief.weight[row]
    if not hit:
        for count in range(len(believed)):
            believed[count] *= miss[count]
    elif len(belief.fall):
        _spread(believed, miss, belief.fall, belief.spare)
    else:
        moved = 0.0  # from the point above
        for count in range(len(believed) - 1, -1, -1):
            left = believed[count] * (1.0 - miss[count])
            believed[count] = left - left * belief.down[count] + moved
            moved = left * belief.down[count]
    _normalise(believed, belief.prior)


@compiled(**BORROWS)
def _spread(believed: Floats, miss: Floats, fall: Floats, before: Floats) -> None:
    for count in range(len(believed)):
        before[count] = believed[count] * (1.0 - miss[count])
        believed[count] = 0.0
    for count in range(len(believed)):
        if before[count] > 0.0:
            for after in range(count + 1):  # a find raises no count
                believed[after] += before[count] * fall[count, after]


@compiled(**BORROWS)
def _normalise(believed: Floats, prior: Floats) -> None:
    total, kept = 0.0, 0.0
    for count in range(len(believed)):
        total += believed[count]
    for count in range(len(believed)):
        if believed[count] <= TINY * total:
            believed[count] = 0.0
        kept += believed[count]
    for count in range(len(believed)):
        believed[count] = believed[count] / kept if kept > 0.0 else prior[count]
