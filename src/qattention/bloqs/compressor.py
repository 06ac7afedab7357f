"""The plan of a compressor tree: which bits are added by which adder, and where the constant goes.

acc = sum_c q_c k_c - T is a sum of single bits: each non-zero signed digit of q_c at weight 2**e contributes
the b bits of k_c at columns e .. e + b - 1. A negative digit complements the bits; two's complement signs
complement the top bit; all corrections are one classical constant, so nothing is sign-extended. Full adders
turn three bits of a column into one there and one in the next (one And each), column by column, until only
the sign column is left. Complements are tracked classically and cost CNOTs, never gates of their own.
"""

from __future__ import annotations

import heapq
from enum import IntEnum
from functools import lru_cache

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.numerics import signed_digits

# A fresh sum wire is spent only if no wire that may be overwritten is ready within this many adders.
# At d = 128, b = 8: 49 wires at depth 31 (0: 939 at 28; without limit: 1 at 55).
PATIENCE = 4


class Step(IntEnum):
    """Kinds of step; operands are wires, `new` the wire that enters."""

    COPY = 0  # new = x
    FULL = 1  # new = carry of (s, x, y); s becomes their sum
    HALF = 2  # new = carry of (s, x); s becomes their sum


@attrs.frozen(kw_only=True)
class SumSpec:
    """The sum to compress: fixes width, constant and column heights; hashable, small.

    Attributes:
        weights: q, as integers; threshold: T, clipped to where it still decides; key_bits: b_c of each k_c.
    """

    weights: tuple[int, ...]
    threshold: int
    key_bits: tuple[int, ...]

    @classmethod
    def of(cls, weights: tuple[int, ...], threshold: int, key_bits: int | tuple[int, ...]) -> SumSpec:
        """Clip the threshold to min(acc) .. max(acc) + 1: beyond that the flag is constant anyway.

        `key_bits` is one width for all components, or one each.
        """
        widths = key_bits if isinstance(key_bits, tuple) else (key_bits,) * len(weights)
        low, high = sum_range(weights, widths)
        return cls(weights=weights, threshold=min(max(threshold, low), high + 1), key_bits=widths)

    @property
    def width(self) -> int:
        """W: the fewest two's complement bits that hold every value of acc - T."""
        low, high = sum_range(self.weights, self.key_bits)
        low, high = low - self.threshold, high - self.threshold
        return 1 + max((~low if low < 0 else low).bit_length(), (~high if high < 0 else high).bit_length())

    @property
    def query_bits(self) -> int:
        return max(1, max(abs(weight).bit_length() for weight in self.weights))

    def digits(self) -> NDArray[np.int64]:
        """Non-zero digits as rows (component, e, sign)."""
        wide = self.query_bits > 62
        values = np.array(self.weights, dtype=object if wide else np.int64)
        table = signed_digits(values, self.query_bits)
        component, e = np.nonzero(table)
        return np.stack([component, e, table[component, e]], axis=1).astype(np.int64)

    def constant(self) -> int:
        """-T and the corrections for signs and complements, modulo 2**W."""
        total = -self.threshold
        for component, e, sign in self.digits().tolist():
            total += (1 << e if sign < 0 else 0) - (1 << (e + self.key_bits[component] - 1))
        return total % (1 << self.width)


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
        steps: int64, shape (n_steps, 7): kind, s, x, y, new, invert_s, invert_other (`Step`, adders.py).
        sign_wires: wires whose XOR, with `sign_inverted`, is the sign bit of acc - T.
        n_junk: wires that entered.
    """

    steps: NDArray[np.int64]
    sign_wires: tuple[int, ...]
    sign_inverted: bool
    n_junk: int

    def count(self, kind: Step) -> int:
        return int((self.steps[:, 0] == kind).sum())

    @property
    def n_ands(self) -> int:
        return len(self.steps) - self.count(Step.COPY)


class _Planner:
    """Key bits are (wire, inverted), ready at 0 and not to be overwritten; others (ready, wire, inverted)."""

    def __init__(self, spec: SumSpec) -> None:
        self.width, self.constant = spec.width, spec.constant()
        self.n_wires = self.n_key_wires = sum(spec.key_bits)
        self.steps: list[tuple[int, ...]] = []
        self.keys: list[list[tuple[int, int]]] = [[] for _ in range(self.width)]
        self.spare: list[list[tuple[int, int, int]]] = [[] for _ in range(self.width + 1)]
        lowest = np.cumsum(spec.key_bits) - 1  # the wire of each component's bit 0
        for component, e, sign in spec.digits().tolist():
            b = spec.key_bits[component]
            for bit in range(min(b, self.width - e)):
                inverted = int((sign < 0) != (bit == b - 1))
                self.keys[e + bit].append((int(lowest[component]) - bit, inverted))

    def _emit(self, kind: Step, s: int, x: int, y: int, invert_s: int = 0, invert_other: int = 0) -> int:
        new, self.n_wires = self.n_wires, self.n_wires + 1
        self.steps.append((int(kind), s, x, y, new, invert_s, invert_other))
        return new

    def _take_sum_wire(self, column: int) -> tuple[int, int, int]:
        keys, spare = self.keys[column], self.spare[column]
        if not spare or (len(keys) >= 3 and spare[0][0] > PATIENCE):
            wire, inverted = keys.pop()
            return 0, self._emit(Step.COPY, -1, wire, -1), inverted
        return heapq.heappop(spare)

    def _take(self, column: int) -> tuple[int, int, int]:
        keys = self.keys[column]
        return (0, *keys.pop()) if keys else heapq.heappop(self.spare[column])

    def _full(self, column: int) -> None:
        ready, s, inv_s = self._take_sum_wire(column)
        (ready_x, x, inv_x), (ready_y, y, inv_y) = self._take(column), self._take(column)
        if inv_x != inv_y and inv_x != inv_s:  # the pivot x agrees with s if it can: fewer CNOTs
            x, inv_x, y, inv_y = y, inv_y, x, inv_x
        ready = max(ready, ready_x, ready_y) + 1
        rel_s, rel_y = inv_s ^ inv_x, inv_y ^ inv_x
        carry = self._emit(Step.FULL, s, x, y, rel_s, rel_y)
        self.spare[column + 1].append((ready, carry, inv_x ^ (rel_s & rel_y)))
        heapq.heappush(self.spare[column], (ready, s, inv_s ^ inv_x ^ inv_y))

    def _half(self, column: int, constant: int) -> None:
        """Two bits and perhaps a constant 1: the carry is AND, or OR = NOT(NOT AND NOT)."""
        ready, s, inv_s = self._take_sum_wire(column)
        ready_x, x, inv_x = self._take(column)
        inv_s, inv_x = inv_s ^ constant, inv_x ^ constant
        carry = self._emit(Step.HALF, s, x, -1, inv_s, inv_x)
        self.spare[column + 1].append((max(ready, ready_x) + 1, carry, constant ^ (inv_s & inv_x)))

    def _column(self, column: int) -> None:
        keys, spare, constant = self.keys[column], self.spare[column], self.constant >> column & 1
        heapq.heapify(spare)
        while len(keys) + len(spare) >= 3:
            self._full(column)
        if len(keys) + len(spare) == 2:
            self._half(column, constant)
        elif keys and constant:  # one bit and a constant 1: the carry is the bit itself
            self.keys[column + 1].append(keys[0])
        elif spare and constant:
            self.spare[column + 1].append(spare[0])

    def plan(self) -> CompressorPlan:
        top = self.width - 1
        for column in range(top):
            self._column(column)
        left = self.keys[top] + [(wire, inverted) for _, wire, inverted in sorted(self.spare[top])]
        inverted = (self.constant >> top & 1) ^ (sum(inv for _, inv in left) & 1)
        return CompressorPlan(
            steps=np.array(self.steps, dtype=np.int64).reshape(-1, 7),
            sign_wires=_odd_ones([wire for wire, _ in left]),
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
