"""What a schedule asks for next: one coherent run and a readout, or the end.

Units: one iteration is one call of the phase oracle (found keys excluded) and one reflection about the start
state. Every run ends with a readout whose index is re-checked classically.
"""

from __future__ import annotations

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from qattention.search.angles import fixed_point_miss, grover_miss
from qattention.search.checks import at_least, between, odd, roots_between_0_and_1
from qattention.search.phases import (
    Phases,
    exact_length,
    exact_phases,
    fixed_point_phases,
    matched_miss,
)
from qattention.search.polynomial import polynomial_miss
from qattention.search.synthesis import polynomial_phases

Floats = NDArray[np.float64]


@frozen(kw_only=True)
class Grover:
    """One ordinary Grover search: uniform start, `iterations` iterations, readout."""

    iterations: int = field(validator=at_least(0))
    certifying: bool = False  # whether its iterations are booked as certificate
    excluding: bool = True  # False: the oracle marks what was found as well (coupon collecting)

    def p_hit(self, n_items: int, n_marked: ArrayLike) -> Floats:
        """Probability that the readout is marked, n_marked of n_items being marked for the oracle."""
        return 1.0 - grover_miss(n_items, n_marked, self.iterations)


@frozen(kw_only=True)
class FixedPoint:
    """One Yoder-Low-Chuang run (arXiv:1409.3305) of l = `iterations` iterations, that is l oracle calls.

    Every oracle call and every reflection carries its own phase; L = 2 l + 1 in the paper's notation.
    The miss probability is at most `eps` (the paper's delta**2) wherever n_marked / n_items >= w(l, eps).
    """

    iterations: int = field(validator=at_least(0))
    eps: float = field(validator=between(0.0, 1.0))
    certifying: bool = True

    def p_hit(self, n_items: int, n_marked: ArrayLike) -> Floats:
        """Probability that the readout is marked, n_marked of n_items being marked."""
        return 1.0 - fixed_point_miss(n_items, n_marked, self.iterations, self.eps)

    def phases(self) -> Phases:
        """(marked, start) phases of every iteration, radians."""
        return fixed_point_phases(self.iterations, self.eps)


@frozen(kw_only=True)
class Exact:
    """One run with a phase-matched last step, which cannot miss if exactly n_marked of n_items are marked."""

    n_items: int = field(validator=at_least(1))
    n_marked: int = field(validator=at_least(1))
    certifying: bool = False

    @property
    def iterations(self) -> int:
        """Oracle calls."""
        return exact_length(self.n_items, self.n_marked)

    def p_hit(self, n_items: int, n_marked: ArrayLike) -> Floats:
        """Probability that the readout is marked, n_marked (perhaps another number) being marked."""
        return 1.0 - matched_miss(n_items, n_marked, self.n_marked)

    def phases(self) -> Phases:
        """(marked, start) phases of every iteration, radians."""
        return exact_phases(self.n_items, self.n_marked)


@frozen(kw_only=True)
class Polynomial:
    """One run whose miss amplitude is x product over j of (1 - sin^2(a) / roots[j]).

    Here x = cos(a), a = stride theta. Only every stride-th iteration has phases of its own; between them are
    ordinary Grover iterations.
    """

    roots: tuple[float, ...] = field(validator=roots_between_0_and_1)
    stride: int = field(default=1, validator=odd)
    certifying: bool = True

    @property
    def iterations(self) -> int:
        """Oracle calls l: the polynomial has degree 2 l + 1 = stride (2 len(roots) + 1)."""
        return self.stride * len(self.roots) + (self.stride - 1) // 2

    def p_hit(self, n_items: int, n_marked: ArrayLike) -> Floats:
        """Probability that the readout is marked, n_marked of n_items being marked."""
        return 1.0 - polynomial_miss(n_items, n_marked, self.roots, self.stride)

    def phases(self) -> Phases:
        """(marked, start) phases of every iteration, radians."""
        return polynomial_phases(self.roots, self.stride)


@frozen(kw_only=True)
class Done:
    """The episode is over; `certified` says whether the failure bound covers "nothing is left"."""

    certified: bool


Action = Grover | FixedPoint | Exact | Polynomial | Done
