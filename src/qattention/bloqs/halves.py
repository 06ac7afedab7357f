"""`Halves`: the one-hot code of an address as products of the codes of its two halves.

Line (u, v) is the And of line u of the high bits and line v of the low ones, for u, v >= 1. The others are
sums: of the lines (u, v) of a high line u all but v = 0 are XORed back into it, which leaves (u, 0), and
likewise of a low line. So 2**m - m - 1 And's make 2**m lines, in ceil(log2 m) layers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray
from qualtran import BloqBuilder, SoquetT
from qualtran.bloqs.basic_gates import CNOT, XGate
from qualtran.bloqs.mcmt import And

from .row_tree import Lines, row_tree
from .unary_walk import walk_ands

Ints = NDArray[np.int64]


@attrs.frozen(kw_only=True, eq=False)
class Stage:
    """Two codes multiplied.

    Attributes:
        ands: (high line, low line, new line), shape (n, 3); each line once a round.
        xors: (control, target) lines afterwards, shape (m, 2), in order.
    """

    ands: Ints
    xors: Ints


@attrs.frozen(kw_only=True, eq=False)
class Halves(Lines):
    """One line a row, and how they are made.

    Attributes:
        copies: (address bit, line) of the bits that lines begin as; the last is the top bit's line 0, which
            is turned over.
        stages: in order.
        starts: line -> its row.
    """

    copies: tuple[tuple[int, int], ...]
    stages: tuple[Stage, ...]
    starts: tuple[int, ...]

    @property
    def n_lines(self) -> int:
        return len(self.starts)

    def grow(self, bb: BloqBuilder, bits: SoquetT) -> list[SoquetT]:
        """Add the lines; `bits` are updated in place."""
        lines: list[Any] = [None] * self.n_lines
        for bit, line in self.copies:
            bits[bit], lines[line] = bb.add(CNOT(), ctrl=bits[bit], target=bb.allocate(1))
        turned = self.copies[-1][1]
        lines[turned] = bb.add(XGate(), q=lines[turned])
        for stage in self.stages:
            for a, b, new in stage.ands.tolist():
                (lines[a], lines[b]), lines[new] = bb.add(And(), ctrl=[lines[a], lines[b]])
            for a, b in stage.xors.tolist():
                lines[a], lines[b] = bb.add(CNOT(), ctrl=lines[a], target=lines[b])
        return lines

    def fell(self, bb: BloqBuilder, bits: SoquetT, lines: list[SoquetT]) -> None:
        """Give the lines back, every And by measurement; `bits` are updated in place."""
        for stage in reversed(self.stages):
            for a, b in stage.xors[::-1].tolist():
                lines[a], lines[b] = bb.add(CNOT(), ctrl=lines[a], target=lines[b])
            for a, b, new in stage.ands[::-1].tolist():
                lines[a], lines[b] = bb.add(And().adjoint(), ctrl=[lines[a], lines[b]], target=lines[new])
        turned = self.copies[-1][1]
        lines[turned] = bb.add(XGate(), q=lines[turned])
        for bit, line in reversed(self.copies):
            bits[bit], lines[line] = bb.add(CNOT(), ctrl=bits[bit], target=lines[line])
            bb.free(lines[line])


def served_rows(n_rows: int, n_bits: int, guard: bool) -> int:
    """Rows that have a line: those of a guard all 2**n_bits; 0 where a tree that splits is no dearer."""
    if not guard:
        return n_rows
    whole = 1 << n_bits
    return whole if whole - n_bits - 1 <= walk_ands(n_rows, guard=True) else 0


def halves_ands(n_rows: int, n_bits: int) -> int:
    """And's of a code of more than 2**(n_bits - 1) rows: a line each, but for one a bit and one."""
    return n_rows - n_bits - 1


