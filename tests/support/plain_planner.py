"""The plan of a compressor tree in plain Python: what `bloqs.compressor_kernel` is held against."""

import heapq
from collections import defaultdict

import numpy as np

from qattention.bloqs.compressor import PATIENCE, CompressorPlan, StepKind, SumSpec

Bit = tuple[int, int, int]  # adders it waits for, wire, whether the wire holds its complement


class PlainPlanner:
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
    return tuple(sorted(wire for wire in set(wires) if wires.count(wire) % 2))
