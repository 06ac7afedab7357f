"""The statements of a `GateProgram` in OpenQASM, one line an operation, in the words of a version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import attrs

from qattention.errors import SpecError, bad
from qattention.export.registers import refuse_given
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
GATES = {
    Op.X: "x {a};",
    Op.Z: "z {a};",
    Op.H: "h {a};",
    Op.CNOT: "cx {a}, {b};",
    Op.CZ: "cz {a}, {b};",
    Op.SWAP: "swap {a}, {b};",
    Op.AND: "ccx {a}, {b}, {c}; // and",
    Op.TOFFOLI: "ccx {a}, {b}, {c};",
    Op.CSWAP: "cswap {a}, {b}, {c};",
}
CONDITIONED = {Op.X_IF: "x {a};", Op.Z_IF: "z {a};", Op.CZ_IF: "cz {a}, {b};"}


@attrs.frozen(kw_only=True)
class Words:
    """What differs from version to version: templates of `wire`, `bit`, `angle`, `gate` and `condition`."""

    measure: str
    condition: str  # that a bit is 1
    conditioned: str
    phase: str
    global_phase: str


def check_length(program: GateProgram, max_statements: int) -> None:
    """Raise SpecError for a program that is not well formed, needs more than gates, or is too long."""
    require_valid(program)
    refuse_given(program)
    n_statements = len(program) + mask_bits(program, Op.XOR_ROW) + mask_bits(program, Op.CZ_PARITY)
    if n_statements > max_statements:
        allowed = f"at most {max_statements}: fewer keys or bits, or a larger --max-statements"
        raise SpecError(bad("export", f"about {n_statements} OpenQASM statements", allowed))


def counts_line(program: GateProgram) -> str:
    """What the text holds, for its head."""
    tally = count(program)
    gates = f"Toffoli-like {tally.toffoli}, T {tally.t}, rotations {tally.rotation}"
    return f"Counts: {gates}, measurements {tally.measurement}, qubits {program.n_wires}."


@attrs.frozen(eq=False, kw_only=True)
class Statements:
    """Writes them.

    Attributes:
        wire, bit: names of wires and classical bits.
        parity: how a condition on several bits is written: one conditional gate a bit, or an expression.
        and_form: AND as `ccx` onto a wire in |0>, or written out with four T gates.
    """

    program: GateProgram
    wire: Mapping[int, str]
    bit: Mapping[int, str]
    words: Words
    parity: Parity = "bits"
    and_form: AndForm = "ccx"

    def lines(self) -> Iterator[str]:
        """In the order of the program."""
        masks = [table.bits() for table in self.program.tables]
        for row in self.program.code.tolist():
            op, (a, b, c, d, e) = Op(row[0]), row[1:]
            if op == Op.XOR_ROW:
                targets = self.program.spans[c][masks[e][d]].tolist()
                yield " ".join(f"cx {self.wire[a]}, {self.wire[t]};" for t in targets)
            elif op == Op.CZ_PARITY:
                gate = f"z {self.wire[a]};" if b < 0 else f"cz {self.wire[a]}, {self.wire[b]};"
                picked = [self.bit[i] for i in self.program.spans[c][masks[e][d]].tolist()]
                yield self._on_parity(gate, picked, bool(self.program.tables[e].flips[d]))
            elif op not in (Op.ALLOC, Op.FREE):
                yield self._plain(op, a, b, c, d)

    def _plain(self, op: Op, a: int, b: int, c: int, d: int) -> str:
        names = {"a": self.wire.get(a, ""), "b": self.wire.get(b, ""), "c": self.wire.get(c, "")}
        if op in CONDITIONED:
            return self._if(CONDITIONED[op].format(**names), self.bit[d])
        if op in (Op.MEASURE_X, Op.MEASURE_Z):
            turn = f"h {self.wire[a]}; " if op == Op.MEASURE_X else ""
            return turn + self.words.measure.format(wire=self.wire[a], bit=self.bit[d])
        if op in (Op.PHASE, Op.GLOBAL_PHASE):
            said = self.words.phase if op == Op.PHASE else self.words.global_phase
            return said.format(wire=names["a"], angle=repr(float(self.program.angles[d])))
        written = _AND_WITH_T if op == Op.AND and self.and_form == "clifford+t" else GATES[op]
        return written.format(**names)

    def _on_parity(self, gate: str, bits: list[str], flip: bool) -> str:
        """`gate`, its own inverse, if the parity of the bits, flipped or not, is odd."""
        if self.parity == "bits" or not bits:
            return " ".join([gate] * flip + [self._if(gate, bit) for bit in bits])
        odd = f"({' ^ '.join(bits)}) == {'false' if flip else 'true'}"
        return self.words.conditioned.format(condition=odd, gate=gate)

    def _if(self, gate: str, bit: str) -> str:
        return self.words.conditioned.format(condition=self.words.condition.format(bit=bit), gate=gate)
