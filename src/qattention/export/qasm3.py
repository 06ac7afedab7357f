"""A `GateProgram` as OpenQASM 3 text that standard readers accept.

Only gates of stdgates.inc. Feed-forward is `if (bit) { ... }`, which every reader knows. A parity of bits
conditions a CZ; since CZ is its own inverse, that is one conditional CZ a bit, in a row (`parity="bits"`).
Readers that know classical expressions can have `if ((c[0] ^ c[3]) == true) { ... }`
(`parity="expression"`); Qiskit's importer (qiskit-qasm3-import 0.6) refuses `^`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.errors import SpecError, bad
from qattention.export.registers import Registers, name_registers, refuse_given, role_lines
from qattention.lowering.check import require_valid
from qattention.lowering.program import GateProgram, Op
from qattention.lowering.resources import count, mask_bits

Parity = Literal["bits", "expression"]
AndForm = Literal["ccx", "clifford+t"]

MAX_STATEMENTS = 200_000  # about 6 MB of text; readers written in Python take minutes beyond that
# a AND b into a wire in |0> with four T gates (Gidney, arXiv:1709.06648, figure 3).
_AND_WITH_T = (
    "h {c}; t {c}; cx {a}, {c}; cx {b}, {c}; cx {c}, {a}; cx {c}, {b}; "
    "tdg {a}; tdg {b}; t {c}; cx {c}, {a}; cx {c}, {b}; h {c}; s {c};"
)


def to_qasm3(
    program: GateProgram,
    *,
    title: str = "",
    parity: Parity = "bits",
    and_form: AndForm = "ccx",
    max_statements: int = MAX_STATEMENTS,
) -> str:
    """The program as OpenQASM 3 text; input registers are the caller's to prepare.

    Args:
        program: the gates; a wire that leaves is reset, so that it can be used again.
        title: comments below the first line; what the circuit is, by whom it is exported.
        parity: how a condition on several bits is written (module docstring).
        and_form: AND as `ccx` onto a wire in |0>, or written out with four T gates.
        max_statements: refuse longer texts.

    Raises:
        SpecError: too long, classical input registers, or a program that is not well formed.
    """
    require_valid(program)
    refuse_given(program)
    n_statements = len(program) + mask_bits(program, Op.XOR_ROW) + mask_bits(program, Op.CZ_PARITY)
    if n_statements > max_statements:
        allowed = f"at most {max_statements}: fewer keys or bits, or a larger --max-statements"
        raise SpecError(bad("export", f"about {n_statements} OpenQASM statements", allowed))
    registers = name_registers(program)
    head = [*_comments(program, registers, title), *_declarations(registers)]
    return "\n".join([*head, *_Writer(program, registers, parity, and_form).lines()]) + "\n"


def _comments(program: GateProgram, registers: Registers, title: str) -> Iterator[str]:
    yield "OPENQASM 3.0;"
    tally = count(program)
    gates = f"Toffoli-like {tally.toffoli}, T {tally.t}, rotations {tally.rotation}"
    counts = f"Counts: {gates}, measurements {tally.measurement}, qubits {program.n_wires}."
    for line in (*title.splitlines(), *role_lines(program, registers), counts):
        yield f"// {line}"


def _declarations(registers: Registers) -> Iterator[str]:
    names = registers.wire_names()
    yield 'include "stdgates.inc";'
    for name, wires in registers.quantum.items():
        yield f"qubit[{len(wires)}] {name};"
    for name, bits in registers.classical.items():
        yield f"bit[{len(bits)}] {name};"
    for name in registers.clean:
        yield f"reset {name};"
    for name, wires in registers.aliases.items():
        slices = [names[wire].replace("[", " ").rstrip("]").split() for wire in wires]
        yield f"let {name} = {' ++ '.join(f'{register}[{i}:{i}]' for register, i in slices)};"


@attrs.frozen(eq=False)
class _Writer:
    program: GateProgram
    registers: Registers
    parity: Parity
    and_form: AndForm

    def lines(self) -> Iterator[str]:
        """The statements, a line an operation."""
        wire, bit = self.registers.wire_names(), self.registers.bit_names()
        masks = [table.bits() for table in self.program.tables]
        for row in self.program.code.tolist():
            op, (a, b, c, d, e) = Op(row[0]), row[1:]
            if op == Op.XOR_ROW:
                targets = self.program.spans[c][masks[e][d]].tolist()
                yield " ".join(f"cx {wire[a]}, {wire[t]};" for t in targets)
            elif op == Op.CZ_PARITY:
                gate = f"z {wire[a]};" if b < 0 else f"cz {wire[a]}, {wire[b]};"
                picked = [bit[i] for i in self.program.spans[c][masks[e][d]].tolist()]
                yield self._conditioned(gate, picked, bool(self.program.tables[e].flips[d]))
            elif op not in (Op.ALLOC, Op.FREE):
                names = {"a": wire.get(a), "b": wire.get(b), "c": wire.get(c), "d": bit.get(d)}
                yield self._template(op).format(**names, angle=_angle(op, self.program.angles, d))

    def _template(self, op: Op) -> str:
        return _AND_WITH_T if op == Op.AND and self.and_form == "clifford+t" else _TEMPLATES[op]

    def _conditioned(self, gate: str, bits: list[str], flip: bool) -> str:
        """`gate`, its own inverse, if the parity of the bits, flipped or not, is odd."""
        if self.parity == "bits" or not bits:
            return " ".join([gate] * flip + [f"if ({bit}) {{ {gate} }}" for bit in bits])
        odd = " ^ ".join(bits)
        return f"if (({odd}) == {'false' if flip else 'true'}) {{ {gate} }}"


_TEMPLATES = {
    Op.X: "x {a};",
    Op.Z: "z {a};",
    Op.H: "h {a};",
    Op.CNOT: "cx {a}, {b};",
    Op.CZ: "cz {a}, {b};",
    Op.SWAP: "swap {a}, {b};",
    Op.AND: "ccx {a}, {b}, {c}; // and",
    Op.TOFFOLI: "ccx {a}, {b}, {c};",
    Op.CSWAP: "cswap {a}, {b}, {c};",
    Op.MEASURE_X: "h {a}; {d} = measure {a}; reset {a};",
    Op.MEASURE_Z: "{d} = measure {a}; reset {a};",
    Op.X_IF: "if ({d}) {{ x {a}; }}",
    Op.Z_IF: "if ({d}) {{ z {a}; }}",
    Op.CZ_IF: "if ({d}) {{ cz {a}, {b}; }}",
    Op.PHASE: "p({angle}) {a};",
    Op.GLOBAL_PHASE: "gphase({angle});",
}


def _angle(op: Op, angles: NDArray[np.float64], at: int) -> str:
    return repr(float(angles[at])) if op in (Op.PHASE, Op.GLOBAL_PHASE) else ""
