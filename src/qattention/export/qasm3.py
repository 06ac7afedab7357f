"""A `GateProgram` as OpenQASM 3 text that standard readers accept.

Only gates of stdgates.inc. Feed-forward is `if (bit) { ... }`. A parity of bits conditions a CZ; since CZ is
its own inverse, that is one conditional CZ a bit, in a row (`parity="bits"`). Readers that know classical
expressions can have `if ((c[0] ^ c[3]) == true) { ... }` (`parity="expression"`); Qiskit's importer
(qiskit-qasm3-import 0.6) refuses `^`.

Two spellings, the same statements. "include" has registers as in the bloq and includes stdgates.inc: Qiskit
and the QDK read it. "plain" includes nothing, defines its gates, and gives every wire and bit a register of
its own: Qiskit, the QDK, Braket and PennyLane read it (docs/qualtran.md says what was measured).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from qattention.export.qasm_statements import (
    MAX_STATEMENTS,
    AndForm,
    Parity,
    Statements,
    Words,
    check_length,
    counts_line,
)
from qattention.export.registers import Names, Registers, name_registers, role_lines
from qattention.lowering.program import GateProgram

Spelling = Literal["include", "plain"]

WORDS = Words(
    measure="{bit} = measure {wire}; reset {wire};",
    condition="{bit}",
    conditioned="if ({condition}) {{ {gate} }}",
    phase="p({angle}) {wire};",
    global_phase="gphase({angle});",
)
DEFINED = """gate x a { U(pi, 0, pi) a; gphase(-pi/2); }
gate z a { U(0, 0, pi) a; }
gate h a { U(pi/2, 0, pi) a; gphase(-pi/4); }
gate s a { U(0, 0, pi/2) a; }
gate t a { U(0, 0, pi/4) a; }
gate tdg a { U(0, 0, -pi/4) a; }
gate p(angle_) a { U(0, 0, angle_) a; }
gate cx a, b { ctrl @ x a, b; }
gate cz a, b { ctrl @ z a, b; }
gate ccx a, b, c { ctrl @ ctrl @ x a, b, c; }
gate swap a, b { cx a, b; cx b, a; cx a, b; }
gate cswap a, b, c { ctrl @ swap a, b, c; }"""


def to_qasm3(
    program: GateProgram,
    *,
    title: str = "",
    parity: Parity = "bits",
    and_form: AndForm = "ccx",
    max_statements: int = MAX_STATEMENTS,
    spelling: Spelling = "include",
) -> str:
    """The program as OpenQASM 3 text; input registers are the caller's to prepare.

    Args:
        program: the gates; a wire that leaves is reset, so that it can be used again.
        title: comments below the first line; what the circuit is, by whom it is exported.
        parity: how a condition on several bits is written (module docstring).
        and_form: AND as `ccx` onto a wire in |0>, or written out with four T gates.
        max_statements: refuse longer texts.
        spelling: for which readers (module docstring).

    Raises:
        SpecError: too long, classical input registers, or a program that is not well formed.
    """
    check_length(program, max_statements)
    registers = name_registers(program)
    if spelling == "include":
        wire, bit = registers.wire_names(), registers.bit_names()
        declared = _declarations(registers)
    else:
        wire, bit = own_names(registers)
        declared = _plain_declarations(registers, wire, bit)
    head = ["OPENQASM 3.0;"]
    head += [f"// {line}" for line in comments(program, registers, title)]
    written = Statements(program=program, wire=wire, bit=bit, words=WORDS, parity=parity, and_form=and_form)
    return "\n".join([*head, *declared, *written.lines()]) + "\n"


def comments(program: GateProgram, registers: Registers, title: str) -> Iterator[str]:
    """What the circuit is, its registers, its counts."""
    yield from (*title.splitlines(), *role_lines(program, registers), counts_line(program))


def own_names(registers: Registers) -> tuple[dict[int, str], dict[int, str]]:
    """Wires and bits -> a name of their own each: bit i of register r is r_i."""
    names = Names()

    def named(held: Mapping[str, list[int]]) -> dict[int, str]:
        return {at: names.new(f"{name}_{i}") for name, items in held.items() for i, at in enumerate(items)}

    return named(registers.quantum), named(registers.classical)


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


def _plain_declarations(registers: Registers, wire: dict[int, str], bit: dict[int, str]) -> Iterator[str]:
    """Bit i of register r is called r_i; of outputs among the inputs comments tell."""
    yield "// Bit i of a register r is r_i."
    yield from DEFINED.splitlines()
    yield from (f"qubit {name};" for name in wire.values())
    yield from (f"bit {name};" for name in bit.values())
    for name in registers.clean:
        yield " ".join(f"reset {wire[one]};" for one in registers.quantum[name])
    for name, wires in registers.aliases.items():
        yield f"// {name}: {', '.join(wire[one] for one in wires)}"
