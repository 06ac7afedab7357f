"""Names for wires and classical bits: registers called as in the bloq, one ancilla register for the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import attrs
import numpy as np

from qattention.errors import SpecError, bad
from qattention.lowering.program import GateProgram, Op, Wires

# Words that OpenQASM 3.0 or its stdgates.inc gives a meaning (the language's grammar; section "Gates").
_RESERVED = frozenset(
    """angle array barrier bit bool box break cal case complex const continue creg ctrl def default defcal
    defcalgrammar delay duration durationof else end euler extern false float for gate gphase if im in
    include input int inv let measure mutable negctrl output pi pow pragma qreg qubit readonly reset return
    sizeof stretch switch tau true uint void while sin cos tan arcsin arccos arctan exp log sqrt mod floor
    ceiling popcount rotl rotr real imag OPENQASM U CX p x y z h s sdg t tdg sx rx ry rz cx cy cz cp crx cry
    crz ch swap ccx cswap cu phase cphase id u1 u2 u3""".split()  # noqa: SIM905 (a list literal is 100 lines)
)


@attrs.frozen(kw_only=True)
class Registers:
    """How a program's wires and bits are called.

    Attributes:
        quantum: register -> wires, in order of declaration; every wire is in one of them.
        aliases: output register -> wires, where the output is none of `quantum`.
        clean: names of the quantum registers that no input needs; they start in |0>.
        classical: register -> classical bits; every bit is in one of them.
    """

    quantum: Mapping[str, list[int]]
    aliases: Mapping[str, list[int]]
    clean: tuple[str, ...]
    classical: Mapping[str, list[int]]

    def wire_names(self) -> dict[int, str]:
        """The name "register[i]" of each wire."""
        return _element_names(self.quantum)

    def bit_names(self) -> dict[int, str]:
        """Classical bit -> "register[i]"."""
        return _element_names(self.classical)


def name_registers(program: GateProgram) -> Registers:
    """Inputs keep their names; so do outputs whose wires no input has; other outputs become aliases."""
    names = Names()
    quantum = {names.new(name): _flat(wires) for name, wires in program.inputs.items() if wires.size}
    used = {wire for wires in quantum.values() for wire in wires}
    n_inputs, aliases = len(quantum), {}
    for name, wires in program.outputs.items():
        mine = _flat(wires)
        if mine and not used & set(mine):
            quantum[names.new(name)] = mine
            used |= set(mine)
        elif mine and mine not in quantum.values():
            aliases[names.new(f"{name}_out")] = mine
    rest = [wire for wire in range(program.n_wires) if wire not in used]
    quantum |= {names.new("ancilla"): rest} if rest else {}
    return Registers(
        quantum=quantum,
        aliases=aliases,
        clean=tuple(quantum)[n_inputs:],
        classical=_classical(program, names),
    )


def _classical(program: GateProgram, names: Names) -> dict[str, list[int]]:
    found = {names.new(name): _flat(bits) for name, bits in program.cbit_outputs.items() if bits.size}
    used = {bit for bits in found.values() for bit in bits}
    rest = [bit for bit in range(program.n_cbits) if bit not in used]
    return found | ({names.new("c"): rest} if rest else {})


class Names:
    """Identifiers handed out once each."""

    def __init__(self) -> None:
        self.taken = set(_RESERVED)

    def new(self, wanted: str) -> str:
        """A legal identifier like `wanted` that nothing else is called."""
        stem = re.sub(r"[^A-Za-z0-9_]", "_", wanted) or "r"
        stem = f"r_{stem}" if not stem[0].islower() else stem
        name, n = stem, 1
        while name in self.taken:
            n += 1
            name = f"{stem}_{n}"
        self.taken.add(name)
        return name


def role_lines(program: GateProgram, registers: Registers) -> Iterator[str]:
    """What goes in and what comes out, by the names here; the bloq's own in brackets where it differs."""
    yield "Registers are most significant bit first, arrays of numbers one number after the other."
    ends, bits = {**registers.quantum, **registers.aliases}, registers.classical
    yield f"In, for the caller to prepare: {_called(program.inputs, registers.quantum)}."
    yield f"Out: {_called(program.outputs, ends)}; bits: {_called(program.cbit_outputs, bits)}."
    yield "A qubit that does not go in starts in |0>, and one that does not come out ends in |0>."


def _called(given: Mapping[str, Wires], named: Mapping[str, list[int]]) -> str:
    found = []
    for wanted, wires in given.items():
        name = next((name for name, mine in named.items() if mine == _flat(wires)), None)
        found += [] if name is None else [name if name == wanted else f"{name} ({wanted})"]
    return ", ".join(found) or "none"


def _flat(wires: Wires) -> list[int]:
    found: list[int] = np.ravel(wires).tolist()
    return found


def _element_names(registers: Mapping[str, Iterable[int]]) -> dict[int, str]:
    return {item: f"{name}[{i}]" for name, items in registers.items() for i, item in enumerate(items)}


def refuse_given(program: GateProgram) -> None:
    """Raise SpecError if the program needs more than qubits and gates: bits measured elsewhere, or a memory
    device, which is no gate of any format.
    """
    if program.cbit_inputs:
        names = ", ".join(sorted(program.cbit_inputs))
        allowed = "a bloq that measures all bits it needs, such as measured-unload"
        raise SpecError(bad("export", f"classical bits {names} that are measured elsewhere", allowed))
    if n_queries := int((program.code[:, 0] == Op.QUERY).sum()):
        allowed = "a loader made of gates: no gate stands for a device"
        raise SpecError(bad("export", f"{n_queries} queries of a memory device", allowed))
