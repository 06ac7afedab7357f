"""The common part of schedules whose next move follows from the finds made and the misses since."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from qattention.search.moves import Moves

Ints = NDArray[np.int64]


class Stepwise(ABC):
    """Finds so far, found (n_rows,), and misses: runs without a find since the last."""

    def __init__(self, n_rows: int) -> None:
        self.found = np.zeros(n_rows, dtype=np.int64)
        self.misses = np.zeros(n_rows, dtype=np.int64)
        self._moves: Moves | None = None

    @abstractmethod
    def decide(self) -> Moves:
        """The next move of every row."""

    def booked(self, moves: Moves, hit: NDArray[np.bool_]) -> None:  # noqa: B027, an optional hook
        """Called after found and misses have been brought up to date; for subclasses' own state."""

    def next(self) -> Moves:
        """See Policy."""
        if self._moves is None:
            self._moves = self.decide()
        return self._moves

    def observe(self, hit: NDArray[np.bool_]) -> None:
        """See Policy."""
        moves = self.next()
        live = ~moves.done
        self.found += live & hit
        self.misses = np.where(live & ~hit, self.misses + 1, np.where(hit, 0, self.misses))
        self.booked(moves, hit & live)
        self._moves = None
