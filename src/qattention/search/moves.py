"""Actions of many episodes at once: parallel arrays, one row an episode.

`Stepwise` is what schedules share whose next move follows from the finds made and the misses since.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qattention.search.actions import Action, Done, Exact, FixedPoint, Grover, Polynomial
from qattention.search.angles import fixed_point_miss, grover_miss
from qattention.search.phases import matched_miss, own_phases


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


Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Kinds of moves. GROVER_ALL: without exclusion. HAND_OVER: another schedule takes the row over.
GROVER, GROVER_ALL, FIXED_POINT, EXACT, POLYNOMIAL, CERTIFIED, GIVEN_UP, HAND_OVER = range(8)


@frozen(kw_only=True)
class Moves:
    """Moves of rows: kind, iterations, certifying and parameter, each (n_rows,).

    parameter: eps of a FIXED_POINT run, the count that an EXACT run is matched to, the place of a POLYNOMIAL
    run's action in `polynomials`; else not read.
    """

    kind: NDArray[np.int8]
    iterations: Ints
    certifying: Bools
    parameter: Floats
    polynomials: Sequence[Polynomial] = ()

    @property
    def done(self) -> Bools:
        """Rows whose episode is over."""
        return np.asarray((self.kind == CERTIFIED) | (self.kind == GIVEN_UP))

    @property
    def certified(self) -> Bools:
        """Rows that ended with a certificate."""
        return np.asarray(self.kind == CERTIFIED)

    def action(self, row: int, n_items: int) -> Action:
        """The row's move as a value."""
        kind, iterations = int(self.kind[row]), int(self.iterations[row])
        certifying, parameter = bool(self.certifying[row]), float(self.parameter[row])
        if kind in (GROVER, GROVER_ALL):
            return Grover(iterations=iterations, certifying=certifying, excluding=kind == GROVER)
        if kind == FIXED_POINT:
            return FixedPoint(iterations=iterations, eps=parameter, certifying=certifying)
        if kind == EXACT:
            return Exact(n_items=n_items, n_marked=int(parameter), certifying=certifying)
        if kind == POLYNOMIAL:
            return self.polynomials[int(parameter)]
        return Done(certified=kind == CERTIFIED)

    def own_phases(self, n_items: int) -> Ints:
        """(phased, rotations) of each row's move (`SearchCost`), shape (2, n_rows).

        Phases of fixed-point and polynomial runs are rotations; of the latter only one reflection a root has
        one, whatever the stride.
        """
        if not np.isin(self.kind, (FIXED_POINT, EXACT, POLYNOMIAL)).any():
            return np.zeros((2, len(self.kind)), dtype=np.int64)
        phased = np.where(self.kind == FIXED_POINT, self.iterations, 0)
        for row in np.flatnonzero(self.kind == POLYNOMIAL).tolist():
            phased[row] = len(self.polynomials[int(self.parameter[row])].roots)
        found = np.stack([phased, 2 * phased])
        exact = np.flatnonzero(self.kind == EXACT)
        for promised in set(self.parameter[exact].tolist()):
            same = exact[self.parameter[exact] == promised]
            found[:, same] = np.array(own_phases(n_items, int(promised)))[:, None]
        return found

    def p_hit(self, n_items: int, left: Ints, found: Ints) -> Floats:
        """Probability (n_rows,) of a new item, `left` of `left + found` items being left; 0 where done."""
        hit = 1.0 - grover_miss(n_items, left, self.iterations)
        every = self.kind == GROVER_ALL
        if every.any():
            total = np.maximum(left + found, 1)
            hit = np.where(every, (1.0 - grover_miss(n_items, total, self.iterations)) * left / total, hit)
        self._phased(hit, FIXED_POINT, left, lambda t, m, eps: fixed_point_miss(n_items, t, m, eps))
        self._phased(hit, EXACT, left, lambda t, _, promised: matched_miss(n_items, t, int(promised)))
        self._phased(hit, POLYNOMIAL, left, self._polynomial_miss(n_items))
        return np.where(self.done, 0.0, hit)

    def _polynomial_miss(self, n_items: int) -> Callable[[Ints, int, float], Floats]:
        return lambda count, _, at: 1.0 - self.polynomials[int(at)].p_hit(n_items, count)

    def _phased(self, hit: Floats, kind: int, left: Ints, miss: Callable[[Ints, int, float], Floats]) -> None:
        rows = np.flatnonzero(self.kind == kind)
        if not len(rows):
            return
        pairs = np.stack([self.iterations[rows].astype(np.float64), self.parameter[rows]], axis=1)
        for length, parameter in np.unique(pairs, axis=0):
            same = rows[(pairs[:, 0] == length) & (pairs[:, 1] == parameter)]
            hit[same] = 1.0 - miss(left[same], int(length), float(parameter))


def moves(
    kind: NDArray[np.int64],
    iterations: Ints,
    certifying: Bools,
    parameter: Floats | None = None,
    polynomials: Sequence[Polynomial] = (),
) -> Moves:
    """Moves from arrays; no iterations where done."""
    over = (kind == CERTIFIED) | (kind == GIVEN_UP)
    return Moves(
        kind=kind.astype(np.int8),
        iterations=np.where(over, 0, iterations).astype(np.int64),
        certifying=certifying,
        parameter=np.zeros(len(kind)) if parameter is None else parameter,
        polynomials=polynomials,
    )


def choose(second: Bools, one: Moves, other: Moves) -> Moves:
    """The rows of `other` where `second`, of `one` elsewhere."""
    return Moves(
        kind=np.where(second, other.kind, one.kind),
        iterations=np.where(second, other.iterations, one.iterations),
        certifying=np.where(second, other.certifying, one.certifying),
        parameter=np.where(second, other.parameter, one.parameter),
        polynomials=other.polynomials or one.polynomials,  # one of them has none
    )
