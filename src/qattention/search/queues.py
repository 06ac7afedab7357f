"""The runs of the certificates under way, for many episodes at once.

Apart from `adaptive_policy` because keeping runs of many episodes in arrays has nothing to do with which
runs they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Queues:
    """Whether a row has a certificate, under_way (n_rows,), of which `left` runs are to be made."""

    def __init__(self, n_rows: int) -> None:
        self.under_way = np.zeros(n_rows, dtype=np.bool_)
        self.left = np.zeros(n_rows, dtype=np.int64)
        self._runs = np.zeros((n_rows, 16), dtype=np.int64)  # the next run is at left - 1

    def put(self, row: int, runs: list[int]) -> None:
        """The row's certificate consists of these runs."""
        while len(runs) > self._runs.shape[1]:
            self._runs = np.hstack([self._runs, np.zeros_like(self._runs)])
        self._runs[row, : len(runs)] = runs[::-1]
        self.left[row], self.under_way[row] = len(runs), True

    def next(self) -> Ints:
        """The next run of every row, shape (n_rows,); -1 where there is none."""
        at = self._runs[np.arange(len(self.left)), np.maximum(self.left - 1, 0)]
        return np.where(self.left > 0, at, -1)

    def observe(self, rows: NDArray[np.intp], hit: Bools) -> None:
        """One run of each of `rows` was made; a hit (len(rows),) ends the certificate."""
        self.left[rows] = np.where(hit, 0, np.maximum(self.left[rows] - 1, 0))
        self.under_way[rows[hit]] = False
