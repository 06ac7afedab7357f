"""The exponent of n in a quantum runtime, in arithmetic of leading powers alone.

`scaling` derives the same from symbols, and fits it (`estimates/scaling/leading.py`): its witness in tests.
Here nothing is fitted and nothing is symbolic, so that an estimate need not wait for either.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import attrs

from qattention.circuit import LoaderKind

LETTERS = ("n", "k", "d", "b", "K")  # the one that grows most first; K: keys a block
Powers = tuple[Fraction, ...]


@attrs.frozen
class Order:
    """A sum of products of powers of LETTERS; coefficients and logarithms count as constants.

    Without `terms` it is 0.
    """

    terms: frozenset[Powers]

    @classmethod
    def of(cls, **powers: int) -> Order:
        """One product; without powers a constant."""
        return cls(frozenset([tuple(Fraction(powers.get(letter, 0)) for letter in LETTERS)]))

    def __add__(self, other: Order) -> Order:
        return Order(self.terms | other.terms)

    def __mul__(self, other: Order | int) -> Order:
        if isinstance(other, int):
            return self
        pairs = ((one, two) for one in self.terms for two in other.terms)
        return Order(frozenset(tuple(a + b for a, b in zip(*pair, strict=True)) for pair in pairs))

    __rmul__ = __mul__

    def __truediv__(self, other: Order | int) -> Order:
        return self if isinstance(other, int) else self * other.power(-1)

    @property
    def leading(self) -> Powers:
        """Of the product that dominates as n, then k, d and b grow."""
        return max(self.terms)

    def power(self, exponent: Fraction | int) -> Order:
        """Of the product that dominates."""
        return Order(frozenset([tuple(exponent * each for each in self.leading)]))

    def with_power(self, of_k: int) -> Order:
        """The products with this power of K, without it."""
        return Order(frozenset((*one[:-1], Fraction(0)) for one in self.terms if one[-1] == of_k))

    def at_block(self, block: Order) -> Order:
        """With K replaced."""
        return Order(frozenset(
            term
            for one in self.terms
            for term in (Order(frozenset([(*one[:-1], Fraction(0))])) * block.power(one[-1])).terms
        ))  # fmt: skip


ONE, HALF = Order.of(), Fraction(1, 2)


@attrs.frozen(kw_only=True)
class _Letters:
    """What a record's leading terms are written in (`LoaderKind.leading`)."""

    n: Order = attrs.field(factory=lambda: Order.of(n=1))
    w: Order = attrs.field(factory=lambda: Order.of(d=1, b=1))
    K: Order = attrs.field(factory=lambda: Order.of(K=1))
    P: int = 1
    zero: Order = attrs.field(factory=lambda: Order(frozenset()))
    log: Callable[[Any], Order] = lambda _: ONE
    sqrt: Callable[[Order], Order] = lambda one: one.power(HALF)


INNER_PRODUCT = Order.of(d=1, b=2)  # Toffolis and measurements of a sum
FINDS = Order.of(n=1) * Order.of(n=1, k=1).power(HALF)  # n rows, sqrt(n k) iterations each


@lru_cache
def runtime_exponent(algorithm: str, loader: LoaderKind) -> float | None:
    """Of n in the runtime; None for a loader or an algorithm without leading terms.

    A step a Toffoli and a measurement, with the block and the rows a load of fewest Toffolis.
    """
    if loader.leading is None or algorithm not in ("row-by-row", "shared-load"):
        return None
    terms = loader.leading(_Letters())
    block = _best_block(terms["toffoli"])
    toffoli, measured = (terms[name].at_block(block) for name in ("toffoli", "measurement"))
    rows = ONE
    if algorithm == "shared-load" and toffoli.terms:
        rows = toffoli.power(1) / INNER_PRODUCT  # sqrt(R) (L / R + a) is least at R = L / a
    each = toffoli + measured + INNER_PRODUCT * rows
    return float((FINDS / rows.power(HALF) * each).leading[0])


def _best_block(toffoli: Order) -> Order:
    """a / K + c K is least at sqrt(a / c); 1 for a loader without blocks."""
    fewer, more = toffoli.with_power(-1), toffoli.with_power(1)
    return (fewer.power(1) / more).power(HALF) if fewer.terms and more.terms else ONE
