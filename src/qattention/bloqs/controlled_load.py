"""`ControlledLoad`: a load or an unload under a control, whatever the loader is made of."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np
from qualtran import (
    AddControlledT,
    Bloq,
    BloqBuilder,
    CtrlSpec,
    QBit,
    Register,
    Side,
    Signature,
    SoquetT,
)
from qualtran.bloqs.basic_gates import CNOT, XGate, ZGate
from qualtran.bloqs.mcmt import And
from qualtran.bloqs.mcmt.controlled_via_and import ControlledViaAnd
from qualtran.drawing import Circle, Text, WireSymbol
from qualtran.symbolics import SymbolicInt, ceil

from .key_table import KeyTable
from .xor_word import XorWord


@attrs.frozen
class ControlledLoad(Bloq):
    """|c>|j> -> |c>|j>|c k_j>|junk of address c j>; or back.

    The loader reads address c AND j, bit by bit: without the control that is address 0, whose word is XORed
    away again. So it works for every loader, a device included, and costs m And's, not a control on each of
    its own. In an oracle no load needs a control at all: its phase does (Qualtran's `Always`).

    Args:
        load: a `KeyLoad`, or what gives back what it loaded.

    Registers:
        ctrl: one bit.
        and those of `load`.

    Costs: m And's, erased by measurement, beside those of the load; as many for the unload.
    """

    load: Bloq

    @property
    def table(self) -> KeyTable:
        """The keys that are looked up."""
        return self.load.table

    @property
    def padded(self) -> bool:
        """Whether addresses beyond the keys exist and are looked up too."""
        return bool(self.load.padded)

    @property
    def gives_back(self) -> bool:
        """Whether it is an unload."""
        return any(reg.side is Side.LEFT for reg in self.load.signature)

    @property
    def flips_zero(self) -> bool:
        """Whether an unload flips the phase of address 0, which then must not be seen without the control."""
        return 0 in getattr(self.load, "flips", ())

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("ctrl", QBit()), *self.load.signature])

    def adjoint(self) -> "ControlledLoad":
        return ControlledLoad(self.load.adjoint())

    def get_ctrl_system(self, ctrl_spec: CtrlSpec) -> tuple[Bloq, AddControlledT]:
        raise NotImplementedError("one control: join several by And's first (ControlledViaAnd does)")

    def build_composite_bloq(
        self, bb: BloqBuilder, ctrl: SoquetT, address: SoquetT, **held: SoquetT
    ) -> dict[str, SoquetT]:
        masked = []
        bits = bb.split(address)
        if self.gives_back:
            ctrl, held["key"] = self._xor_word_zero(bb, ctrl, held["key"])
        for i in range(len(bits)):
            (ctrl, bits[i]), read = bb.add(And(), ctrl=[ctrl, bits[i]])
            masked.append(read)
        dtype = self.signature.get_left("address").dtype
        out = bb.add_d(self.load, address=bb.join(np.array(masked), dtype=dtype), **held)
        for i, read in enumerate(bb.split(out.pop("address"))):
            ctrl, bits[i] = bb.add(And().adjoint(), ctrl=[ctrl, bits[i]], target=read)
        if not self.gives_back:
            ctrl, out["key"] = self._xor_word_zero(bb, ctrl, out["key"])
        return {"ctrl": ctrl, "address": bb.join(bits, dtype=dtype), **out}

    def _xor_word_zero(self, bb: BloqBuilder, ctrl: SoquetT, key: SoquetT) -> tuple[SoquetT, SoquetT]:
        """Word 0 XORed into the key without the control, and the phase of a flip taken back."""
        ctrl = bb.add(XGate(), q=ctrl)
        ctrl, key = bb.add(XorWord(self.table, 0), select=ctrl, key=key)
        if self.flips_zero:
            ctrl = bb.add(ZGate(), q=ctrl)
        return bb.add(XGate(), q=ctrl), key

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        m, table = self.table.address_bits, self.table
        word = {XorWord(table, 0): 1} if table.has_data else {CNOT(): ceil(table.word_bits / 2)}
        sign = {ZGate(): 1} if self.flips_zero else {}
        return {self.load: 1, And(): m, And().adjoint(): m, XGate(): 2, **word, **sign}

    def on_classical_vals(self, ctrl, address, **held):  # type: ignore[no-untyped-def]
        if self.gives_back:
            out = dict(held)
            if not ctrl:
                zero = self.table.values[0]
                out["key"] = held["key"] ^ zero.astype(held["key"].dtype)
            self.load.on_classical_vals(address if ctrl else 0, **out)
            return {"ctrl": ctrl, "address": address}
        out = self.load.on_classical_vals(address if ctrl else 0)
        key = out["key"] if ctrl else np.zeros_like(out["key"])
        return {**out, "ctrl": ctrl, "address": address, "key": key}

    def basis_state_phase(self, ctrl, address, **held):  # type: ignore[no-untyped-def]
        return self.load.basis_state_phase(address=address, **held) if ctrl else 1

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        return Circle() if reg.name == "ctrl" else self.load.wire_symbol(reg, idx)

    def __str__(self) -> str:
        return f"ControlledLoad[{self.load}]"


def control(load: Bloq, ctrl_spec: CtrlSpec) -> tuple[Bloq, AddControlledT]:
    """What `get_ctrl_system` of a load or an unload answers: several controls are joined by And's first."""
    if ctrl_spec != CtrlSpec():
        made: tuple[Bloq, AddControlledT] = ControlledViaAnd.make_ctrl_system(load, ctrl_spec)
        return made
    controlled = ControlledLoad(load)

    def add(
        bb: BloqBuilder, ctrl_soqs: Sequence[SoquetT], in_soqs: dict[str, SoquetT]
    ) -> tuple[Iterable[SoquetT], Iterable[SoquetT]]:
        (ctrl,) = ctrl_soqs
        out: tuple[Any, ...] = bb.add_t(controlled, ctrl=ctrl, **in_soqs)
        return out[:1], out[1:]

    return controlled, add
