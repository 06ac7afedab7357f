"""`RowSums`: the constants of the sums <q_i, k> - T_i of many rows, all that inner products cost by."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import AnyIntArray, IntArray
from qattention.numerics import python_integers, signed_digits

WIDE = 60  # two's complement bits up to which int64 holds every sum and constant


@attrs.frozen(kw_only=True, eq=False)
class RowSums:
    """Several rows of classical weights and thresholds.

    Attributes:
        positive, negative: int64, shape (n_rows, query_bits + 1): digits +1 and -1 of the row's weights at
            each column e (weight 2**e).
        reach: sum over the row of |q_c|, shape (n_rows,).
        threshold: T, shape (n_rows,): the flag is [acc >= T]; any size.
        key_bits: b.
    """

    positive: IntArray
    negative: IntArray
    reach: AnyIntArray
    threshold: AnyIntArray
    key_bits: int

    @classmethod
    def from_weights(
        cls, weights: ArrayLike, thresholds: Sequence[int] | AnyIntArray, key_bits: int
    ) -> RowSums:
        """Of integer `weights`, shape (n_rows, d), and as many thresholds."""
        rows = np.atleast_2d(np.asarray(weights))
        exact = python_integers(rows)
        largest = max(abs(int(rows.max())), abs(int(rows.min())))
        query_bits = max(1, largest.bit_length())
        digits = signed_digits(exact if query_bits > WIDE else rows, query_bits)
        return cls(
            positive=np.sum(digits > 0, axis=1),
            negative=np.sum(digits < 0, axis=1),
            reach=np.abs(exact).sum(axis=1),
            threshold=python_integers(np.asarray(thresholds, dtype=object)),
            key_bits=key_bits,
        )

    @property
    def n_rows(self) -> int:
        return len(self.threshold)

    def take(self, rows: ArrayLike) -> RowSums:
        """The rows at these positions, in that order."""
        chosen = np.asarray(rows)
        names = ("positive", "negative", "reach", "threshold")
        return attrs.evolve(self, **{name: getattr(self, name)[chosen] for name in names})

    @property
    def weight_sum(self) -> AnyIntArray:
        """sum over the row of q_c, Python integers."""
        scale = np.array([1 << e for e in range(self.positive.shape[1])], dtype=object)
        total: AnyIntArray = (self.positive - self.negative).astype(object) @ scale
        return total

    def ends(self) -> tuple[AnyIntArray, AnyIntArray]:
        """Least and greatest acc - T over all keys, T clipped to where the flag still depends on the key.

        A key word reaches from -2**(b-1) to 2**(b-1) - 1, whatever the sign of its weight.
        """
        half = 1 << (self.key_bits - 1)
        up, down = (self.reach + self.weight_sum) // 2, (self.reach - self.weight_sum) // 2
        low, high = -half * up - (half - 1) * down, (half - 1) * up + half * down
        clipped = np.minimum(np.maximum(self.threshold, low), high + 1)
        return low - clipped, high - clipped

    def widths(self) -> IntArray:
        """W: two's complement bits that hold every acc - T, shape (n_rows,)."""
        low, high = self.ends()
        pairs = zip(low.tolist(), high.tolist(), strict=True)
        return np.array([1 + max((x if x >= 0 else -x - 1).bit_length() for x in pair) for pair in pairs])

    def constants(self) -> AnyIntArray:
        """C: what is added besides the key bits, as integers of any sign (its low W bits count).

        -T; 2**e for each complemented word of a negative digit; -2**(e+b-1) for each word, whose top bit is
        complemented to carry its sign.
        """
        low, _ = self.ends()
        half = 1 << (self.key_bits - 1)
        up, down = (self.reach + self.weight_sum) // 2, (self.reach - self.weight_sum) // 2
        minus_t = low + half * up + (half - 1) * down
        scale = np.array([1 << e for e in range(self.positive.shape[1])], dtype=object)
        negative, digits = self.negative.astype(object), (self.negative + self.positive).astype(object)
        total: AnyIntArray = minus_t + negative @ scale - half * (digits @ scale)
        return total

    def columns(self) -> tuple[IntArray, IntArray, IntArray]:
        """(heights, constant bits, W): key bits and C's bit in each column below W, shape (n_rows, max W)."""
        widths = self.widths()
        at = np.arange(int(widths.max()))
        digits = self.positive + self.negative
        running = np.cumsum(np.pad(digits, ((0, 0), (self.key_bits, len(at)))), axis=1)
        heights = running[:, self.key_bits :][:, : len(at)] - running[:, : len(at)]
        inside = at < widths[:, None]
        constants = self.constants()
        bits = np.stack([(constants >> int(j)) & 1 for j in at], axis=1).astype(np.int64)
        return np.where(inside, heights, 0), np.where(inside, bits, 0), widths
