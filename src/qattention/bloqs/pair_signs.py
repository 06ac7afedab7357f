"""`ListedSign` and `SeenSign`: signs of a pair that hang on its addresses and on what a word holds."""

from functools import cached_property

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QBit, QInt, QUInt, Register, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT, CZ, ZGate
from qualtran.drawing import Text, TextBox, WireSymbol

from .adders import FullAdder, HalfAdder
from .phases import PhaseAtZero


@attrs.frozen
class ListedSign(Bloq):
    """|a>|slot> -> -|a>|slot> if the slot is not empty and holds a, else |a>|slot>.

    Args:
        n_bits: m of the address.

    Registers:
        address: m bits.
        slot: shape (m + 1,): 1 if it is empty, then the address that it holds.

    Costs: m - 1 And's.
    """

    n_bits: int

    @cached_property
    def signature(self) -> Signature:
        slot = Register("slot", QInt(1), shape=(self.n_bits + 1,))
        return Signature([Register("address", QUInt(self.n_bits)), slot])

    def adjoint(self) -> "ListedSign":
        return self

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT, slot: SoquetT) -> dict[str, SoquetT]:
        bits, own = bb.split(address), np.array([bb.split(part)[0] for part in slot])
        for turn in range(2):
            for i in range(self.n_bits):
                bits[i], own[i + 1] = bb.add(CNOT(), ctrl=bits[i], target=own[i + 1])
            if turn == 0:
                x = bb.add(PhaseAtZero(self.n_bits + 1), x=bb.join(own, dtype=QUInt(self.n_bits + 1)))
                own = bb.split(x)
        slot = np.array([bb.join(np.array([bit]), dtype=QInt(1)) for bit in own])
        return {"address": bb.join(bits, dtype=QUInt(self.n_bits)), "slot": slot}

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        return {CNOT(): 2 * self.n_bits, PhaseAtZero(self.n_bits + 1): 1}

    def on_classical_vals(self, address, slot):  # type: ignore[no-untyped-def]
        return {"address": address, "slot": slot}

    def basis_state_phase(self, address, slot):  # type: ignore[no-untyped-def]
        held = int("".join(str(int(bit) & 1) for bit in slot[1:]), 2)
        return -1 if not int(slot[0]) & 1 and held == address else 1

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox("a" if reg.name == "address" else "known?")

    def __str__(self) -> str:
        return "ListedSign"


@attrs.frozen
class SeenSign(Bloq):
    """|a>|bound>|sign> -> (-1)**(sign AND [a < B]) |a>|bound>|sign>, the bound held as 2**m - B.

    Args:
        n_bits: m of the address.

    Registers:
        address: m bits.
        bound: shape (m + 1,), most significant bit first.
        sign: one bit.

    Costs: m And's, the carries of a sum.
    """

    n_bits: int

    @cached_property
    def signature(self) -> Signature:
        bound = Register("bound", QInt(1), shape=(self.n_bits + 1,))
        return Signature([Register("address", QUInt(self.n_bits)), bound, Register("sign", QBit())])

    def adjoint(self) -> "SeenSign":
        return self

    def build_composite_bloq(
        self, bb: BloqBuilder, address: SoquetT, bound: SoquetT, sign: SoquetT
    ) -> dict[str, SoquetT]:
        bits = list(bb.split(address))[::-1]
        own = [bb.split(part)[0] for part in bound][::-1]
        carries: list[SoquetT] = []
        for i in range(self.n_bits):
            names = {"s": own[i], "x": bits[i], **({"y": carries[-1]} if carries else {})}
            out = bb.add_d(FullAdder() if carries else HalfAdder(), **names)
            own[i], bits[i] = out["s"], out["x"]
            carries[-1:] = [out["y"]] if carries else []
            carries.append(out["carry"])
        for at in (carries, own):  # [a >= B] is the carry, or the top bit where B is 0
            at[-1], sign = bb.add(CZ(), q1=at[-1], q2=sign)
        sign = bb.add(ZGate(), q=sign)
        for i in reversed(range(self.n_bits)):
            names = {"s": own[i], "x": bits[i], **({"y": carries[i - 1]} if i else {})}
            out = bb.add_d((FullAdder() if i else HalfAdder()).adjoint(), **names, carry=carries.pop())
            own[i], bits[i] = out["s"], out["x"]
            if i:
                carries[i - 1] = out["y"]
        parts = np.array([bb.join(np.array([bit]), dtype=QInt(1)) for bit in own[::-1]])
        return {
            "address": bb.join(np.array(bits[::-1]), dtype=QUInt(self.n_bits)),
            "bound": parts,
            "sign": sign,
        }

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        counts: dict[Bloq, int] = {CZ(): 2, ZGate(): 1, HalfAdder(): 1, HalfAdder().adjoint(): 1}
        more = self.n_bits - 1
        return counts | ({FullAdder(): more, FullAdder().adjoint(): more} if more else {})

    def on_classical_vals(self, address, bound, sign):  # type: ignore[no-untyped-def]
        return {"address": address, "bound": bound, "sign": sign}

    def basis_state_phase(self, address, bound, sign):  # type: ignore[no-untyped-def]
        below = int("".join(str(int(bit) & 1) for bit in bound), 2)
        return -1 if sign and int(address) + below < 1 << self.n_bits else 1

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox({"address": "a", "bound": "B"}.get(reg.name, "± a<B"))

    def __str__(self) -> str:
        return "SeenSign"


@bloq_example
def _listed_sign() -> ListedSign:
    listed_sign = ListedSign(3)
    return listed_sign


@bloq_example
def _seen_sign() -> SeenSign:
    seen_sign = SeenSign(3)
    return seen_sign
