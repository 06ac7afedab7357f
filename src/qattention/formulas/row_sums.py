"""`RowSums`: the constants of the sums <q_i, k> - T_i of many rows, all that inner products cost by."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.costs import AnyIntArray, IntArray
from qattention.errors import SpecError, bad
from qattention.numerics import python_integers, signed_digits

WIDE = 60  # two's complement bits up to which int64 holds every sum and constant


@attrs.frozen(kw_only=True, eq=False)
class RowSums:
    """Several rows of classical weights and thresholds.

    Attributes:
        weights: q, shape (n_rows, d): int64, or Python integers where sums would not fit.
        threshold: T, shape (n_rows,): the flag is [acc >= T]; any size.
        channel_bits: b_c, the bits of each component of a key, shape (d,).
    """

    weights: AnyIntArray
    threshold: AnyIntArray
    channel_bits: IntArray

    @classmethod
    def from_weights(
        cls,
        weights: ArrayLike,
        thresholds: Sequence[int] | AnyIntArray,
        key_bits: int | Sequence[int] | IntArray,
    ) -> RowSums:
        """Of integer `weights`, shape (n_rows, d), as many thresholds, and b (or b_c of each component).

        Raises:
            SpecError: there is not one width a component.
        """
        rows = np.atleast_2d(np.asarray(weights))
        widths = np.atleast_1d(np.asarray(key_bits, dtype=np.int64))
        if len(widths) not in (1, rows.shape[1]):
            raise SpecError(bad("key_bits", key_bits, f"one width, or {rows.shape[1]}"))
        largest = max(abs(int(rows.max())), abs(int(rows.min())))
        fits = largest.bit_length() + int(widths.max()) + rows.shape[1].bit_length() <= WIDE
        return cls(
            weights=rows.astype(np.int64) if fits else python_integers(rows),
            threshold=python_integers(np.asarray(thresholds, dtype=object)),
            channel_bits=np.broadcast_to(widths, rows.shape[1:]),
        )

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(self.threshold)

    @property
    def word_bits(self) -> int:
        """Bits w of a key."""
        return int(self.channel_bits.sum())

    def take(self, rows: ArrayLike) -> RowSums:
        """The rows at these positions, in that order."""
        chosen = np.asarray(rows)
        return attrs.evolve(self, weights=self.weights[chosen], threshold=self.threshold[chosen])

    def over(self, channels: ArrayLike) -> RowSums:
        """The same sums over these components alone; the others must have no weight."""
        chosen = np.asarray(channels)
        return attrs.evolve(self, weights=self.weights[:, chosen], channel_bits=self.channel_bits[chosen])

    @cached_property
    def digits(self) -> NDArray[np.int8]:
        """Canonical signed digits of the weights, shape (n_rows, d, query_bits + 1)."""
        largest = max(abs(int(self.weights.max())), abs(int(self.weights.min())))
        return signed_digits(self.weights, max(1, largest.bit_length()))

    @cached_property
    def by_width(self) -> dict[int, IntArray]:
        """Width b -> non-zero digits of its components at each column e, shape (n_rows, query_bits + 1)."""
        used = self.digits != 0
        return {int(b): used[:, self.channel_bits == b].sum(axis=1) for b in np.unique(self.channel_bits)}

    @cached_property
    def _range(self) -> tuple[AnyIntArray, AnyIntArray]:
        """Least and greatest <q, k>, Python integers; a key word reaches from -2**(b-1) to 2**(b-1) - 1."""
        half = np.array([1 << (int(b) - 1) for b in self.channel_bits], dtype=self.weights.dtype)
        up, down = np.maximum(self.weights, 0), np.maximum(-self.weights, 0)
        low, high = -(up @ half) - down @ (half - 1), up @ (half - 1) + down @ half
        return low.astype(object), high.astype(object)

    @property
    def clipped(self) -> AnyIntArray:
        """T where the flag still depends on the key: min <q, k> .. max <q, k> + 1."""
        low, high = self._range
        within: AnyIntArray = np.minimum(np.maximum(self.threshold, low), high + 1)
        return within

    def widths(self) -> IntArray:
        """W: two's complement bits that hold every acc - T, shape (n_rows,)."""
        low, high = (end - self.clipped for end in self._range)
        pairs = zip(low.tolist(), high.tolist(), strict=True)
        return np.array([1 + max((x if x >= 0 else -x - 1).bit_length() for x in pair) for pair in pairs])

    def query_bits(self) -> IntArray:
        """Q, at least 2: two's complement bits of each row's weights, shape (n_rows,)."""
        largest = np.where(self.weights >= 0, self.weights, -self.weights - 1).max(axis=1)
        return np.array([max(2, 1 + int(q).bit_length()) for q in largest])

    def constants(self) -> AnyIntArray:
        """C: what is added besides the key bits, as integers of any sign (its low W bits count).

        -T; 2**e for each complemented word of a negative digit; -2**(e+b-1) for each word, whose top bit is
        complemented to carry its sign.
        """
        scale = np.array([1 << e for e in range(self.digits.shape[2])], dtype=object)
        total: AnyIntArray = (self.digits < 0).sum(axis=1).astype(object) @ scale - self.clipped
        for b, digits in self.by_width.items():
            total = total - (digits.astype(object) @ scale) * (1 << (b - 1))
        return total

    def heights(self, n_columns: int) -> IntArray:
        """Key bits in columns 0..n_columns - 1, shape (n_rows, n_columns)."""
        total = np.zeros((self.n_rows, n_columns), dtype=np.int64)
        for b, digits in self.by_width.items():
            running = np.cumsum(np.pad(digits, ((0, 0), (b, n_columns))), axis=1)
            total += running[:, b : b + n_columns] - running[:, :n_columns]
        return total

    def columns(self) -> tuple[IntArray, IntArray, IntArray]:
        """(heights, constant bits, W): key bits and C's bit in each column below W, shape (n_rows, max W)."""
        widths = self.widths()
        at = np.arange(int(widths.max()))
        inside = at < widths[:, None]
        constants = self.constants()
        bits = np.stack([(constants >> int(j)) & 1 for j in at], axis=1).astype(np.int64)
        return np.where(inside, self.heights(len(at)), 0), np.where(inside, bits, 0), widths
