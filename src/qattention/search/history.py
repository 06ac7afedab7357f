"""What the whole history of an episode says about every possible number of marked items: exact likelihoods.

log L_T: logarithm of the probability that the runs made so far had the outcomes they had, T being marked.
An episode may stop after h finds once L_T / L_h <= eps * share(T - h, h) for all T > h (docs/search.md).

Apart from `adaptive_policy` because likelihoods hold whatever is done with them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled
from qattention.search.angles import grover_miss
from qattention.search.cells import LOG_ZERO
from qattention.search.runs import Runs

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class History(NamedTuple):
    """Every credited run of n_rows episodes, shape (n_rows, room); of a row its first `length` hold.

    Attributes:
        run: index. found: items found before it. hit: outcome. length: how many there are, (n_rows,).
    """

    run: NDArray[np.int32]
    found: NDArray[np.int32]
    hit: Bools
    length: Ints

    @classmethod
    def of(cls, n_rows: int) -> History:
        """Nothing has been run."""
        shape = n_rows, 64
        run, found = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int32)
        return cls(run, found, np.zeros(shape, dtype=np.bool_), np.zeros(n_rows, dtype=np.int64))

    @property
    def room(self) -> int:
        """Runs of a row that can be kept."""
        return self.run.shape[1]

    def wider(self) -> History:
        """The same with twice the room."""
        more = (0, 0), (0, self.room)
        return self._replace(
            run=np.pad(self.run, more), found=np.pad(self.found, more), hit=np.pad(self.hit, more)
        )

    def key(self, row: int) -> bytes:
        """Tells apart any two different histories."""
        return b"|".join(part[row, : self.length[row]].tobytes() for part in self[:3])

    def log_bound(self, row: int, found: int, runs: Runs) -> Floats:
        """Upper bounds on log(L_T / L_found) in the cells of the counts T - found = 1..n_exact - found.

        All runs recorded are Grover runs of `runs.lengths`.
        """
        length, cells = int(self.length[row]), runs.cells
        run, hit = self.run[row, :length], self.hit[row, :length]
        earlier = found - self.found[row, :length].astype(np.int64)
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
        for at in range(int(self.length[row])):
            table = runs.log_outcome(int(self.run[row, at]), bool(self.hit[row, at]))
            before = int(self.found[row, at])
            total += table[found - before : n_exact - before + 1]
        return np.asarray(total[1:] - total[0])


@compiled(**BORROWS)
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


@compiled(**BORROWS)
def record(history: History, row: int, run: int, found: int, hit: bool) -> None:
    """Append a run to a row, which has room for it."""
    at = history.length[row]
    history.run[row, at], history.found[row, at], history.hit[row, at] = run, found, hit
    history.length[row] += 1
