"""`AnyFlag` and `LivePhase`: one flag for several rows, and its phase on keys that are still live."""

from functools import cached_property

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QAny, QBit, Register, Side, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT, CZ, XGate, ZPowGate
from qualtran.bloqs.mcmt import And
from qualtran.drawing import Circle, Text, TextBox, WireSymbol, directional_text_box


@attrs.frozen
class AnyFlag(Bloq):
    """|s>|0> -> |s>|NOT all bits of s>: 1 where any of the rows is heavy; or back.

    Args:
        n_bits: rows, at least 1.
        uncompute: give the flag back.

    Registers:
        signs: shape (n_bits,); a row's is 0 where its key is heavy.
        flag: 1 if some sign is 0.
        junk: the ladder between; only for three rows or more.

    Costs: n_bits - 1 And's; none to uncompute.
    """

    n_bits: int
    uncompute: bool = False

    @property
    def n_junk(self) -> int:
        """Ands between the first and the last: bits that stay until they are undone."""
        return max(0, self.n_bits - 2)

    @cached_property
    def signature(self) -> Signature:
        side = Side.LEFT if self.uncompute else Side.RIGHT
        registers = [Register("signs", QBit(), shape=(self.n_bits,)), Register("flag", QBit(), side=side)]
        if self.n_junk:
            registers.append(Register("junk", QAny(self.n_junk), side=side))
        return Signature(registers)

    def adjoint(self) -> "AnyFlag":
        return attrs.evolve(self, uncompute=not self.uncompute)

    def build_composite_bloq(self, bb: BloqBuilder, signs: SoquetT, **held: SoquetT) -> dict[str, SoquetT]:
        if self.uncompute:
            return {"signs": self._erase(bb, signs, **held)}
        chain = [signs[0]]
        for i in range(1, self.n_bits):
            (chain[-1], signs[i]), new = bb.add(And(), ctrl=[chain[-1], signs[i]])
            chain.append(new)
        if self.n_bits == 1:
            signs[0], flag = bb.add(CNOT(), ctrl=signs[0], target=bb.allocate(1))
        else:
            signs[0], flag = chain[0], chain[-1]
        junk = {"junk": bb.join(np.array(chain[1:-1]), QAny(self.n_junk))} if self.n_junk else {}
        return {"signs": signs, "flag": bb.add(XGate(), q=flag), **junk}

    def _erase(self, bb: BloqBuilder, signs: SoquetT, flag: SoquetT, junk: SoquetT | None = None) -> SoquetT:
        flag = bb.add(XGate(), q=flag)
        if self.n_bits == 1:
            signs[0], flag = bb.add(CNOT(), ctrl=signs[0], target=flag)
            bb.free(flag)
            return signs
        chain = [signs[0], *([] if junk is None else bb.split(junk)), flag]
        for i in reversed(range(1, self.n_bits)):
            new = chain.pop()
            chain[-1], signs[i] = bb.add(And().adjoint(), ctrl=[chain[-1], signs[i]], target=new)
        signs[0] = chain[0]
        return signs

    def on_classical_vals(self, signs, flag=None, junk=None):  # type: ignore[no-untyped-def]
        ladder = np.cumprod(np.asarray(signs, dtype=int))[1:]
        any_heavy = int(not np.all(signs))
        if self.uncompute:
            if flag != any_heavy:
                raise ValueError(f"`flag`: got {flag}; must be {any_heavy}")
            return {"signs": signs}
        held = {"junk": QAny(self.n_junk).from_bits(ladder[:-1].tolist())} if self.n_junk else {}
        return {"signs": signs, "flag": any_heavy, **held}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        if reg.name == "signs":
            return Circle(filled=False)
        return directional_text_box("any" if reg.name == "flag" else "junk", side=reg.side)

    def __str__(self) -> str:
        return "AnyFlag†" if self.uncompute else "AnyFlag"


@attrs.frozen
class LivePhase(Bloq):
    """|live>|flag> -> exp(i angle live flag) |live>|flag>: the phase of heavy keys not yet found.

    Args:
        angle: radians; for pi it is a CZ.

    Registers:
        live: one bit, loaded beside the key; 0 for a key that was found.
        flag: one bit, 1 where the key is heavy.

    Costs: none for pi, else one And and one rotation.
    """

    angle: float = np.pi

    @property
    def is_sign(self) -> bool:
        """Whether the phase is -1, which takes no rotation."""
        return bool(self.angle == np.pi)

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("live", QBit()), Register("flag", QBit())])

    def adjoint(self) -> "LivePhase":
        return self if self.is_sign else attrs.evolve(self, angle=-self.angle)

    def build_composite_bloq(self, bb: BloqBuilder, live: SoquetT, flag: SoquetT) -> dict[str, SoquetT]:
        if self.is_sign:
            live, flag = bb.add(CZ(), q1=live, q2=flag)
        else:
            (live, flag), both = bb.add(And(), ctrl=[live, flag])
            both = bb.add(ZPowGate(self.angle / np.pi), q=both)
            live, flag = bb.add(And().adjoint(), ctrl=[live, flag], target=both)
        return {"live": live, "flag": flag}

    def on_classical_vals(self, live, flag):  # type: ignore[no-untyped-def]
        return {"live": live, "flag": flag}

    def basis_state_phase(self, live, flag):  # type: ignore[no-untyped-def]
        if not (live and flag):
            return 1
        return -1 if self.is_sign else np.exp(1j * self.angle)

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        return Circle() if reg.name == "live" else TextBox("±" if self.is_sign else "e^iφ")

    def __str__(self) -> str:
        return "LivePhase"


@bloq_example
def _any_flag() -> AnyFlag:
    any_flag = AnyFlag(3)
    return any_flag


@bloq_example
def _live_phase() -> LivePhase:
    live_phase = LivePhase(angle=1.0)
    return live_phase
