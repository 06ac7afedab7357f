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
from qattention.search.moves import FIXED_POINT, GROVER, POLYNOMIAL
from qattention.search.polynomial import polynomial_miss

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOG_ZERO = -700.0  # stands for log 0: e**-700 is below every failure budget and above underflow


class Runs:
    """Runs on n_items items; `lengths` ascending: the credited Grover runs, which have the first indices."""

    def __init__(self, n_items: int, counts: Ints, lengths: Ints, n_exact: int) -> None:
        self.n_items, self.lengths = n_items, lengths
        self._counts, self._exact = counts, np.arange(n_exact + 1)
        self.kind = [GROVER] * len(lengths)
        self.iterations = lengths.tolist()
        self.parameter = [0.0] * len(lengths)  # as in Moves
        self.polynomials: list[Polynomial] = []
        self._index = {(GROVER, length, 0.0): run for run, length in enumerate(self.iterations)}
        self._on_counts: list[Floats] = list(grover_miss(n_items, counts[None, :], lengths[:, None]))
        self._log_hit: dict[int, Floats] = {}

    def add_polynomial(self, run: Polynomial) -> int:
        """The index of this run, which is credited."""
        self.kind.append(POLYNOMIAL)
        self.iterations.append(run.iterations)
        self.parameter.append(float(len(self.polynomials)))
        self.polynomials.append(run)
        self._on_counts.append(1.0 - run.p_hit(self.n_items, self._counts))
        return len(self.kind) - 1

    def is_credited(self, runs: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(len(runs),): whether their outcomes may be credited."""
        return np.asarray((runs < len(self.lengths)) | (np.array(self.kind)[runs] == POLYNOMIAL))

    def add(self, kind: int, iterations: int, eps: float = 0.0) -> int:
        """The index of this run, new or known."""
        key = (kind, iterations, eps)
        if key not in self._index:
            self._index[key] = len(self.kind)
            self.kind.append(kind)
            self.iterations.append(iterations)
            self.parameter.append(eps)
            self._on_counts.append(self._miss(iterations, eps, kind == FIXED_POINT))
        return self._index[key]

    def _miss(self, iterations: int, eps: float, fixed_point: bool) -> Floats:
        if fixed_point:
            return fixed_point_miss(self.n_items, self._counts, iterations, eps)
        return grover_miss(self.n_items, self._counts, iterations)

    def on_counts(self, runs: NDArray[np.int64]) -> Floats:
        """Miss probabilities (len(runs), c) on the belief's grid."""
        return np.array([self._on_counts[run] for run in runs.tolist()]).reshape(len(runs), len(self._counts))

    @cached_property
    def log_miss(self) -> Floats:
        """(len(lengths), n_exact + 1): log miss probability at 0..n_exact marked; LOG_ZERO for log 0."""
        miss = grover_miss(self.n_items, self._exact[None, :], self.lengths[:, None])
        return np.asarray(np.log(np.maximum(miss, np.exp(LOG_ZERO))))

    def log_outcome(self, run: int, hit: bool) -> Floats:
        """Log probability (n_exact + 1,) of the outcome of a credited run."""
        if self.kind[run] == POLYNOMIAL:
            at = self.polynomials[int(self.parameter[run])]
            miss = polynomial_miss(self.n_items, self._exact, at.roots, at.stride)
            return np.asarray(np.log(np.maximum(1.0 - miss if hit else miss, np.exp(LOG_ZERO))))
        if not hit:
            return np.asarray(self.log_miss[run])
        if run not in self._log_hit:
            chance = 1.0 - grover_miss(self.n_items, self._exact, self.iterations[run])
            self._log_hit[run] = np.log(np.maximum(chance, np.exp(LOG_ZERO)))
        return self._log_hit[run]