def halves_cnots(n_rows: int, n_bits: int) -> int:
    """A copy a bit and one, two an And, and what makes line 0 of every code of high bits."""
    found = n_bits + 1 + 2 * halves_ands(n_rows, n_bits)
    while n_bits > 1:
        found, n_bits = found + (1 << n_bits // 2) - 1, n_bits - n_bits // 2
    return found


@lru_cache(maxsize=64)
def one_hot_code(n_rows: int, n_bits: int, guard: bool = False, halves: bool = False) -> Lines:
    """The lines of rows 0..n_rows - 1: by halves, or as a tree that splits."""
    served = served_rows(n_rows, n_bits, guard) if halves else 0
    return _Maker().code_of(served, n_bits) if served else row_tree(n_rows, n_bits, guard)


class _Maker:
    """Makes lines and stages on the way up from single bits."""

    def __init__(self) -> None:
        self.copies, self.n_lines = list[tuple[int, int]](), 0
        self.levels: dict[int, list[Stage]] = {}

    def code_of(self, n_rows: int, n_bits: int) -> Halves:
        lines, depth = self.with_zero(0, n_bits, n_rows)
        starts = np.empty(n_rows, dtype=np.int64)
        starts[lines] = np.arange(n_rows)
        self.copies.sort(key=lambda copy: copy == self.turned)
        stages = [stage for level in range(1, depth + 1) for stage in self.levels[level]]
        return Halves(copies=tuple(self.copies), stages=tuple(stages), starts=tuple(starts.tolist()))

    def fresh(self, n: int) -> Ints:
        self.n_lines += n
        return np.arange(self.n_lines - n, self.n_lines)

    def copy(self, bit: int) -> int:
        line = int(self.fresh(1)[0])
        self.copies.append((bit, line))
        return line

    def with_zero(self, first: int, n_bits: int, n_rows: int) -> tuple[Ints, int]:
        """(line of each row 0..n_rows - 1, layers) of the bits from `first` on."""
        if n_bits == 1:
            one, zero = self.copy(first), self.copy(first)
            self.turned = (first, zero)
            return np.array([zero, one]), 0
        low = n_bits // 2
        high, deep = self.with_zero(first, n_bits - low, -(-n_rows >> low))
        columns, beside = self.without_zero(first + n_bits - low, low)
        return self.multiply(high, columns, n_rows, max(deep, beside) + 1), max(deep, beside) + 1

    def without_zero(self, first: int, n_bits: int) -> tuple[Ints, int]:
        """(line of each of 1..2**n_bits - 1, layers)."""
        if n_bits == 1:
            return np.array([self.copy(first)]), 0
        low = n_bits // 2
        high, deep = self.without_zero(first, n_bits - low)
        columns, beside = self.without_zero(first + n_bits - low, low)
        depth = max(deep, beside) + 1
        return self.multiply(np.concatenate([[-1], high]), columns, 1 << n_bits, depth)[1:], depth

    def multiply(self, high: Ints, columns: Ints, n_rows: int, depth: int) -> Ints:
        """Line of each value; high[0] is -1 where value 0 has none."""
        width = len(columns) + 1
        u, v = _rounds(len(high) - 1, len(columns))
        kept = u * width + v < n_rows
        u, v = u[kept], v[kept]
        new = self.fresh(len(u))
        lines = np.empty(len(high) * width, dtype=np.int64)
        lines[::width], lines[1:width], lines[u * width + v] = high, columns, new
        both = np.stack([np.stack([new, high[u]], 1), np.stack([new, columns[v - 1]], 1)], 1)
        into_zero = np.stack([columns, np.full_like(columns, high[0])], 1)
        xors = np.concatenate([both.reshape(-1, 2), into_zero[: len(columns) * (high[0] >= 0)]])
        ands = np.stack([high[u], columns[v - 1], new], 1)
        self.levels.setdefault(depth, []).append(Stage(ands=ands, xors=xors))
        return lines[:n_rows]


def _rounds(n_high: int, n_low: int) -> tuple[Ints, Ints]:
    """All pairs of 1..n_high and 1..n_low, in rounds that take no number twice."""
    most, least = max(n_high, n_low), min(n_high, n_low)
    turn, at = np.divmod(np.arange(most * least), least)
    longer, shorter = (at + turn) % most + 1, at + 1
    return (longer, shorter) if n_high >= n_low else (shorter, longer)
