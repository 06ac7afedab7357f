"""The operations of a `GateProgram` on live amplitudes and classical bits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from statevector_register import LiveState

from qattention.errors import CheckFailed, SpecError, bad
from qattention.lowering.program import GateProgram, Op

EPS = 1e-9  # probability below which an outcome counts as impossible
Outcomes = Sequence[int] | NDArray[np.integer]


class Operands(NamedTuple):
    """The columns of a code row after the opcode."""

    a: int
    b: int
    c: int
    d: int
    e: int


class Run:
    """The state, the classical bits and where outcomes come from.

    Attributes:
        live: the amplitudes.
        bits: classical bits so far, uint8.
        p_outcomes: probability of each outcome when it was measured.
    """

    def __init__(self, program: GateProgram, live: LiveState, outcomes: Outcomes | None, seed: int) -> None:
        self.program, self.live = program, live
        self.masks = [table.bits() for table in program.tables]
        self.bits = np.zeros(program.n_cbits, dtype=np.uint8)
        self.p_outcomes = np.ones(program.n_cbits)
        self.forced = np.full(program.n_cbits, -1) if outcomes is None else np.asarray(outcomes)
        if self.forced.shape != self.bits.shape or not np.isin(self.forced, (-1, 0, 1)).all():
            raise SpecError(bad("outcomes", self.forced.tolist(), f"{program.n_cbits} of 0, 1 or -1"))
        self.rng = np.random.default_rng(seed)

    def step(self, op: Op, operands: Operands) -> None:
        """Apply one operation."""
        if op in _UNITARY:
            _UNITARY[op](self, operands)
        elif op == Op.ALLOC:
            self.live.add(operands.a)
        elif op == Op.FREE:
            self._free(operands.a)
        else:
            self._measure(op, operands.a, operands.d)

    def _free(self, wire: int) -> None:
        p = self.live.p_one(wire)
        if p > EPS:
            raise CheckFailed(f"wire {wire} leaves with probability {p:.3g} outside |0>")
        self.live.drop(wire, 0, 1 - p)

    def _measure(self, op: Op, wire: int, bit: int) -> None:
        if op == Op.MEASURE_X:
            self.live.hadamard(wire)
        p_one = self.live.p_one(wire)
        value = int(self.rng.random() < p_one) if self.forced[bit] < 0 else int(self.forced[bit])
        p = p_one if value else 1 - p_one
        if p < EPS:
            raise CheckFailed(f"classical bit {bit} cannot be {value}: its probability is {p:.3g}")
        self.live.drop(wire, value, p)
        self.bits[bit], self.p_outcomes[bit] = value, p

    def _birth_of_and(self, o: Operands) -> None:
        self.live.add(o.c)
        self.live.flip([o.a, o.b], [o.c])

    def _xor_row(self, o: Operands) -> None:
        self.live.flip([o.a], self.program.spans[o.c][self.masks[o.e][o.d]].tolist())

    def _query(self, o: Operands) -> None:
        """Row by row: the word, controlled by the address."""
        wires = self.program.spans[o.c].tolist()
        address, word = wires[: o.d], np.array(wires[o.d :])
        for j, row in enumerate(self.masks[o.e][: 1 << o.d]):
            zeros = [wire for i, wire in enumerate(address) if not j >> (o.d - 1 - i) & 1]
            self.live.flip([], zeros)
            self.live.flip(address, word[row].tolist())
            self.live.flip([], zeros)

    def _fix(self, o: Operands) -> None:
        picked = self.bits[self.program.spans[o.c][self.masks[o.e][o.d]]]
        if (int(picked.sum()) + int(self.program.tables[o.e].flips[o.d])) % 2:
            self.live.turn([o.a] if o.b < 0 else [o.a, o.b], np.pi)

    def _phase(self, wires: list[int], o: Operands) -> None:
        self.live.turn(wires, float(self.program.angles[o.d]))


_UNITARY: dict[Op, Callable[[Run, Operands], None]] = {
    Op.X: lambda r, o: r.live.flip([], [o.a]),
    Op.Z: lambda r, o: r.live.turn([o.a], np.pi),
    Op.H: lambda r, o: r.live.hadamard(o.a),
    Op.CNOT: lambda r, o: r.live.flip([o.a], [o.b]),
    Op.CZ: lambda r, o: r.live.turn([o.a, o.b], np.pi),
    Op.SWAP: lambda r, o: r.live.swap([], o.a, o.b),
    Op.AND: Run._birth_of_and,
    Op.TOFFOLI: lambda r, o: r.live.flip([o.a, o.b], [o.c]),
    Op.CSWAP: lambda r, o: r.live.swap([o.a], o.b, o.c),
    Op.X_IF: lambda r, o: r.live.flip([], [o.a] if r.bits[o.d] else []),
    Op.Z_IF: lambda r, o: r.live.turn([o.a], np.pi * r.bits[o.d]),
    Op.CZ_IF: lambda r, o: r.live.turn([o.a, o.b], np.pi * r.bits[o.d]),
    Op.CZ_PARITY: Run._fix,
    Op.XOR_ROW: Run._xor_row,
    Op.QUERY: Run._query,
    Op.PHASE: lambda r, o: r._phase([o.a], o),
    Op.GLOBAL_PHASE: lambda r, o: r._phase([], o),
}
