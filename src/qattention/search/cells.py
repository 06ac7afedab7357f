"""Counts of marked items in cells, and bounds on what a run's outcome says in a whole cell.

Every small count is a cell of its own; larger ones are taken together, each cell 1/PER_E of its count wide.
A bound is the supremum over the real numbers between a cell's ends, so it holds at each count in it: a
certificate proved on the cells is proved at every count, with some thousand cells in the place of 16384.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qattention.search.angles import grover_miss, theta

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

N_SINGLE = 512  # counts up to here, and twice the promise more, are cells of their own
PER_E = 128  # cells a factor e beyond: the longest run turns by 0.1 rad in the first of them
LOG_ZERO = -700.0  # stands for log 0: e**-700 is below every failure budget and above underflow


class Cells:
    """Counts 1..n_exact in cells: first[i] to last[i], each (c,); of (n_exact + 1,): the cell of each.

    n_single: the counts up to it are cells of their own, in order.
    """

    def __init__(self, n_items: int, n_exact: int, n_promised: int) -> None:
        self.n_items, self.n_exact = n_items, n_exact
        self.n_single = min(n_exact, N_SINGLE + 2 * n_promised)
        n_wide = int(np.ceil(PER_E * np.log(n_exact / self.n_single)))
        wide = np.rint(np.geomspace(self.n_single, n_exact, n_wide + 1)[:-1]).astype(np.int64) + 1
        self.first = np.unique(np.concatenate([np.arange(1, self.n_single + 1), wide]))
        self.first = self.first[self.first <= n_exact]
        self.last = np.append(self.first[1:] - 1, n_exact)
        self.of = np.searchsorted(self.first, np.arange(n_exact + 1), side="right") - 1

    def n_up_to(self, count: int) -> int:
        """Cells with a count of at most this."""
        return int(np.searchsorted(self.first, count, side="right"))

    def least(self, values: Floats) -> Floats:
        """The least of values (n,) at the counts 1..n in each of the n_up_to(n) cells."""
        return np.asarray(np.minimum.reduceat(values, self.first[: self.n_up_to(len(values))] - 1))

    def most(self, values: Floats) -> Floats:
        """The greatest, likewise."""
        return -self.least(-values)

    def log_bounds(self, lengths: Ints) -> tuple[Floats, Floats]:
        """Upper bounds on the log probability of a miss and of a hit, (len(lengths), c) each."""
        turns = (2.0 * lengths[:, None] + 1.0) / np.pi
        low, high = turns * theta(self.n_items, self.first), turns * theta(self.n_items, self.last)
        at_low, at_high = (grover_miss(self.n_items, at, lengths[:, None]) for at in (self.first, self.last))
        # cos**2 is 1 at whole half turns and 0 between them, monotone from one to the next.
        miss = np.where(np.floor(low) < np.floor(high), 1.0, np.maximum(at_low, at_high))
        hit = np.where(np.floor(low - 0.5) < np.floor(high - 0.5), 1.0, 1.0 - np.minimum(at_low, at_high))
        return _log(miss), _log(hit)


def _log(chance: Floats) -> Floats:
    return np.asarray(np.log(np.maximum(chance, np.exp(LOG_ZERO))))
