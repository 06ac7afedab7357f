"""What the whole history of an episode says about every possible number of marked items: exact likelihoods.

log L_T: logarithm of the probability that the runs made so far had the outcomes they had, T being marked.
An episode may stop after h finds once L_T / L_h <= eps * share(T - h, h) for all T > h (docs/search.md).

Apart from `adaptive_policy` because likelihoods hold whatever is done with them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import compiled
from qattention.search.angles import grover_miss
from qattention.search.cells import LOG_ZERO
from qattention.search.runs import Runs

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = NDArray[np.intp]


class History:
    """Run index, items found before it and outcome of every credited run of n_rows episodes."""

    def __init__(self, n_rows: int) -> None:
        self._run = np.zeros((n_rows, 64), dtype=np.int32)
        self._found = np.zeros((n_rows, 64), dtype=np.int32)
        self._hit = np.zeros((n_rows, 64), dtype=np.bool_)
        self._length = np.zeros(n_rows, dtype=np.int64)

    def record(
        self, rows: NDArray[np.intp], run: NDArray[np.int64], found: NDArray[np.int64], hit: NDArray[np.bool_]
    ) -> None:
        """Append one run to each of `rows`."""
        at = self._length[rows]
        if len(at) and at.max() >= self._run.shape[1]:
            self._run = np.hstack([self._run, np.zeros_like(self._run)])
            self._found = np.hstack([self._found, np.zeros_like(self._found)])
            self._hit = np.hstack([self._hit, np.zeros_like(self._hit)])
        self._run[rows, at], self._found[rows, at], self._hit[rows, at] = run, found, hit
        self._length[rows] += 1

    def forget(self, rows: Rows) -> None:
        """Start these rows' histories anew."""
        self._length[rows] = 0

    def key(self, row: int) -> bytes:
        """Tells apart any two different histories."""
        parts = (self._run, self._found, self._hit)
        return b"|".join(part[row, : self._length[row]].tobytes() for part in parts)

    def log_bound(self, row: int, found: int, runs: Runs) -> Floats:
        """Upper bounds on log(L_T / L_found) in the cells of the counts T - found = 1..n_exact - found.

        All runs recorded are Grover runs of `runs.lengths`.
        """
        length, cells = int(self._length[row]), runs.cells
        run, hit = self._run[row, :length], self._hit[row, :length]
        earlier = found - self._found[row, :length].astype(np.int64)
        miss = grover_miss(runs.n_items, earlier, runs.lengths[run])
        chance = np.where(hit, 1.0 - miss, miss)
        as_found = float(np.sum(np.log(np.maximum(chance, np.exp(LOG_ZERO)))))
        total = np.full(cells.n_up_to(cells.n_exact - found), -as_found)
        missed, was_hit = runs.log_bounds
        _add(total, missed, was_hit, run, hit, earlier, cells.first, cells.last, cells.of, cells.n_single)
        return total

    def log_ratio(self, row: int, found: int, runs: Runs, n_exact: int) -> Floats:
        """Logarithms log(L_T / L_found) for T = found + 1..n_exact, shape (n_exact - found,)."""
        total = np.zeros(n_exact - found + 1)
        for at in range(int(self._length[row])):
            table = runs.log_outcome(int(self._run[row, at]), bool(self._hit[row, at]))
            before = int(self._found[row, at])
            total += table[found - before : n_exact - before + 1]
        return np.asarray(total[1:] - total[0])


@compiled()
def _add(
    total: Floats,
    missed: Floats,
    was_hit: Floats,
    run: NDArray[np.int32],
    hit: Bools,
    earlier: Ints,
    first: Ints,
    last: Ints,
    of: Ints,
    n_single: int,
) -> None:
    """Add to each cell the bounds on all outcomes; at a run `earlier` more were left than now."""
    for i in range(len(run)):
        bounds = was_hit[run[i]] if hit[i] else missed[run[i]]
        shift = earlier[i]
        near = max(0, min(len(total), n_single - shift))
        for cell in range(near):
            total[cell] += bounds[cell + shift]
        for cell in range(near, len(total)):  # as the counts were then, it may lie in several cells
            low, high = of[first[cell] + shift], of[min(last[cell] + shift, len(of) - 1)]
            most = bounds[low]
            for other in range(low + 1, high + 1):
                most = max(most, bounds[other])
            total[cell] += most
