"""`Tape`: gates that a closed form plays in place of a bloq, and `Pen`, which writes and joins them.

Wires that leave are handed out again, last out first in: a wire's next life waits for the end of its last
one, so depths hang on it.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import numpy as np

from qattention.compiled import BORROWS, compiled
from qattention.costs import IntArray
from qattention.formulas.tape_layers import (
    AND,
    BEAR,
    CNOT,
    CZ,
    CZ_IF,
    MEASURE,
    NO_WIRE,
    ONE,
    PHASE,
    Rows,
    layers,
)

_CLIFFORDS = np.array([ONE, PHASE, CNOT, CZ, CZ_IF])


@attrs.frozen(kw_only=True, eq=False)
class Tape:
    """Gates on wires 0 .. n_wires - 1.

    Attributes:
        rows: as `tape_layers` has them, int32, shape (n, 4).
        n_wires, n_bits: wires and classical bits that they use; each bit is written once.
        inputs, outputs: wires that are there before, and after; the others are born and leave inside.
    """

    rows: Rows
    n_wires: int
    n_bits: int
    inputs: IntArray
    outputs: IntArray

    def depths(self, per_layer: int | None, t_per_rotation: int = 1) -> tuple[int, int]:
        """(T layers, Clifford layers)."""
        return layers(self.rows, self.n_wires, self.n_bits, per_layer, t_per_rotation)

    @property
    def cliffords(self) -> int:
        """Single gates, conditioned ones included, measurements not."""
        return int(np.bincount(self.rows[:, 0], minlength=9)[_CLIFFORDS].sum())

    def backwards(self) -> Tape:
        """Every And measured away, all else undone; right where nothing is erased on the way forwards."""
        back = self.rows[::-1]
        erased = back[:, 0] == AND
        rows = np.repeat(back, 1 + erased, axis=0)
        at = (np.cumsum(1 + erased) - 2)[erased]  # the first row of each pair
        bits = np.arange(len(at))
        rows[at] = np.stack(
            [np.full_like(bits, MEASURE), rows[at, 3], np.full_like(bits, NO_WIRE), bits], axis=1
        )
        rows[at + 1, 0], rows[at + 1, 3] = CZ_IF, bits
        return Tape(
            rows=rows[rows[:, 0] != BEAR],
            n_wires=self.n_wires,
            n_bits=len(at),
            inputs=self.outputs,
            outputs=self.inputs,
        )


def _without(n_wires: int, wires: IntArray, others: IntArray) -> IntArray:
    """Those of the wires, of 0 .. n_wires - 1, that are none of the others, ascending."""
    left = np.zeros(n_wires, dtype=bool)
    left[wires] = True
    left[others] = False
    return np.flatnonzero(left)


@compiled(**BORROWS)
def _rename(rows, at, first_bit, renamed):  # type: ignore[no-untyped-def]
    """Fill in the gates on wires `at[wire]`, their bits from `first_bit` on; the last of `at` is for none."""
    for i in range(len(rows)):
        kind, bit = rows[i, 0], rows[i, 3]
        renamed[i, 0] = kind
        renamed[i, 1], renamed[i, 2] = at[rows[i, 1]], at[rows[i, 2]]
        renamed[i, 3] = first_bit + bit if kind in (MEASURE, CZ_IF) else at[bit]


class Pen:
    """A tape being written."""

    def __init__(self, n_given: int = 0) -> None:
        """Wires 0 .. n_given - 1 are the inputs."""
        self._chunks: list[Rows] = []
        self._rows: list[tuple[int, int, int, int]] = []
        self._free: list[int] = []
        self.n_given = self.n_wires = n_given
        self.n_bits = 0

    def take(self, count: int) -> IntArray:
        """Wires that are free now, or new ones."""
        taken = [self._free.pop() for _ in range(min(count, len(self._free)))]
        new = range(self.n_wires, self.n_wires + count - len(taken))
        self.n_wires += len(new)
        return np.array([*taken, *new], dtype=np.int64)

    def release(self, wires: IntArray) -> None:
        """They have left; the first of them is handed out first."""
        self._free.extend(wires[::-1].tolist())

    def gate(self, kind: int, a: int, b: int = -1, c: int = -1) -> None:
        """Write one gate: its kind and up to three wires."""
        self._rows.append((int(kind), int(a), int(b), int(c)))

    def each(self, kind: int, wires: Iterable[int]) -> None:
        """A gate of one wire on each of them."""
        self._rows += [(int(kind), int(wire), -1, -1) for wire in wires]

    def born(self, count: int) -> IntArray:
        """Fresh wires in |0>."""
        wires = self.take(count)
        self.each(BEAR, wires)
        return wires

    def made(self, a: int, b: int) -> int:
        """The wire of an And."""
        new = int(self.take(1)[0])
        self.gate(AND, a, b, new)
        return new

    def erase(self, a: int, b: int, wire: int) -> None:
        """An And measured away."""
        self.gate(MEASURE, wire, c=self.n_bits)
        self.gate(CZ_IF, a, b, self.n_bits)
        self.n_bits += 1
        self.release(np.array([wire]))

    def splice(self, tape: Tape, given: IntArray) -> IntArray:
        """Append a tape on the given wires; what of its outputs lies where."""
        at = np.full(tape.n_wires + 1, NO_WIRE, dtype=np.int64)  # the last entry is that of NO_WIRE
        at[tape.inputs] = given
        unbound = _without(tape.n_wires, np.arange(tape.n_wires), tape.inputs)
        at[unbound] = self.take(len(unbound))
        rows = np.empty_like(tape.rows)
        _rename(tape.rows, at, self.n_bits, rows)
        self._flush()
        self._chunks.append(rows)
        self.n_bits += tape.n_bits
        outputs = at[tape.outputs]
        self.release(_without(self.n_wires, at[:-1], outputs))
        return outputs

    def _flush(self) -> None:
        if self._rows:
            self._chunks.append(np.array(self._rows, dtype=np.int32))
            self._rows = []

    def tape(self, outputs: Iterable[int]) -> Tape:
        """What was written."""
        self._flush()
        return Tape(
            rows=np.concatenate([np.zeros((0, 4), np.int32), *self._chunks]),
            n_wires=self.n_wires,
            n_bits=self.n_bits,
            inputs=np.arange(self.n_given),
            outputs=np.array([*outputs], dtype=np.int64),
        )
