"""`UniformSuperposition` over any number of addresses, and the reflection about it."""

import cmath
import math
from functools import cached_property
from typing import ClassVar

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QUInt, Register, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import GlobalPhase, Hadamard, ZPowGate
from qualtran.bloqs.mcmt import And
from qualtran.drawing import Text, TextBox, WireSymbol
from qualtran.symbolics import SymbolicInt, bit_length, ceil, floor, is_symbolic, log2, smax

from .phases import PhaseAtZero, PhaseBelow

_SOME_ANGLE = 1 / 3  # of a rotation whose angle hangs on n


@attrs.frozen
class UniformSuperposition(Bloq):
    """|0> -> n**-1/2 sum_{j < n} |j>, exactly; or back.

    n = 2**s r with r odd: Hadamards prepare all 2**m values; if r > 1, one phase-matched step of amplitude
    amplification on the top L = m - s bits removes the values >= r. (At least half are good, and one step
    suffices from a quarter on.)

    Registers:
        address: m = max(1, ceil(log2 n)) bits.

    Costs: none if n is a power of two, else 2 (L - 1) And's and two rotations.

    References:
        Long, quant-ph/0106071 (phase matching, certain success).
    """

    part: ClassVar[str] = "uniform"  # its name in paths of parts

    n_items: SymbolicInt
    uncompute: bool = False

    @cached_property
    def n_bits(self) -> SymbolicInt:
        """Bits of an address, at least one."""
        return smax(1, bit_length(self.n_items - 1))

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("address", QUInt(self.n_bits))])

    @property
    def n_low(self) -> int:
        """The number s of factors of two in n."""
        return (int(self.n_items) & -int(self.n_items)).bit_length() - 1

    @property
    def odd_part(self) -> int:
        """What is left of n without its factors of two."""
        return int(self.n_items) >> self.n_low

    @property
    def phases(self) -> tuple[float, float]:
        """The matched phase, and the overall phase that the step leaves (radians)."""
        good = self.odd_part / 2 ** (int(self.n_bits) - self.n_low)
        phi = 2 * math.asin(0.5 / math.sqrt(good))
        turn = cmath.exp(1j * phi)
        overlap = good * turn + 1 - good
        return phi, cmath.phase(turn + (turn - 1) * overlap)

    def adjoint(self) -> "UniformSuperposition":
        return attrs.evolve(self, uncompute=not self.uncompute)

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        if self.n_items == 1:
            return {"address": address}
        bits = list(bb.split(address))
        n_high = int(self.n_bits) - self.n_low
        if not self.uncompute:
            bits = [bb.add(Hadamard(), q=bit) for bit in bits]
        if self.odd_part > 1:
            bits[:n_high] = self._amplify(bb, bits[:n_high])
        if self.uncompute:
            bits = [bb.add(Hadamard(), q=bit) for bit in bits]
        return {"address": bb.join(np.array(bits), dtype=QUInt(self.n_bits))}

    def _amplify(self, bb: BloqBuilder, bits: list[SoquetT]) -> list[SoquetT]:
        """Phase the good values, then the uniform state, and take the overall phase away."""
        phi, left_over = self.phases
        sign = -1 if self.uncompute else 1
        about_start = PhaseAtZero(len(bits), sign * phi)
        steps: list[Bloq] = [PhaseBelow(self.odd_part, sign * phi), about_start]
        for bloq in reversed(steps) if self.uncompute else steps:
            if bloq == about_start:
                bits = [bb.add(Hadamard(), q=bit) for bit in bits]
            x = bb.add(bloq, x=bb.join(np.array(bits), dtype=QUInt(len(bits))))
            bits = list(bb.split(x))
            if bloq == about_start:
                bits = [bb.add(Hadamard(), q=bit) for bit in bits]
        bb.add(GlobalPhase(exponent=-sign * left_over / np.pi))
        return bits

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        if is_symbolic(self.n_items):
            return self._symbolic_call_graph()
        if self.n_items == 1 or self.odd_part == 1:
            return {} if self.n_items == 1 else {Hadamard(): self.n_bits}
        sign, (phi, left_over) = (-1 if self.uncompute else 1), self.phases
        n_high = int(self.n_bits) - self.n_low
        return {
            Hadamard(): int(self.n_bits) + 2 * n_high,
            PhaseBelow(self.odd_part, sign * phi): 1,
            PhaseAtZero(n_high, sign * phi): 1,
            GlobalPhase(exponent=-sign * left_over / np.pi): 1,
        }

    def _symbolic_call_graph(self) -> dict[Bloq, SymbolicInt]:
        """Exact in And's and rotations for every n > 1; Hadamards as of a power of two.

        r > 1 where log2 n is no whole number; s counts the i for which 2**i divides n.
        """
        import sympy

        n, m = self.n_items, self.n_bits
        if isinstance(n, sympy.Pow) and n.base == 2:
            return {Hadamard(): m}
        i = sympy.Dummy("i", integer=True, positive=True)
        n_low = sympy.Sum(1 + floor(n / 2**i) - ceil(n / 2**i), (i, 1, m))
        is_odd = ceil(log2(n)) - floor(log2(n))
        ands = 2 * is_odd * (m - n_low - 1)
        return {Hadamard(): m, And(): ands, And().adjoint(): ands, ZPowGate(_SOME_ANGLE): 2 * is_odd}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox("uniform†" if self.uncompute else "uniform")

    def __str__(self) -> str:
        return "UniformSuperposition†" if self.uncompute else "UniformSuperposition"


@attrs.frozen
class Reflection(Bloq):
    """1 + (exp(i angle) - 1)|s><s| about the uniform superposition s of the first n addresses.

    With angle pi it is taken as 2|s><s| - 1, the usual reflection (an overall minus).

    Costs: two uniform superpositions and a `PhaseAtZero`: max(0, m - 2) And's, or for other angles m - 1 and
    a rotation.
    """

    n_items: SymbolicInt
    angle: float = np.pi

    @cached_property
    def prepare(self) -> UniformSuperposition:
        """The superposition that it reflects about."""
        return UniformSuperposition(self.n_items)

    @cached_property
    def signature(self) -> Signature:
        return self.prepare.signature

    @property
    def at_zero(self) -> PhaseAtZero:
        """The phase of the zero state, between the superposition's undoing and itself."""
        return PhaseAtZero(self.prepare.n_bits, self.angle)

    def adjoint(self) -> "Reflection":
        return self if self.at_zero.is_sign else attrs.evolve(self, angle=-self.angle)

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        address = bb.add(self.prepare.adjoint(), address=address)
        address = bb.add(self.at_zero, x=address)
        if self.at_zero.is_sign:
            bb.add(GlobalPhase(exponent=1))
        return {"address": bb.add(self.prepare, address=address)}

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        overall = {GlobalPhase(exponent=1): 1} if self.at_zero.is_sign else {}
        return {self.prepare: 1, self.prepare.adjoint(): 1, self.at_zero: 1, **overall}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox("2|s⟩⟨s|-1" if self.at_zero.is_sign else "e^iφ|s⟩⟨s|")

    def __str__(self) -> str:
        return "Reflection"


@bloq_example
def _uniform_superposition() -> UniformSuperposition:
    uniform_superposition = UniformSuperposition(6)
    return uniform_superposition


@bloq_example
def _reflection() -> Reflection:
    reflection = Reflection(6)
    return reflection
