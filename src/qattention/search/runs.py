"""The runs a schedule may ask for, each told by an index, with their outcome probabilities tabulated.

The first runs are Grover runs whose outcomes are credited to the history; others may be added, and of
those the polynomial ones are credited too.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qattention.search.actions import Polynomial
from qattention.search.angles import fixed_point_miss, grover_miss
from qattention.search.cells import LOG_ZERO, Cells
from qattention.search.moves import CERTIFIED, FIXED_POINT, GROVER, POLYNOMIAL
from qattention.search.polynomial import polynomial_miss

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

END = -1  # in the place of a run's index: there is none


class Runs:
    """Runs on n_items items; `lengths` ascending: the credited Grover runs, which have the first indices."""

    def __init__(self, n_items: int, counts: Ints, lengths: Ints, cells: Cells) -> None:
        self.n_items, self.lengths, self.cells = n_items, lengths, cells
        self._counts, self._exact = counts, np.arange(cells.n_exact + 1)
        self.kind = [GROVER] * len(lengths)
        self.iterations = lengths.tolist()
        self.parameter = [0.0] * len(lengths)  # as in Moves
        self._table = np.zeros(0, np.int8), np.zeros(0, np.int64), np.zeros(0)
        self.polynomials: list[Polynomial] = []
        self._index = {(GROVER, length, 0.0): run for run, length in enumerate(self.iterations)}
        self._on_lengths = grover_miss(n_items, counts[None, :], lengths[:, None])
        self._on_counts: dict[int, Floats] = {}  # of runs with phases; there are few
        self._log_outcome: dict[tuple[int, bool], Floats] = {}

    def add_polynomial(self, run: Polynomial) -> int:
        """The index of this run, which is credited."""
        self.kind.append(POLYNOMIAL)
        self.iterations.append(run.iterations)
        self.parameter.append(float(len(self.polynomials)))
        self.polynomials.append(run)
        self._on_counts[len(self.kind) - 1] = 1.0 - run.p_hit(self.n_items, self._counts)
        return len(self.kind) - 1

    @property
    def table(self) -> tuple[NDArray[np.int8], Ints, Floats]:
        """(kind, iterations, parameter) of every run so far and, at END, of the end, as arrays."""
        if len(self._table[0]) <= len(self.kind):
            kind = np.array([*self.kind, CERTIFIED], dtype=np.int8)
            self._table = kind, np.array([*self.iterations, 0]), np.array([*self.parameter, 0.0])
        return self._table

    def add(self, kind: int, iterations: int, eps: float = 0.0) -> int:
        """The index of this run, new or known."""
        key = (kind, iterations, eps)
        if key not in self._index:
            self._index[key] = len(self.kind)
            self.kind.append(kind)
            self.iterations.append(iterations)
            self.parameter.append(eps)
            if kind == FIXED_POINT:
                found = fixed_point_miss(self.n_items, self._counts, iterations, eps)
                self._on_counts[self._index[key]] = found
        return self._index[key]

    def add_all(self, lengths: Ints) -> list[int]:
        """The indices of Grover runs of these lengths, new or known."""
        wanted = lengths.tolist()
        new = [length for length in dict.fromkeys(wanted) if (GROVER, length, 0.0) not in self._index]
        if new:
            self._index |= {(GROVER, length, 0.0): len(self.kind) + i for i, length in enumerate(new)}
            self.kind += [GROVER] * len(new)
            self.iterations += new
            self.parameter += [0.0] * len(new)
        return [self._index[GROVER, length, 0.0] for length in wanted]

    def missed(self, runs: Ints) -> Floats:
        """Their miss probabilities on the belief's grid, (len(runs), c).

        Certificates draw lengths at random, 10^5 in a simulation of large n: theirs are not kept.
        """
        if not len(runs):  # as at most steps
            return self._on_lengths[:0]
        first = runs < len(self.lengths)
        phased = np.isin(self.table[0][runs], (FIXED_POINT, POLYNOMIAL))
        miss = np.empty((len(runs), len(self._counts)))
        miss[first] = self._on_lengths[runs[first]]
        drawn = ~first & ~phased
        miss[drawn] = grover_miss(self.n_items, self._counts[None, :], self.table[1][runs[drawn]][:, None])
        for i in np.flatnonzero(phased).tolist():
            miss[i] = self._on_counts[int(runs[i])]
        return miss

    @cached_property
    def log_bounds(self) -> tuple[Floats, Floats]:
        """(miss, hit), each (len(lengths), c): bounds on log probabilities in every cell."""
        return self.cells.log_bounds(self.lengths)

    def log_outcome(self, run: int, hit: bool) -> Floats:
        """Log probability (n_exact + 1,) of the outcome of a credited run; LOG_ZERO for log 0."""
        if (run, hit) not in self._log_outcome:
            miss = self._exact_miss(run)
            chance = 1.0 - miss if hit else miss
            self._log_outcome[run, hit] = np.log(np.maximum(chance, np.exp(LOG_ZERO)))
        return self._log_outcome[run, hit]

    def _exact_miss(self, run: int) -> Floats:
        if self.kind[run] == POLYNOMIAL:
            at = self.polynomials[int(self.parameter[run])]
            return polynomial_miss(self.n_items, self._exact, at.roots, at.stride)
        return grover_miss(self.n_items, self._exact, self.iterations[run])
