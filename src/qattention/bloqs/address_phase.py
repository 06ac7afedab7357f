"""`AddressSign` and `FlagPhase`: found addresses recognised by gates, where no fix-up can exclude them."""

from collections import Counter
from functools import cached_property

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QBit, QUInt, Register, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT, CZ, XGate, ZGate, ZPowGate
from qualtran.bloqs.mcmt import And
from qualtran.drawing import Circle, Text, TextBox, WireSymbol

from .prefix_tree import Gate, flag_gates, sign_gates
from .storing import integers

PAULIS: dict[str, Bloq] = {"x": XGate(), "z": ZGate()}
PAIRS = {"cnot": ("ctrl", "target"), "cz": ("q1", "q2")}  # their registers
BLOQS = {**PAULIS, "cnot": CNOT(), "cz": CZ(), "and": And(), "unand": And().adjoint()}


def _gates(bb: BloqBuilder, wires: dict[int, SoquetT], gates: list[Gate]) -> None:
    """Play gates on numbered wires; a copy or an And brings a new one, its reverse gives it back."""
    for kind, at in gates:
        if kind in PAULIS:
            wires[at[0]] = bb.add(BLOQS[kind], q=wires[at[0]])
        elif kind in PAIRS:
            given = {name: wires[i] for name, i in zip(PAIRS[kind], at, strict=True)}
            wires[at[0]], wires[at[1]] = bb.add(BLOQS[kind], **given)
        elif kind == "new":
            wires[at[0]] = bb.allocate(1)
        elif kind == "free":
            bb.free(wires.pop(at[0]))
        elif kind == "and":
            (wires[at[0]], wires[at[1]]), wires[at[2]] = bb.add(And(), ctrl=[wires[at[0]], wires[at[1]]])
        else:
            ctrl, target = [wires[at[0]], wires[at[1]]], wires.pop(at[2])
            wires[at[0]], wires[at[1]] = bb.add(And().adjoint(), ctrl=ctrl, target=target)


def _calls(gates: list[Gate]) -> dict[Bloq, int]:
    return dict(Counter(BLOQS[kind] for kind, _ in gates if kind in BLOQS))


@attrs.frozen
class AddressSign(Bloq):
    """|j> -> (-1)**[j in addresses] |j>.

    The addresses' common prefixes are computed once, all kept, and erased by measurement.

    Args:
        addresses: distinct, ascending, of `n_bits` bits each; at least one.
        n_bits: m.

    Registers:
        address: m bits.

    Costs: an And a distinct prefix of 1 to m - 2 bits: at most (m - 2) a found address.
    """

    addresses: tuple[int, ...] = attrs.field(converter=integers)
    n_bits: int

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("address", QUInt(self.n_bits))])

    @cached_property
    def gates(self) -> list[Gate]:
        """The gates of the sign, on the wires of the address."""
        return sign_gates(self.addresses, self.n_bits)

    def adjoint(self) -> "AddressSign":
        return self

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        wires = dict(enumerate(bb.split(address)))
        _gates(bb, wires, self.gates)
        return {"address": bb.join(np.array([wires[i] for i in range(self.n_bits)]), QUInt(self.n_bits))}

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        return _calls(self.gates)

    def on_classical_vals(self, address):  # type: ignore[no-untyped-def]
        return {"address": address}

    def basis_state_phase(self, address):  # type: ignore[no-untyped-def]
        return -1 if address in self.addresses else 1

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox("± found")

    def __str__(self) -> str:
        return "AddressSign"


@attrs.frozen
class FlagPhase(Bloq):
    """|j>|f> -> exp(i angle (f XOR [j in addresses])) |j>|f>: the phase of heavy keys, found ones left out.

    What was found is heavy, so f is 1 there and XOR takes the phase away. The addresses are recognised
    once, and the wires that say so are kept until the flag is restored with them.

    Args:
        addresses: distinct, ascending, of `n_bits` bits each; at least one.
        n_bits: m.
        angle: radians, not pi (for that `AddressSign` costs an And a find less).

    Registers:
        address: m bits.
        flag: one bit.

    Costs: an And a distinct prefix of 1 to m - 1 bits, at most (m - 1) a found address, and a rotation.
    """

    addresses: tuple[int, ...] = attrs.field(converter=integers)
    n_bits: int
    angle: float

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("address", QUInt(self.n_bits)), Register("flag", QBit())])

    @cached_property
    def gates(self) -> tuple[list[Gate], list[Gate]]:
        """The gates that flip the flag on the addresses, and those that take the flip back."""
        return flag_gates(self.addresses, self.n_bits)

    def adjoint(self) -> "FlagPhase":
        return attrs.evolve(self, angle=-self.angle)

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT, flag: SoquetT) -> dict[str, SoquetT]:
        wires = dict(enumerate([*bb.split(address), flag]))
        before, after = self.gates
        _gates(bb, wires, before)
        wires[self.n_bits] = bb.add(ZPowGate(self.angle / np.pi), q=wires[self.n_bits])
        _gates(bb, wires, after)
        bits = np.array([wires[i] for i in range(self.n_bits)])
        return {"address": bb.join(bits, QUInt(self.n_bits)), "flag": wires[self.n_bits]}

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        before, after = self.gates
        return {**_calls([*before, *after]), ZPowGate(self.angle / np.pi): 1}

    def on_classical_vals(self, address, flag):  # type: ignore[no-untyped-def]
        return {"address": address, "flag": flag}

    def basis_state_phase(self, address, flag):  # type: ignore[no-untyped-def]
        return np.exp(1j * self.angle) if flag ^ (address in self.addresses) else 1

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        return TextBox("found") if reg.name == "address" else Circle()

    def __str__(self) -> str:
        return "FlagPhase"


@bloq_example
def _address_sign() -> AddressSign:
    address_sign = AddressSign((2, 3, 5), n_bits=3)
    return address_sign


@bloq_example
def _flag_phase() -> FlagPhase:
    flag_phase = FlagPhase((2, 3, 5), n_bits=3, angle=1.0)
    return flag_phase
