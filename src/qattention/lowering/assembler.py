"""`Assembler`: write gates and splice whole programs into one, reusing wires as they come free.

`located` puts the bloq before the names in the errors of its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from qualtran import Bloq

from qattention.compiled import BORROWS, compiled
from qattention.errors import SpecError
from qattention.lowering.operands import MASKED, OPERANDS
from qattention.lowering.program import NONE, GateProgram, MaskTable, Op, Wires


@contextmanager
def located(bloq: Bloq) -> Iterator[None]:
    """Put the bloq before the names in a SpecError that its parts raise."""
    try:
        yield
    except SpecError as error:
        raise SpecError([problem.replace("`", f"`{bloq}/", 1) for problem in error.problems]) from error


_KEPT, _WIRE, _CBIT, _ANGLE, _SPAN, _TABLE = range(6)
_ANGLED = (Op.PHASE, Op.GLOBAL_PHASE)


def _role(op: Op, letter: str) -> int:
    if letter not in OPERANDS[op]:
        return _KEPT
    if op in MASKED and letter in "cde":
        return {"c": _SPAN, "d": _KEPT, "e": _TABLE}[letter]
    if letter == "d":
        return _ANGLE if op in _ANGLED else _CBIT
    return _WIRE


_NOTHING = np.zeros(0, dtype=np.int32)
_ABSENT = np.array([NONE], dtype=np.int32)
_ROLES = np.array([[_KEPT] + [_role(op, letter) for letter in "abcde"] for op in Op])
IS_WIRE = _ROLES == _WIRE  # of each column of a code row, by opcode


@compiled(**BORROWS)
def _renumber(code, roles, new, starts, renumbered):  # type: ignore[no-untyped-def]
    """Operand by operand; `starts`: where the map of each role begins in `new`, after its NONE."""
    for i in range(len(code)):
        for j in range(code.shape[1]):
            role = roles[code[i, 0], j]
            renumbered[i, j] = code[i, j] if role == _KEPT else new[starts[role] + code[i, j]]


class Assembler:
    """A program under construction. Wires that leave are handed out again, last out first in."""

    def __init__(self) -> None:
        self._chunks: list[NDArray[np.int32]] = []
        self._rows: list[tuple[int, ...]] = []
        self._free: list[int] = []
        self._spans: list[Wires] = []
        self._span_of: dict[tuple[Op, bytes], int] = {}
        self._tables: list[MaskTable] = []
        self._table_of: dict[bytes, int] = {}
        self._angles: list[float] = []
        self.n_wires = 0
        self.n_cbits = 0

    def __len__(self) -> int:
        """Code rows so far."""
        return sum(map(len, self._chunks)) + len(self._rows)

    def wires(self, count: int) -> Wires:
        """Wires that are free now, or new ones; nothing is emitted."""
        n_taken, given = min(count, len(self._free)), np.empty(count, dtype=np.int32)
        first = len(self._free) - n_taken
        given[:n_taken] = self._free[first:][::-1]
        del self._free[first:]
        given[n_taken:] = np.arange(self.n_wires, self.n_wires + count - n_taken)
        self.n_wires += count - n_taken
        return given

    def release(self, wires: Wires) -> None:
        """The wires have left."""
        self._free.extend(wires.ravel()[::-1].tolist())

    def cbits(self, count: int) -> Wires:
        """New classical bits, their numbers, shape (count,)."""
        self.n_cbits += count
        return np.arange(self.n_cbits - count, self.n_cbits, dtype=np.int32)

    def emit(
        self, op: Op, *, a: int = NONE, b: int = NONE, c: int = NONE, d: int = NONE, e: int = NONE
    ) -> None:
        """Write one operation with its operands."""
        self._rows.append((int(op), a, b, c, d, e))

    def emit_rows(self, rows: NDArray[np.int32]) -> None:
        """Code rows in this program's own numbering, shape (n, 6)."""
        self._flush()
        self._chunks.append(rows)

    def angle(self, radians: float) -> int:
        """The number of an angle, the same for equal ones."""
        if radians not in self._angles:
            self._angles.append(radians)
        return self._angles.index(radians)

    def span(self, items: Wires, op: Op) -> int:
        """The span of wires or (for CZ_PARITY) of classical bits; never one span for two opcodes."""
        key = (op, items.tobytes())
        if key not in self._span_of:
            self._span_of[key] = len(self._spans)
            self._spans.append(items)
        return self._span_of[key]

    def table(self, table: MaskTable) -> int:
        """Equal ones are one, packed together or not: what was kept of earlier programs changes no code."""
        if table.digest not in self._table_of:
            self._table_of[table.digest] = len(self._tables)
            self._tables.append(table)
        return self._table_of[table.digest]

    def splice(
        self, program: GateProgram, inputs: Mapping[str, Wires], cbit_inputs: Mapping[str, Wires]
    ) -> dict[str, Wires]:
        """Append a program on the given wires; returns its outputs, classical ones too."""
        wire_map = self._bind(program.n_wires, program.inputs, inputs, self.wires)
        cbit_map = self._bind(program.n_cbits, program.cbit_inputs, cbit_inputs, self.cbits)
        self.emit_rows(self._renumbered(program, wire_map, cbit_map))
        outputs = {name: wire_map[wires] for name, wires in program.outputs.items()}
        left = np.zeros(self.n_wires, dtype=bool)
        left[wire_map] = True
        for wires in outputs.values():
            left[wires] = False
        self.release(np.flatnonzero(left).astype(np.int32))
        return outputs | {name: cbit_map[bits] for name, bits in program.cbit_outputs.items()}

    @staticmethod
    def _bind(
        size: int, names: Mapping[str, Wires], given: Mapping[str, Wires], fresh: Callable[[int], Wires]
    ) -> Wires:
        bound = np.full(size, NONE, dtype=np.int32)
        for name, own in names.items():
            bound[own.ravel()] = given[name].ravel()
        unbound = bound == NONE
        bound[unbound] = fresh(int(unbound.sum()))
        return bound

    def _renumbered(self, program: GateProgram, wire_map: Wires, cbit_map: Wires) -> NDArray[np.int32]:
        """By one look-up: the maps end to end, each after a NONE for operands that are absent."""
        maps = {_WIRE: wire_map, _CBIT: cbit_map}
        maps[_ANGLE] = np.array([self.angle(x) for x in program.angles.tolist()], dtype=np.int32)
        maps[_SPAN] = self._span_map(program, wire_map, cbit_map) if program.spans else _NOTHING
        maps[_TABLE] = np.array([self.table(table) for table in program.tables], dtype=np.int32)
        starts = 1 + np.cumsum([0, 0, *(1 + len(maps[role]) for role in range(_WIRE, _TABLE))])
        new = np.concatenate([part for role in range(_WIRE, _TABLE + 1) for part in (_ABSENT, maps[role])])
        renumbered = np.empty_like(program.code)
        _renumber(program.code, _ROLES, new.astype(np.int32), starts, renumbered)
        return renumbered

    def _span_map(self, program: GateProgram, wire_map: Wires, cbit_map: Wires) -> Wires:
        """Spans of CZ_PARITY are classical bits, the others wires; unused ones are dropped."""
        new = np.full(len(program.spans), NONE, dtype=np.int32)
        for op, mapping in ((Op.XOR_ROW, wire_map), (Op.QUERY, wire_map), (Op.CZ_PARITY, cbit_map)):
            for i in np.unique(program.code[program.code[:, 0] == op, 3]).tolist():
                new[i] = self.span(mapping[program.spans[i]], op)
        return new

    def _flush(self) -> None:
        if self._rows:
            self._chunks.append(np.array(self._rows, dtype=np.int32))
            self._rows = []

    def finish(
        self,
        inputs: Mapping[str, Wires],
        outputs: Mapping[str, Wires],
        cbit_inputs: Mapping[str, Wires] | None = None,
        cbit_outputs: Mapping[str, Wires] | None = None,
    ) -> GateProgram:
        """The program that was written; nothing may be added after it."""
        self._flush()
        code = np.concatenate([np.zeros((0, 6), np.int32), *self._chunks])
        return GateProgram(
            code=code,
            n_wires=self.n_wires,
            n_cbits=self.n_cbits,
            inputs=inputs,
            outputs=outputs,
            cbit_inputs=cbit_inputs or {},
            cbit_outputs=cbit_outputs or {},
            spans=tuple(self._spans),
            tables=tuple(self._tables),
            angles=np.array(self._angles, dtype=np.float64),
        )
