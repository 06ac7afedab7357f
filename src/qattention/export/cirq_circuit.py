"""A `GateProgram` as a `cirq.Circuit` with measurement and classical control."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs
import cirq
import numpy as np
import sympy

from qattention.errors import SpecError, bad
from qattention.export.registers import name_registers, refuse_given, role_lines
from qattention.lowering.check import require_valid
from qattention.lowering.program import GateProgram, Op
from qattention.lowering.resources import mask_bits

MAX_OPERATIONS = 200_000  # Cirq takes some 10 us an operation to build


@attrs.frozen(eq=False, kw_only=True)
class CirqProgram:
    """The circuit and what its qubits and keys stand for.

    Attributes:
        circuit: the circuit; its tags say what it is, and classical bits are measured under the names that
            they have in OpenQASM, such as "index[3]" or "c[0]".
        qubits: the qubit of every wire, named "register[i]" as in the bloq.
    """

    circuit: cirq.Circuit
    qubits: tuple[cirq.NamedQubit, ...]


def to_cirq(program: GateProgram, *, title: str = "", max_operations: int = MAX_OPERATIONS) -> CirqProgram:
    """The program as a Cirq circuit: a wire that leaves is reset; conditions are Cirq's classical controls.

    `title` becomes tags of the circuit, a line each.

    Raises:
        SpecError: too long, classical input registers, or a program that is not well formed.
    """
    require_valid(program)
    refuse_given(program)
    n_operations = len(program) + mask_bits(program, Op.XOR_ROW)
    if n_operations > max_operations:
        allowed = f"at most {max_operations}: fewer keys or bits, or a larger --max-statements"
        raise SpecError(bad("export", f"{n_operations} Cirq operations", allowed))
    registers = name_registers(program)
    names = registers.wire_names()
    qubits = tuple(cirq.NamedQubit(names[wire]) for wire in range(program.n_wires))
    circuit = cirq.Circuit(_Builder(program, qubits, registers.bit_names()).operations())
    tags = (*title.splitlines(), *role_lines(program, registers))
    return CirqProgram(circuit=circuit.with_tags(*tags), qubits=qubits)


def cirq_json(program: CirqProgram) -> str:
    """The circuit as Cirq's JSON, which `cirq.read_json` reads back."""
    return str(cirq.to_json(program.circuit)) + "\n"


@attrs.frozen(eq=False)
class _Builder:
    program: GateProgram
    qubits: tuple[cirq.NamedQubit, ...]
    keys: dict[int, str]

    def operations(self) -> Iterator[cirq.Operation]:
        """All operations, in program order."""
        masks = [table.bits() for table in self.program.tables]
        for row in self.program.code.tolist():
            op, (a, b, c, d, e) = Op(row[0]), row[1:]
            if op in _GATES:
                yield _GATES[op].on(*(self.qubits[wire] for wire in (a, b, c)[: _GATES[op].num_qubits()]))
            elif op == Op.XOR_ROW:
                targets = self.program.spans[c][masks[e][d]].tolist()
                yield from (cirq.CNOT(self.qubits[a], self.qubits[t]) for t in targets)
            elif op == Op.CZ_PARITY:
                picked = self.program.spans[c][masks[e][d]].tolist()
                yield from self._fix(a, b, picked, bool(self.program.tables[e].flips[d]))
            elif op not in (Op.ALLOC, Op.FREE):
                yield from _OTHERS[op](self, a, b, d)

    def measure(self, wire: int, bit: int, *before: cirq.Gate) -> Iterator[cirq.Operation]:
        """Measure a wire under the key of a classical bit; it leaves in |0>."""
        qubit = self.qubits[wire]
        yield from (gate(qubit) for gate in before)
        yield cirq.measure(qubit, key=self.keys[bit])
        yield cirq.reset(qubit)

    def phase(self, wires: list[int], angle: int) -> Iterator[cirq.Operation]:
        """A phase on a wire, or a global one on none."""
        radians = float(self.program.angles[angle])
        if not wires:
            yield cirq.global_phase_operation(complex(np.exp(1j * radians)))
        for wire in wires:
            yield cirq.ZPowGate(exponent=radians / np.pi)(self.qubits[wire])

    def _fix(self, a: int, b: int, bits: list[int], flip: bool) -> Iterator[cirq.Operation]:
        gate = cirq.Z(self.qubits[a]) if b < 0 else cirq.CZ(self.qubits[a], self.qubits[b])
        if bits:
            odd = sympy.Xor(*(sympy.Symbol(self.keys[bit]) for bit in bits))  # Cirq's JSON knows Xor, not Mod
            yield gate.with_classical_controls(cirq.SympyCondition(sympy.Not(odd) if flip else odd))
        elif flip:
            yield gate


_GATES = {
    Op.X: cirq.X,
    Op.Z: cirq.Z,
    Op.H: cirq.H,
    Op.CNOT: cirq.CNOT,
    Op.CZ: cirq.CZ,
    Op.SWAP: cirq.SWAP,
    Op.AND: cirq.CCX,
    Op.TOFFOLI: cirq.CCX,
    Op.CSWAP: cirq.CSWAP,
}

_Make = Callable[[_Builder, int, int, int], Iterator[cirq.Operation]]


def _if(gate: cirq.Gate) -> _Make:
    def make(builder: _Builder, a: int, b: int, bit: int) -> Iterator[cirq.Operation]:
        on = (builder.qubits[wire] for wire in (a, b)[: gate.num_qubits()])
        yield gate.on(*on).with_classical_controls(builder.keys[bit])

    return make


_OTHERS: dict[Op, _Make] = {
    Op.MEASURE_X: lambda builder, a, _, d: builder.measure(a, d, cirq.H),
    Op.MEASURE_Z: lambda builder, a, _, d: builder.measure(a, d),
    Op.X_IF: _if(cirq.X),
    Op.Z_IF: _if(cirq.Z),
    Op.CZ_IF: _if(cirq.CZ),
    Op.PHASE: lambda builder, a, _, d: builder.phase([a], d),
    Op.GLOBAL_PHASE: lambda builder, _, __, d: builder.phase([], d),
}
