"""`HardwareLoad` and `HardwareUnload`: keys from a memory device, a query each way."""

from typing import ClassVar

import attrs
import numpy as np
from qualtran import (
    AddControlledT,
    Bloq,
    BloqBuilder,
    CtrlSpec,
    Register,
    SoquetT,
    bloq_example,
)
from qualtran.drawing import Text, TextBox, WireSymbol, directional_text_box

from .controlled_load import control
from .inverse_unload import InverseUnload
from .key_load import KeyLoad
from .key_table import KeyTable
from .memory_query import MemoryQuery


@attrs.frozen
class HardwareLoad(KeyLoad):
    """|j> -> |j>|k_j>: one query of a memory device. No gate, no junk.

    Args:
        table: what the device holds, n words of d signed b-bit integers.
        padded: addresses >= n occur too; they read the zero word.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.
        key [right]: shape (d,), signed integers of b bits.

    References:
        Jaques and Rattew, arXiv:2305.10310 (what assuming such a device assumes).
    """

    has_fix_up: ClassVar[bool] = False

    table: KeyTable
    padded: bool = False

    def adjoint(self) -> "HardwareUnload":
        return HardwareUnload(self)

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        return bb.add_d(MemoryQuery(self.table), address=address)

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        return {MemoryQuery(self.table): 1}


@attrs.frozen
class HardwareUnload(InverseUnload):
    """|j>|k_j> -> |j>: the query once more, which XORs the word away. Nothing is measured.

    Args:
        load: the `HardwareLoad` it undoes.
        flips, junk_measured: none, as of every `InverseUnload`.

    Registers:
        address: m bits.
        key [left]: shape (d,), signed integers of b bits.

    Raises:
        SpecError: flips.
    """

    def get_ctrl_system(self, ctrl_spec: CtrlSpec) -> tuple[Bloq, AddControlledT]:
        return control(self, ctrl_spec)

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        return TextBox("j") if reg.name == "address" else directional_text_box(f"k[{idx[0]}]", side=reg.side)

    def __str__(self) -> str:
        return "HardwareUnload"


@bloq_example
def _hardware_load() -> HardwareLoad:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    hardware_load = HardwareLoad(KeyTable.from_values(keys, 3))
    return hardware_load


@bloq_example
def _hardware_unload() -> HardwareUnload:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    hardware_unload = HardwareUnload(HardwareLoad(KeyTable.from_values(keys, 3)))
    return hardware_unload
