"""`DigitProfile`: how many non-zero signed digits a query row has in each bit column."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import attrs
import numpy as np
from numpy.typing import ArrayLike

from qattention.errors import SpecError, bad
from qattention.numerics import check_bits, signed_digits


def _counts(values: Iterable[int]) -> tuple[int, ...]:
    return tuple(int(x) for x in values)


@attrs.frozen(kw_only=True)
class DigitProfile:
    """Counts of +1 and of -1 among the canonical signed digits of a row's weights, by column.

    An inner product with classical weights costs by these counts alone: a digit at column e adds (or
    subtracts) one key word shifted by e.

    Attributes:
        positive, negative: query_bits + 1 counts each; index e weighs 2**e.
    """

    positive: tuple[int, ...] = attrs.field(converter=_counts)
    negative: tuple[int, ...] = attrs.field(converter=_counts)

    def __attrs_post_init__(self) -> None:
        if len(self.positive) != len(self.negative) or not self.positive:
            raise SpecError(bad("negative", len(self.negative), f"{len(self.positive)} columns, at least 1"))
        if min(*self.positive, *self.negative) < 0:
            raise SpecError(bad("positive, negative", (self.positive, self.negative), "counts of at least 0"))

    @property
    def n_columns(self) -> int:
        """Bit columns: query_bits + 1."""
        return len(self.positive)

    @property
    def total(self) -> tuple[int, ...]:
        """Non-zero digits by column."""
        return tuple(p + n for p, n in zip(self.positive, self.negative, strict=True))

    @property
    def n_digits(self) -> int:
        """Non-zero digits of the row."""
        return sum(self.total)

    @property
    def weight_sum(self) -> int:
        """The sum of the row's weights."""
        return sum((p - n) << e for e, (p, n) in enumerate(zip(self.positive, self.negative, strict=True)))

    @classmethod
    def from_weights(cls, weights: ArrayLike, query_bits: int) -> DigitProfile:
        """The exact profile of integer `weights` (any shape; a query row is (d,)), |w| <= 2**query_bits."""
        check_bits("query_bits", query_bits)
        digits = signed_digits(weights, query_bits).reshape(-1, query_bits + 1)
        return cls(positive=np.sum(digits > 0, axis=0), negative=np.sum(digits < 0, axis=0))

    @classmethod
    def typical(cls, head_dim: int, query_bits: int) -> DigitProfile:
        """What `head_dim` weights uniform over the two's complement range have on average.

        The expected counts are exact (`digit_densities`); they become integers by rounding their running
        sum, so that the total is within 1/2 of its expectation and each count within 1.
        """
        _check_dim(head_dim)
        running, rounded = Fraction(0), [0]
        for densities in digit_densities(query_bits):
            for density in densities:
                running += head_dim * density
                rounded.append(round(running))
        counts = np.diff(np.array(rounded, dtype=np.int64)).reshape(-1, 2)
        return cls(positive=counts[:, 0], negative=counts[:, 1])

    @classmethod
    def worst_case(cls, head_dim: int, query_bits: int) -> DigitProfile:
        """Every weight with the most non-zero digits that `query_bits` bits can have: ceil(query_bits / 2).

        They stand at the even columns: weight ...010101 in binary. At odd widths the top one is the sign.
        """
        check_bits("query_bits", query_bits)
        _check_dim(head_dim)
        columns = [head_dim * (e % 2 == 0 and e < query_bits) for e in range(query_bits + 1)]
        sign_column = query_bits - 1
        top = columns[sign_column]
        columns[sign_column] = 0
        negative = [top * (e == sign_column) for e in range(query_bits + 1)]
        return cls(positive=columns, negative=negative)


def _check_dim(head_dim: int) -> None:
    if isinstance(head_dim, bool) or not isinstance(head_dim, int | np.integer) or head_dim < 1:
        raise SpecError(bad("head_dim", head_dim, "an integer of at least 1"))


def digit_densities(query_bits: int) -> list[tuple[Fraction, Fraction]]:
    """P(digit e is +1) and P(digit e is -1), e = 0..query_bits, for a uniform two's complement word.

    With bits b_e, b_e = b_(query_bits-1) beyond the top, the carries are c_0 = 0 and
    c_(e+1) = majority(b_e, b_(e+1), c_e), and digit e is b_e + c_e - 2 c_(e+1): a Markov chain in (b_e, c_e).
    """
    check_bits("query_bits", query_bits)
    half = Fraction(1, 2)
    state = {(0, 0): half, (1, 0): half}
    densities = []
    for e in range(query_bits + 1):
        following = {(bit, carry): Fraction(0) for bit in (0, 1) for carry in (0, 1)}
        signs = {1: Fraction(0), -1: Fraction(0), 0: Fraction(0)}
        for (bit, carry), p in state.items():
            successors = (0, 1) if e + 1 < query_bits else (bit,)  # the sign bit repeats
            for next_bit in successors:
                next_carry = int(bit + next_bit + carry >= 2)
                signs[bit + carry - 2 * next_carry] += p / len(successors)
                following[next_bit, next_carry] += p / len(successors)
        densities.append((signs[1], signs[-1]))
        state = following
    return densities
