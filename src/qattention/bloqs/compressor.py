"""The plan of a compressor tree: which bits are added by which adder, and where the constant goes.

acc = sum_c q_c k_c - T is a sum of single bits: each non-zero signed digit of q_c at weight 2**e contributes
the b bits of k_c at columns e .. e + b - 1. A negative digit complements the bits; two's complement signs
complement the top bit; all corrections are one classical constant, so nothing is sign-extended. Full adders
turn three bits of a column into one there and one in the next (one And each), column by column, until only
the sign column is left. Complements are tracked classically and cost CNOTs, never gates of their own.

With buckets (`qattention.buckets`) the digits of one v are first summed by themselves, and their sum enters
the digits of v as a word does: column by column, but only as far as it takes bits out. What is left of a
column, one bit or two, is never overwritten, for it is used more than once.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.buckets import Buckets, find_buckets, plain_digits

from .compressor_kernel import Planning, plan_adders

# A fresh sum wire is spent only if no wire that may be overwritten is ready within this many adders.
# At d = 128, b = 8: 49 wires at depth 31 (0: 939 at 28; without limit: 1 at 55).
PATIENCE = 4


class StepKind(IntEnum):
    """Kinds of step; operands are wires, `new` the wire that enters."""

    COPY = 0  # new = x
    FULL = 1  # new = carry of (s, x, y); s becomes their sum
    HALF = 2  # new = carry of (s, x); s becomes their sum
    XOR = 3  # s becomes the sum of (s, x), which are not both 1


@attrs.frozen(kw_only=True)
class SumSpec:
    """The sum to compress: fixes width, constant and column heights; hashable, small.

    Attributes:
        weights: q, as integers; threshold: T, clipped to where it still decides; key_bits: b_c of each k_c.
        bucketed: sum equal multiples of the components first.
    """

    weights: tuple[int, ...]
    threshold: int
    key_bits: tuple[int, ...]
    bucketed: bool = False

    @classmethod
    def of(
        cls,
        weights: tuple[int, ...],
        threshold: int,
        key_bits: int | tuple[int, ...],
        bucketed: bool = False,
    ) -> SumSpec:
        """Clip the threshold to min(acc) .. max(acc) + 1: beyond that the flag is constant anyway.

        `key_bits` is one width for all components, or one each.
        """
        widths = key_bits if isinstance(key_bits, tuple) else (key_bits,) * len(weights)
        low, high = sum_range(weights, widths)
        clipped = min(max(threshold, low), high + 1)
        return cls(weights=weights, threshold=clipped, key_bits=widths, bucketed=bucketed)

    @property
    def width(self) -> int:
        """W: the fewest two's complement bits that hold every value of acc - T."""
        low, high = sum_range(self.weights, self.key_bits)
        low, high = low - self.threshold, high - self.threshold
        return 1 + max((~low if low < 0 else low).bit_length(), (~high if high < 0 else high).bit_length())

    def buckets(self) -> Buckets:
        """The signed digits of the weights; all in one bucket if not `bucketed`."""
        if not self.bucketed:
            return plain_digits(self.weights)
        return find_buckets(self.weights, self.key_bits, -self.threshold, self.width)


@lru_cache(maxsize=64)
def sum_range(weights: tuple[int, ...], key_bits: int | tuple[int, ...]) -> tuple[int, int]:
    """Least and greatest sum_c q_c k_c over signed k_c of `key_bits` bits (one width, or one each)."""
    widths = key_bits if isinstance(key_bits, tuple) else (key_bits,) * len(weights)
    halves = [1 << (bits - 1) for bits in widths]
    ends = [(-half * q, (half - 1) * q) for q, half in zip(weights, halves, strict=True)]
    return sum(map(min, ends)), sum(map(max, ends))


@attrs.frozen(eq=False)
class CompressorPlan:
    """Steps in order and the bits left in the sign column.

    Wires 0 .. w - 1 are the key bits (component after component, most significant bit first), further ones
    enter as `new`, numbered in order.

    Attributes:
        steps: int64, shape (n_steps, 7): kind, s, x, y, new, invert_s, invert_other (`StepKind`, adders.py).
        sign_wires: wires whose XOR, with `sign_inverted`, is the sign bit of acc - T.
        n_junk: wires that entered.
    """

    steps: NDArray[np.int64]
    sign_wires: tuple[int, ...]
    sign_inverted: bool
    n_junk: int

    def count(self, kind: StepKind) -> int:
        """How many steps are of that kind."""
        return int((self.steps[:, 0] == kind).sum())

    @property
    def n_ands(self) -> int:
        """Ands in all: one a full or half adder."""
        return self.count(StepKind.FULL) + self.count(StepKind.HALF)


def _plan(spec: SumSpec) -> CompressorPlan:
    buckets, width, key_bits = spec.buckets(), spec.width, np.array(spec.key_bits, dtype=np.int64)
    constant = np.array([-spec.threshold >> column & 1 for column in range(width)], dtype=np.int64)
    state, left = plan_adders(len(buckets.values), buckets.terms, key_bits, constant, width, PATIENCE)
    return finished(state, left, sum(spec.key_bits))


def finished(state: Planning, left: tuple[NDArray[np.int64], int], n_given: int) -> CompressorPlan:
    """What was planned, and what `sum_columns` left over; `n_given` wires were there before."""
    (bits, constant_bit), (n_wires, n_steps) = left, state.tally.tolist()
    return CompressorPlan(
        steps=state.steps[:n_steps].copy(),
        sign_wires=_odd_ones(bits[:, 0].tolist()),
        sign_inverted=bool((constant_bit + bits[:, 1].sum()) & 1),
        n_junk=n_wires - n_given,
    )


def _odd_ones(wires: list[int]) -> tuple[int, ...]:
    """Wires that occur an odd number of times: the others cancel in an XOR."""
    return tuple(sorted(wire for wire in set(wires) if wires.count(wire) % 2))


@lru_cache(maxsize=64)
def plan_sum(spec: SumSpec) -> CompressorPlan:
    """The adders of a sum, deterministic; about 0.1 microseconds an adder."""
    return _plan(spec)
