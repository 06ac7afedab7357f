"""The plan of `SquareSum`: which bits of q + k are XORed, and which adder takes them.

With s_c = q_c + k_c, 2 <q, k> = sum of s_c**2 less |q|**2 and |k|**2, and those two can be looked up beside
q and k. A square needs no product of bits: written in signs, 2 s + 1 = - sum of 2**i (-1)**v_i over the
b + 1 bits v of s + 2**b, so that (2 s + 1)**2 is a constant and 2**(i + j + 1) (-1)**(v_i XOR v_j) over all
i < j. XORs cost no And; what is left is to add b (b + 1) / 2 of them a component.
"""

from __future__ import annotations

from functools import lru_cache

import attrs
import numpy as np
from numpy.typing import NDArray

from .compressor import PATIENCE, CompressorPlan, StepKind, finished
from .compressor_kernel import Planning, bit_of, planning, sum_columns


def most_sum(widths: tuple[int, ...]) -> int:
    """L: the greatest |<q, k>| over signed words of b_c bits."""
    return sum(4 ** (bits - 1) for bits in widths)


def n_columns(widths: tuple[int, ...]) -> int:
    """W: bits of T - 1 - <q, k>, for every T in -L .. L + 1 and for padding."""
    return (2 * most_sum(widths) + 1).bit_length() + 1


def side_words(values: NDArray[np.int64]) -> list[int]:
    """(|x|**2 + sum of x) / 2 of each row of `values`, shape (n, d): what is looked up beside x."""
    return [sum(int(x) * (int(x) + 1) for x in row) // 2 for row in values]


def constant(widths: tuple[int, ...]) -> int:
    """The constant sum over c of 2**(b_c - 1) (2**b_c - 1): what all XORs together stand for, halved."""
    return sum((1 << (bits - 1)) * ((1 << bits) - 1) for bits in widths)


def offset_bits(values: NDArray[np.int64], widths: tuple[int, ...], side: list[int]) -> NDArray[np.bool_]:
    """The words as they are looked up, shape (n, w + W): x_c + 2**(b_c - 1), then the word beside.

    Most significant bit first, component after component.
    """
    columns = [
        (values[:, c] + (1 << (bits - 1))) >> shift & 1
        for c, bits in enumerate(widths)
        for shift in reversed(range(bits))
    ]
    top = n_columns(widths)
    beside = [[word >> shift & 1 for word in side] for shift in reversed(range(top))]
    return np.array([*columns, *beside], dtype=np.int64).T.astype(bool)


@attrs.frozen(eq=False)
class SquarePlan:
    """Steps of adders, and the pairs of wires whose XOR a step may take as an operand.

    Wires: the row's word, the key's, then what enters as `new`, in order. An operand x or y of -2 - p is the
    XOR of `pairs[p]`: (wire that holds it for the while, other wire).
    """

    compressor: CompressorPlan
    pairs: NDArray[np.int64]


class _Squares:
    """Sums first, then their XORs column by column."""

    def __init__(self, widths: tuple[int, ...]) -> None:
        self.widths, self.width = widths, n_columns(widths)
        self.n_word = sum(widths) + self.width
        self.steps: list[tuple[int, ...]] = []
        self.columns: list[list[int]] = [[] for _ in range(self.width)]
        self.pairs: list[tuple[int, int]] = []

    def _add(self, kind: StepKind, s: int, x: int, y: int) -> int:
        """Every step of these has a carry."""
        carry = 2 * self.n_word + len(self.steps)
        self.steps.append((int(kind), s, x, y, carry, 0, 0))
        return carry

    def _sums(self) -> list[list[int]]:
        """v of each component, least significant bit first: in the key's wires, its top bit a carry."""
        found, lowest = [], -1
        for bits in self.widths:
            lowest += bits
            row = [lowest - i for i in range(bits)]
            key = [self.n_word + wire for wire in row]
            carry = self._add(StepKind.HALF, key[0], row[0], -1)
            for s, x in zip(key[1:], row[1:], strict=True):
                carry = self._add(StepKind.FULL, s, x, carry)
            found.append([*key, carry])
        return found

    def _lay_out(self, sums: list[list[int]]) -> None:
        """Bits of a column stand by pair (i, j), then by component."""
        for i in range(max(self.widths)):
            for j in range(i + 1, max(self.widths) + 1):
                for v in sums:
                    if j < len(v):
                        self.pairs.append((v[j], v[i]))
                        self.columns[i + j - 1].append(-1 - len(self.pairs))
        for column, wires in enumerate(self.columns):
            wires += [(word + 1) * self.n_word - 1 - column for word in range(2)]

    def _begun(self) -> Planning:
        """The steps of the sums done, the bits of every column laid out."""
        most, n_bits = max(map(len, self.columns)), sum(map(len, self.columns))
        n_steps, n_wires = len(self.steps), 2 * self.n_word + len(self.steps)
        state = planning(1, self.width + 1, 2 * most + 4, n_steps + 4 * n_bits, n_wires)
        state.steps[:n_steps], state.tally[1] = self.steps, n_steps
        for column, wires in enumerate(self.columns):
            state.keys[0, column, : len(wires)] = [bit_of(0, wire, 0) for wire in wires]
            state.n_keys[0, column] = len(wires)
        return state

    def squares(self) -> SquarePlan:
        self._lay_out(self._sums())
        state = self._begun()
        left = sum_columns(state, np.zeros(self.width, dtype=np.int64), PATIENCE)
        plan = finished(state, left, 2 * self.n_word)
        return SquarePlan(plan, np.array(self.pairs, dtype=np.int64).reshape(-1, 2))


@lru_cache(maxsize=16)
def plan_squares(widths: tuple[int, ...]) -> SquarePlan:
    """The adders of <q, k> over components of b_c bits; deterministic."""
    return _Squares(widths).squares()
