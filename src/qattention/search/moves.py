"""Actions of many episodes at once: parallel arrays, one row an episode."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qattention.search.actions import Action, Done, FixedPoint, Grover
from qattention.search.angles import fixed_point_miss, grover_miss

GROVER, FIXED_POINT, CERTIFIED, GIVEN_UP = range(4)


@frozen(kw_only=True)
class Moves:
    """kind (n_rows,): a constant above; iterations (n_rows,); eps (n_rows,): read for FIXED_POINT only."""

    kind: NDArray[np.int8]
    iterations: NDArray[np.int64]
    certifying: NDArray[np.bool_]
    eps: NDArray[np.float64]

    @property
    def done(self) -> NDArray[np.bool_]:
        """Rows whose episode is over."""
        return np.asarray(self.kind >= CERTIFIED)

    @property
    def certified(self) -> NDArray[np.bool_]:
        """Rows that ended with a certificate."""
        return np.asarray(self.kind == CERTIFIED)

    def action(self, row: int) -> Action:
        """The row's move as a value."""
        kind, iterations = int(self.kind[row]), int(self.iterations[row])
        certifying = bool(self.certifying[row])
        if kind == GROVER:
            return Grover(iterations=iterations, certifying=certifying)
        if kind == FIXED_POINT:
            return FixedPoint(iterations=iterations, eps=float(self.eps[row]), certifying=certifying)
        return Done(certified=kind == CERTIFIED)

    def p_hit(self, n_items: int, remaining: NDArray[np.int64]) -> NDArray[np.float64]:
        """Hit probability of every row's move with `remaining` (n_rows,) marked items; 0 where done."""
        miss = grover_miss(n_items, remaining, self.iterations)
        rows = self.kind == FIXED_POINT
        pairs = zip(self.iterations[rows].tolist(), self.eps[rows].tolist(), strict=True)
        for length, eps in set(pairs):
            same = rows & (self.iterations == length) & (self.eps == eps)
            miss[same] = fixed_point_miss(n_items, remaining[same], length, eps)
        return np.where(self.done, 0.0, 1.0 - miss)
