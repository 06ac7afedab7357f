"""`PhaseAtZero` and `PhaseBelow`: a phase on |0..0>, or on all values below a bound."""

from functools import cached_property

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QUInt, Register, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT, CZ, GlobalPhase, XGate, ZGate, ZPowGate
from qualtran.bloqs.mcmt import And
from qualtran.drawing import Text, TextBox, WireSymbol
from qualtran.symbolics import SymbolicInt, smax


class _AndTree:
    """And's of neighbours, level by level, until few wires are left; erased in reverse."""

    def __init__(self, bb: BloqBuilder, bits: list[SoquetT], left: int) -> None:
        self.bb, self.wires, self.steps = bb, bits, list[tuple[int, int, int]]()
        self.tops = list(reversed(range(len(bits))))  # start states free the last bits last: deepest
        while len(self.tops) > left:
            pairs = list(zip(self.tops[::2], self.tops[1::2], strict=False))
            self.tops = [self._join(*pair) for pair in pairs] + self.tops[2 * len(pairs) :]

    def _join(self, a: int, b: int) -> int:
        (self.wires[a], self.wires[b]), new = self.bb.add(And(), ctrl=[self.wires[a], self.wires[b]])
        self.wires.append(new)
        self.steps.append((a, b, len(self.wires) - 1))
        return len(self.wires) - 1

    def close(self) -> list[SoquetT]:
        """The bits, all And's measured away."""
        for a, b, _ in reversed(self.steps):
            ctrl = [self.wires[a], self.wires[b]]
            self.wires[a], self.wires[b] = self.bb.add(And().adjoint(), ctrl=ctrl, target=self.wires.pop())
        return self.wires


class _AndLadder:
    """And's of two wires at a time, remembered so that they can be erased in reverse."""

    def __init__(self, bb: BloqBuilder, bits: list[SoquetT]) -> None:
        self.bb, self.bits, self.chain = bb, bits, [bits[0]]

    def step(self, i: int, is_or: bool) -> None:
        """Chain with bit i: AND, or OR = AND XOR both."""
        (self.chain[-1], self.bits[i]), new = self.bb.add(And(), ctrl=[self.chain[-1], self.bits[i]])
        self.chain.append(self._xor_both(i, new, is_or))

    def unstep(self, i: int, is_or: bool) -> None:
        new = self._xor_both(i, self.chain.pop(), is_or)
        ctrl = [self.chain[-1], self.bits[i]]
        self.chain[-1], self.bits[i] = self.bb.add(And().adjoint(), ctrl=ctrl, target=new)

    def _xor_both(self, i: int, new: SoquetT, is_or: bool) -> SoquetT:
        if is_or:
            self.chain[-1], new = self.bb.add(CNOT(), ctrl=self.chain[-1], target=new)
            self.bits[i], new = self.bb.add(CNOT(), ctrl=self.bits[i], target=new)
        return new

    def close(self) -> list[SoquetT]:
        self.bits[0] = self.chain.pop()
        return self.bits


@attrs.frozen
class PhaseAtZero(Bloq):
    """|x> -> exp(i angle [x = 0]) |x> on m bits.

    Args:
        n_bits: m >= 1.
        angle: radians; pi needs no rotation.

    Costs: m - 2 And's in ceil(log2 m) - 1 layers for pi (m >= 2), else m - 1 And's in ceil(log2 m) and one
    rotation.
    """

    n_bits: SymbolicInt
    angle: float = np.pi

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("x", QUInt(self.n_bits))])

    @property
    def is_sign(self) -> bool:
        """Whether the phase is -1, which takes no rotation."""
        return bool(self.angle == np.pi)

    def adjoint(self) -> "PhaseAtZero":
        return self if self.is_sign else attrs.evolve(self, angle=-self.angle)

    def build_composite_bloq(self, bb: BloqBuilder, x: SoquetT) -> dict[str, SoquetT]:
        bits = [bb.add(XGate(), q=bit) for bit in bb.split(x)]
        tree = _AndTree(bb, bits, left=2 if self.is_sign else 1)
        top = tree.tops[0]
        if not self.is_sign:
            tree.wires[top] = bb.add(ZPowGate(self.angle / np.pi), q=tree.wires[top])
        elif self.n_bits == 1:
            tree.wires[top] = bb.add(ZGate(), q=tree.wires[top])
        else:
            other = tree.tops[1]
            tree.wires[top], tree.wires[other] = bb.add(CZ(), q1=tree.wires[top], q2=tree.wires[other])
        bits = [bb.add(XGate(), q=bit) for bit in tree.close()]
        return {"x": bb.join(np.array(bits), dtype=QUInt(self.n_bits))}

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        ands = smax(0, self.n_bits - (2 if self.is_sign else 1))
        counts: dict[Bloq, SymbolicInt] = {And(): ands, And().adjoint(): ands, XGate(): 2 * self.n_bits}
        if not self.is_sign:
            counts[ZPowGate(self.angle / np.pi)] = 1
        else:
            counts[ZGate() if self.n_bits == 1 else CZ()] = 1
        return {bloq: count for bloq, count in counts.items() if count != 0}

    def on_classical_vals(self, x):  # type: ignore[no-untyped-def]
        return {"x": x}

    def basis_state_phase(self, x):  # type: ignore[no-untyped-def]
        return (-1 if self.is_sign else np.exp(1j * self.angle)) if x == 0 else 1

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox("-|0⟩⟨0|" if self.is_sign else "e^iφ|0⟩⟨0|")

    def __str__(self) -> str:
        return "PhaseAtZero"


@attrs.frozen
class PhaseBelow(Bloq):
    """|x> -> exp(i angle [x < bound]) |x> on L = ceil(log2 bound) bits, bound odd and >= 3.

    From the least significant bit up, "x >= bound so far" is chained: AND with x_i where the bound has a 1,
    OR where it has a 0.

    Costs: L - 1 And's and one rotation.
    """

    bound: int
    angle: float

    @cached_property
    def n_bits(self) -> int:
        """Bits L of the bound."""
        return self.bound.bit_length()

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("x", QUInt(self.n_bits))])

    def adjoint(self) -> "PhaseBelow":
        return attrs.evolve(self, angle=-self.angle)

    def build_composite_bloq(self, bb: BloqBuilder, x: SoquetT) -> dict[str, SoquetT]:
        ladder = _AndLadder(bb, list(bb.split(x))[::-1])
        steps = [(i, not self.bound >> i & 1) for i in range(1, self.n_bits)]
        for i, is_or in steps:
            ladder.step(i, is_or)
        ladder.chain[-1] = bb.add(ZPowGate(-self.angle / np.pi), q=ladder.chain[-1])
        for i, is_or in reversed(steps):
            ladder.unstep(i, is_or)
        bb.add(GlobalPhase(exponent=self.angle / np.pi))
        return {"x": bb.join(np.array(ladder.close()[::-1]), dtype=QUInt(self.n_bits))}

    def on_classical_vals(self, x):  # type: ignore[no-untyped-def]
        return {"x": x}

    def basis_state_phase(self, x):  # type: ignore[no-untyped-def]
        return np.exp(1j * self.angle) if x < self.bound else 1

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox(f"e^iφ <{self.bound}")

    def __str__(self) -> str:
        return "PhaseBelow"


@bloq_example
def _phase_at_zero() -> PhaseAtZero:
    phase_at_zero = PhaseAtZero(3)
    return phase_at_zero


@bloq_example
def _phase_below() -> PhaseBelow:
    phase_below = PhaseBelow(bound=5, angle=1.0)
    return phase_below
