"""`InverseUnload`: give a loaded key back by running its load backwards, without a fix-up."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import ClassVar

import attrs
import numpy as np
from qualtran import (
    Bloq,
    BloqBuilder,
    BloqInstance,
    CompositeBloq,
    Connection,
    DanglingT,
    LeftDangle,
    Register,
    RightDangle,
    Side,
    Signature,
    Soquet,
    SoquetT,
    bloq_example,
)
from qualtran.drawing import Text, TextBox, WireSymbol, directional_text_box

from qattention.errors import SpecError, bad

from .key_load import KeyLoad
from .key_table import KeyTable
from .select_swap_load import SelectSwapLoad


def backwards(bb: BloqBuilder, composite: CompositeBloq, held: dict[str, SoquetT]) -> dict[str, SoquetT]:
    """Add the adjoints of a composite's parts, the last that was built first; returns its left registers.

    `CompositeBloq.adjoint` wires them up in time that grows as the square of their number, and in an order in
    which ancillas leave last.
    """
    ends: dict[Soquet, Soquet] = {}  # of the composite's connections, where they begin -> in `bb`
    into: dict[BloqInstance | DanglingT, list[Connection]] = defaultdict(list)
    for connection in composite.connections:
        into[connection.right.binst].append(connection)

    def pass_on(binst: BloqInstance | DanglingT, values: dict[str, SoquetT]) -> None:
        for connection in into[binst]:
            value = values[connection.right.reg.name]
            ends[connection.left] = value[connection.right.idx] if connection.right.idx else value

    def gathered(binst: BloqInstance | DanglingT, registers: Iterable[Register]) -> dict[str, SoquetT]:
        values: dict[str, SoquetT] = {}
        for reg in registers:
            parts = [ends.pop(Soquet(binst, reg, idx=idx)) for idx in reg.all_idxs()]
            values[reg.name] = np.array(parts).reshape(reg.shape) if reg.shape else parts[0]
        return values

    pass_on(RightDangle, held)
    for instance in sorted(composite.bloq_instances, key=lambda one: one.i, reverse=True):
        given = gathered(instance, instance.bloq.signature.rights())
        pass_on(instance, bb.add_d(instance.bloq.adjoint(), **given))
    return gathered(LeftDangle, composite.signature.lefts())


@attrs.frozen
class InverseUnload(Bloq):
    """|j>|k_j>|junk_j> -> |j>: the load's gates in reverse. No word is measured.

    Only And's are erased by measurement, each with a conditioned CZ of its own: no parity of a table's words
    is ever needed. The price is the load's gates once more, and its junk held until then.

    Args:
        load: a load whose decomposition can be reversed.
        flips: none: without a fix-up no phase rides along; a live bit, or gates on the address, do that work.
        junk_measured: False: the junk is taken back.

    Registers:
        address: m bits.
        key, junk, tree [left]: as the load puts them out.

    Costs: those of the load; a kept tree of lines is erased by measurement, at no And.

    Raises:
        SpecError: flips.

    References:
        Babbush et al., arXiv:1805.03662, section III.C (a look-up is its own inverse).
    """

    part: ClassVar[str] = "unload"  # its name in paths of parts

    load: KeyLoad
    flips: tuple[int, ...] = ()
    junk_measured: bool = False

    def __attrs_post_init__(self) -> None:
        if self.flips:
            allowed = "empty: an inverse look-up has no fix-up; exclude by live bits or gates on the address"
            raise SpecError(bad("flips", f"{len(self.flips)} addresses", allowed))

    @property
    def table(self) -> KeyTable:
        """The keys that are looked up."""
        return self.load.table

    @property
    def padded(self) -> bool:
        """Whether addresses beyond the keys exist and are looked up too."""
        return self.load.padded

    @cached_property
    def signature(self) -> Signature:
        turned = {Side.RIGHT: Side.LEFT, Side.THRU: Side.THRU}
        return Signature([attrs.evolve(reg, side=turned[reg.side]) for reg in self.load.signature])

    def adjoint(self) -> KeyLoad:
        return self.load

    def build_composite_bloq(self, bb: BloqBuilder, **held: SoquetT) -> dict[str, SoquetT]:
        return backwards(bb, self.load.decompose_bloq(), held)

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        return {bloq.adjoint(): count for bloq, count in self.load.build_call_graph(ssa).items()}

    def on_classical_vals(self, address, **held):  # type: ignore[no-untyped-def]
        loaded = self.load.on_classical_vals(address)  # type: ignore[no-untyped-call]
        wrong = [name for name, value in held.items() if np.any(np.asarray(value) != loaded[name])]
        if wrong:
            raise ValueError(f"`{wrong[0]}`: is not what the load puts out at address {address}")
        return {"address": address}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        return TextBox("j") if reg.name == "address" else directional_text_box(reg.name, side=reg.side)

    def __str__(self) -> str:
        return "InverseUnload"


@bloq_example
def _inverse_unload() -> InverseUnload:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    inverse_unload = InverseUnload(SelectSwapLoad(KeyTable.from_values(keys, 3), block=2))
    return inverse_unload
