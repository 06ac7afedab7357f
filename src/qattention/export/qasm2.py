"""A `GateProgram` as OpenQASM 2 text, for readers that know no version 3 or little of it.

Gates of qelib1.inc. A condition there is on a whole register, so that every classical bit has one of its own.
There is no word for a global phase: it is told in a comment, and left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from qattention.export.qasm3 import comments, own_names
from qattention.export.qasm_statements import MAX_STATEMENTS, Statements, Words, check_length
from qattention.export.registers import Registers, name_registers
from qattention.lowering.program import GateProgram

WORDS = Words(
    measure="measure {wire} -> {bit}[0]; reset {wire};",
    condition="{bit}==1",
    conditioned="if({condition}) {gate}",
    phase="u1({angle}) {wire};",
    global_phase="// a global phase of {angle}",
)


def to_qasm2(program: GateProgram, *, title: str = "", max_statements: int = MAX_STATEMENTS) -> str:
    """The program as OpenQASM 2 text; input registers are the caller's to prepare, `title` is comments.

    Raises:
        SpecError: too long, classical input registers, or a program that is not well formed.
    """
    check_length(program, max_statements)
    registers = name_registers(program)
    bit = own_names(registers)[1]
    head = [f"// {line}" for line in comments(program, registers, title)]
    written = Statements(program=program, wire=registers.wire_names(), bit=bit, words=WORDS)
    return "\n".join(["OPENQASM 2.0;", *head, *_declarations(registers, bit), *written.lines()]) + "\n"


def _declarations(registers: Registers, bit: dict[int, str]) -> Iterator[str]:
    names = registers.wire_names()
    yield 'include "qelib1.inc";'
    for name, wires in registers.quantum.items():
        yield f"qreg {name}[{len(wires)}];"
    for name in bit.values():
        yield f"creg {name}[1];"
    for name in registers.clean:
        yield f"reset {name};"
    for name, wires in registers.aliases.items():
        yield f"// {name}: {', '.join(names[wire] for wire in wires)}"
