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

import heapq
from collections import defaultdict
from enum import IntEnum
from functools import lru_cache

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.buckets import Buckets, find_buckets, plain_digits

# A fresh sum wire is spent only if no wire that may be overwritten is ready within this many adders.
# At d = 128, b = 8: 49 wires at depth 31 (0: 939 at 28; without limit: 1 at 55).
PATIENCE = 4

Bit = tuple[int, int, int]  # adders it waits for, wire, whether the wire holds its complement


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


class _Planner:
    """Keys are bits that may not be overwritten: those of the key, and bucket sums; spare bits may be."""

    def __init__(self, spec: SumSpec) -> None:
        self.spec, self.width, self.buckets = spec, spec.width, spec.buckets()
        self.n_wires = self.n_key_wires = sum(spec.key_bits)
        self.steps: list[tuple[int, ...]] = []
        n_buckets = len(self.buckets.values)
        self.words: list[defaultdict[int, list[Bit]]] = [defaultdict(list) for _ in range(n_buckets)]
        self.constants = [-spec.threshold] + [0] * (n_buckets - 1)
        self.keys: defaultdict[int, list[Bit]] = defaultdict(list)
        self.spare: defaultdict[int, list[Bit]] = defaultdict(list)

    def _add_component(self, bucket: int, component: int, e: int, sign: int) -> None:
        b, lowest = self.spec.key_bits[component], sum(self.spec.key_bits[: component + 1]) - 1
        self.constants[bucket] += ((sign < 0) - (1 << (b - 1))) << e
        for bit in range(b):
            inverted = int((sign < 0) != (bit == b - 1))
            self.words[bucket][e + bit].append((0, lowest - bit, inverted))

    def _add_sum(self, bucket: int, source: int, e: int, sign: int) -> None:
        self.constants[bucket] += sign * self.constants[source] << e
        for column, bits in self.words[source].items():
            for ready, wire, inverted in bits:
                self.words[bucket][e + column].append((ready, wire, inverted ^ (sign < 0)))
                self.constants[bucket] -= (sign < 0) << (e + column)

    def _emit(self, kind: StepKind, s: int, x: int, y: int, invert_s: int = 0, invert_other: int = 0) -> int:
        new, self.n_wires = self.n_wires, self.n_wires + 1
        self.steps.append((int(kind), s, x, y, new, invert_s, invert_other))
        return new

    def _take_sum_wire(self, column: int) -> Bit:
        keys, spare = self.keys[column], self.spare[column]
        if not spare or (len(keys) >= 3 and spare[0][0] > keys[-1][0] + PATIENCE):
            ready, wire, inverted = keys.pop()
            return ready, self._emit(StepKind.COPY, -1, wire, -1), inverted
        return heapq.heappop(spare)

    def _take(self, column: int) -> Bit:
        keys, spare = self.keys[column], self.spare[column]
        if keys and (not spare or keys[-1][0] <= spare[0][0]):
            return keys.pop()
        return heapq.heappop(spare)

    def _full(self, column: int) -> None:
        ready, s, inv_s = self._take_sum_wire(column)
        (ready_x, x, inv_x), (ready_y, y, inv_y) = self._take(column), self._take(column)
        if x == y:  # by way of two buckets that both hold it
            y = self._emit(StepKind.COPY, -1, x, -1)
        if inv_x != inv_y and inv_x != inv_s:  # the pivot x agrees with s if it can: fewer CNOTs
            x, inv_x, y, inv_y = y, inv_y, x, inv_x
        ready = max(ready, ready_x, ready_y) + 1
        rel_s, rel_y = inv_s ^ inv_x, inv_y ^ inv_x
        carry = self._emit(StepKind.FULL, s, x, y, rel_s, rel_y)
        heapq.heappush(self.spare[column + 1], (ready, carry, inv_x ^ (rel_s & rel_y)))
        heapq.heappush(self.spare[column], (ready, s, inv_s ^ inv_x ^ inv_y))

    def _half(self, column: int, constant: int = 0) -> None:
        """Two bits and perhaps a constant 1: the carry is AND, or OR = NOT(NOT AND NOT)."""
        ready, s, inv_s = self._take_sum_wire(column)
        ready_x, x, inv_x = self._take(column)
        inv_s, inv_x, ready = inv_s ^ constant, inv_x ^ constant, max(ready, ready_x) + 1
        carry = self._emit(StepKind.HALF, s, x, -1, inv_s, inv_x)
        heapq.heappush(self.spare[column + 1], (ready, carry, constant ^ (inv_s & inv_x)))
        heapq.heappush(self.spare[column], (ready, s, inv_s ^ inv_x ^ constant))

    def _xor(self, column: int) -> None:
        ready, s, inv_s = self._take_sum_wire(column)
        ready_x, x, inv_x = self._take(column)
        self.steps.append((int(StepKind.XOR), s, x, -1, -1, 0, 0))
        heapq.heappush(self.spare[column], (max(ready, ready_x), s, inv_s ^ inv_x))

    def _height(self, column: int) -> int:
        return len(self.keys[column]) + len(self.spare[column])

    def _start(self, bucket: int) -> int:
        """Lay out the words of a bucket, late bits first; returns the greatest value they can have."""
        self.keys, self.spare = self.words[bucket], defaultdict(list)
        for bits in self.keys.values():
            bits.sort(key=lambda bit: -bit[0])
        return sum(len(bits) << column for column, bits in self.keys.items())

    def _sum_bucket(self, bucket: int) -> None:
        """Take bits out of the columns, from the lowest, while an adder takes one out for good."""
        most, column = self._start(bucket), 0
        while most >= 2 << column:
            while self._height(column) >= 3:
                self._full(column)
            if self._height(column) == 2 and self._height(column + 1) >= 2:
                self._half(column)
            column += 1
        while self._height(column) >= 2:  # at most one of the bits from here on is 1
            self._xor(column)
        for column, bits in self.spare.items():
            self.keys[column] += sorted(bits)

    def _sum_column(self, column: int) -> None:
        """As in a bucket, but nothing of the column stays: only the sign is asked for."""
        constant = self.constants[0] >> column & 1
        for _ in range((self._height(column) - 1) // 2):  # each takes two bits out
            self._full(column)
        if self._height(column) == 2:
            self._half(column, constant)
        elif constant:  # one bit and a constant 1: the carry is the bit itself
            self.keys[column + 1] += self.keys[column]
            for bit in self.spare[column]:
                heapq.heappush(self.spare[column + 1], bit)

    def plan(self) -> CompressorPlan:
        d, top = len(self.spec.weights), self.width - 1
        chain: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for bucket, source, e, sign in self.buckets.terms.tolist():
            if source < d:
                self._add_component(bucket, source, e, sign)
            else:
                chain[source - d].append((bucket, e, sign))
        for source in reversed(range(1, len(self.words))):
            self._sum_bucket(source)
            for bucket, e, sign in chain[source]:
                self._add_sum(bucket, source, e, sign)
        self._start(0)
        for column in range(top):
            self._sum_column(column)
        left = self.keys[top] + sorted(self.spare[top])
        inverted = (self.constants[0] >> top & 1) ^ (sum(inv for _, _, inv in left) & 1)
        return CompressorPlan(
            steps=np.array(self.steps, dtype=np.int64).reshape(-1, 7),
            sign_wires=_odd_ones([wire for _, wire, _ in left]),
            sign_inverted=bool(inverted),
            n_junk=self.n_wires - self.n_key_wires,
        )


def _odd_ones(wires: list[int]) -> tuple[int, ...]:
    """Wires that occur an odd number of times: the others cancel in an XOR."""
    return tuple(sorted(wire for wire in set(wires) if wires.count(wire) % 2))


@lru_cache(maxsize=64)
def plan_sum(spec: SumSpec) -> CompressorPlan:
    """The adders of a sum, deterministic; about 5 microseconds an adder."""
    return _Planner(spec).plan()
