"""`RowTree`: the one-hot code of a truncated range, one line a row, as a tree of And's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import attrs
from qualtran import BloqBuilder, SoquetT
from qualtran.bloqs.basic_gates import CNOT, XGate
from qualtran.bloqs.mcmt import And


class Lines:
    """A one-hot code of rows; `starts`: line -> the first row it stands for; rows >= n_rows are padding."""

    starts: tuple[int, ...]

    @property
    def n_lines(self) -> int:
        """0 if there is nothing to tell apart."""
        raise NotImplementedError

    def grow(self, bb: BloqBuilder, bits: SoquetT) -> list[SoquetT]:
        """Add the lines; `bits` are updated in place."""
        raise NotImplementedError

    def fell(self, bb: BloqBuilder, bits: SoquetT, lines: list[SoquetT]) -> None:
        """Give the lines back, every And by measurement; `bits` are updated in place."""
        raise NotImplementedError

    def rows(self, n_rows: int) -> Iterator[tuple[int, int]]:
        """(row, line) of the rows proper, ascending."""
        lines = sorted((start, line) for line, start in enumerate(self.starts))
        return ((start, line) for start, line in lines if start < n_rows)

    def line_of(self, row: int) -> int:
        """The line that is 1 at a row, or at the padding around it."""
        return max((start, line) for line, start in enumerate(self.starts) if start <= row)[1]

    def beyond(self, n_rows: int) -> Iterator[tuple[int, int]]:
        """(first row, line) of the lines that stand for padding, ascending."""
        lines = sorted((start, line) for line, start in enumerate(self.starts))
        return ((start, line) for start, line in lines if start >= n_rows)


@attrs.frozen(kw_only=True)
class RowTree(Lines):
    """How lines 0, 1, .. split, level by level; line 0 begins as "any row".

    A line splits at an address bit if rows lie on both sides of it; with a guard also if the right side holds
    none, so that addresses beyond the rows have lines of their own.

    Attributes:
        splits: (address bit, most significant first; line; new line), in order. The first needs no And.
        starts: line -> the first row it stands for in the end; rows >= n_rows are padding.
    """

    splits: tuple[tuple[int, int, int], ...]
    starts: tuple[int, ...]

    @property
    def n_lines(self) -> int:
        return len(self.starts) if self.splits else 0

    def grow(self, bb: BloqBuilder, bits: SoquetT) -> list[SoquetT]:
        lines: list[SoquetT] = []
        for bit, line, _ in self.splits:
            if not lines:
                bits[bit], one = bb.add(CNOT(), ctrl=bits[bit], target=bb.allocate(1))
                bits[bit], zero = bb.add(CNOT(), ctrl=bits[bit], target=bb.allocate(1))
                lines = [bb.add(XGate(), q=zero), one]
                continue
            (lines[line], bits[bit]), new = bb.add(And(), ctrl=[lines[line], bits[bit]])
            new, lines[line] = bb.add(CNOT(), ctrl=new, target=lines[line])
            lines.append(new)
        return lines

    def fell(self, bb: BloqBuilder, bits: SoquetT, lines: list[SoquetT]) -> None:
        for bit, line, _ in reversed(self.splits[1:]):
            new, lines[line] = bb.add(CNOT(), ctrl=lines.pop(), target=lines[line])
            lines[line], bits[bit] = bb.add(And().adjoint(), ctrl=[lines[line], bits[bit]], target=new)
        if self.splits:
            bit = self.splits[0][0]
            bits[bit], zero = bb.add(CNOT(), ctrl=bits[bit], target=bb.add(XGate(), q=lines[0]))
            bb.free(zero)
            bits[bit], one = bb.add(CNOT(), ctrl=bits[bit], target=lines[1])
            bb.free(one)


@lru_cache(maxsize=64)
def row_tree(n_rows: int, n_bits: int, guard: bool = False) -> RowTree:
    """The tree of rows 0..n_rows - 1 of `n_bits` address bits."""
    splits, starts = [], [0]
    for bit in range(n_bits):
        half = 1 << (n_bits - bit - 1)
        for line in range(len(starts)):
            if starts[line] < n_rows and (guard or starts[line] + half < n_rows):
                splits.append((bit, line, len(starts)))
                starts.append(starts[line] + half)
    return RowTree(splits=tuple(splits), starts=tuple(starts))
