"""`SquareSum` played gate by gate (`tape`): its layers there and back, with the sign's phase between.

A replay of the rule by which bits are taken, which shares no code with the bloq. No bit is ever held as its
complement and there is no constant, so that an adder is bare: three CNOTs, an And, three CNOTs.
Apart from `pair_layers` because it replays gates, where that adds up closed forms.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from qattention.formulas.clifford_depth import PER_LAYER
from qattention.formulas.compressor import PATIENCE
from qattention.formulas.layers import Layers
from qattention.formulas.square_sum import square_columns
from qattention.formulas.tape import Pen, Tape
from qattention.formulas.tape_layers import CNOT, PHASE

Wire = int | tuple[int, int]  # a bit, or the XOR of two: the wire that holds it for the while, and the other
Spare = tuple[int, int]  # adders that it waits for, wire


class _Sum:
    """The columns of one sum while they are added up, lowest first."""

    def __init__(self, widths: Sequence[int]) -> None:
        self.width, self.word = square_columns(widths), sum(widths) + square_columns(widths)
        self.pen = Pen(2 * self.word)
        self.keys: defaultdict[int, list[Wire]] = defaultdict(list)
        self.spare: defaultdict[int, list[Spare]] = defaultdict(list)
        sums = self._component_sums(widths)
        most = max(widths)
        for i in range(most):
            for j in range(i + 1, most + 1):
                self.keys[i + j - 1] += [(v[j], v[i]) for v in sums if j < len(v)]
        for column in range(self.width):
            self.keys[column] += [self.word - 1 - column, 2 * self.word - 1 - column]
        for column in range(self.width - 1):
            self._add_up(column)
        self.left = [*self.keys[self.width - 1], *(wire for _, wire in self.spare[self.width - 1])]

    def _component_sums(self, widths: Sequence[int]) -> list[list[int]]:
        """The bits of q_c + k_c in the key's wires, and the last carry."""
        found, end = [], 0
        for bits in widths:
            end += bits
            q = range(end - 1, end - 1 - bits, -1)
            k = [self.word + wire for wire in q]
            carry = self._half(k[0], q[0])
            for s, x in zip(k[1:], q[1:], strict=True):
                carry = self._full(s, x, carry)
            found.append([*k, carry])
        return found

    def _half(self, s: int, x: Wire) -> int:
        return self._with_xors((x,), lambda at: self._half_adder(s, at[0]))

    def _full(self, s: int, x: Wire, y: Wire) -> int:
        return self._with_xors((x, y), lambda at: self._full_adder(s, *at))

    def _half_adder(self, s: int, x: int) -> int:
        new = self.pen.made(s, x)
        self.pen.gate(CNOT, x, s)
        return new

    def _full_adder(self, s: int, x: int, y: int) -> int:
        pen = self.pen
        pen.gate(CNOT, x, s)
        pen.gate(CNOT, x, y)
        new = pen.made(s, y)
        for control, target in ((x, new), (x, y), (y, s)):
            pen.gate(CNOT, control, target)
        return new

    def _copied(self, at: Sequence[int]) -> int:
        (new,) = self.pen.born(1).tolist()
        self.pen.gate(CNOT, at[0], new)
        return int(new)

    def _with_xors(self, wires: tuple[Wire, ...], do: Callable[[list[int]], int]) -> int:
        """XORs made in the wires that hold them, and unmade."""
        pairs = [wire for wire in wires if isinstance(wire, tuple)]
        for host, other in pairs:
            self.pen.gate(CNOT, other, host)
        done = do([wire[0] if isinstance(wire, tuple) else wire for wire in wires])
        for host, other in reversed(pairs):
            self.pen.gate(CNOT, other, host)
        return done

    def _taken(self, column: int) -> tuple[int, Wire]:
        """(adders it waits for, wire): a bit that is there from the start, before those that wait."""
        keys = self.keys[column]
        return (0, keys.pop()) if keys else heapq.heappop(self.spare[column])

    def _overwritten(self, column: int) -> tuple[int, int]:
        """The earliest bit that may be overwritten, or a copy if it is far off."""
        keys, spare = self.keys[column], self.spare[column]
        if not spare or (len(keys) >= 3 and spare[0][0] > PATIENCE):
            return 0, self._with_xors((keys.pop(),), self._copied)
        return heapq.heappop(spare)

    def _add_up(self, column: int) -> None:
        n_left = len(self.keys[column]) + len(self.spare[column])
        while n_left >= 2:
            at, s = self._overwritten(column)
            others = [self._taken(column) for _ in range(min(2, n_left - 1))]
            at = 1 + max(at, *(waits for waits, _ in others))
            wires = [wire for _, wire in others]
            carry = self._full(s, *wires) if len(wires) == 2 else self._half(s, *wires)
            heapq.heappush(self.spare[column + 1], (at, carry))
            if len(wires) == 1:
                return
            heapq.heappush(self.spare[column], (at, s))
            n_left -= 2


def square_tape(widths: Sequence[int]) -> Tape:
    """There, the phase of the sign, and back."""
    made = _Sum(widths)
    once = sorted(wire for wire in set(made.left) if made.left.count(wire) % 2)
    there = made.pen.tape(range(made.pen.n_wires))
    pen = Pen(made.pen.n_given)
    held = pen.splice(there, np.arange(made.pen.n_given))
    (sign,) = pen.born(1).tolist()
    for turn in range(2):
        for wire in once:
            pen.gate(CNOT, int(held[wire]), sign)
        if not turn:
            pen.gate(PHASE, sign)
    pen.splice(there.backwards(), held)
    return pen.tape(range(made.pen.n_given))


@lru_cache(maxsize=32)
def square_layers(widths: tuple[int, ...]) -> Layers:
    """Of both ways and a Z on the sign between, exact."""
    tape = square_tape(widths)
    return Layers(*tape.depths(PER_LAYER), tape.cliffords)
