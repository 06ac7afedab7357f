"""What there is to be found, for many trials at once, and what a find changes."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Population(Protocol):
    """Marked items not yet found, left (n_rows,), and items found and still marked, found (n_rows,)."""

    left: Ints
    found: Ints

    def remove(self, rows: NDArray[np.intp], rng: np.random.Generator) -> None:
        """One item is found in each of `rows`."""


class Fixed:
    """The marks stay as they are: a find lowers what is left by one."""

    def __init__(self, n_marked: int | Ints, n_rows: int) -> None:
        self.left = np.full(n_rows, n_marked, dtype=np.int64)  # of each row, where n_marked is an array
        self.found = np.zeros(n_rows, dtype=np.int64)

    def remove(self, rows: NDArray[np.intp], rng: np.random.Generator) -> None:
        """See Population."""
        del rng
        self.left[rows] -= 1
        self.found[rows] += 1
