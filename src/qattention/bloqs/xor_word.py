"""`XorWord`: XOR one row of a table into the key register, a multi-target CNOT."""

from functools import cached_property

import attrs
import numpy as np
from qualtran import (
    Bloq,
    BloqBuilder,
    QBit,
    QInt,
    Register,
    Side,
    Signature,
    SoquetT,
    bloq_example,
)
from qualtran.bloqs.basic_gates import CNOT, XGate
from qualtran.drawing import Circle, Text, TextBox, WireSymbol

from .key_table import KeyTable


def key_register(table: KeyTable, side: Side = Side.THRU) -> Register:
    """The key register of a table: d signed integers of b bits."""
    return Register("key", QInt(table.key_bits), shape=(table.head_dim,), side=side)


@attrs.frozen
class XorWord(Bloq):
    """|select>|key> -> |select>|key XOR select * word_address>.

    Args:
        table: the keys.
        address: which row.
        selected: False if there is no select wire (a table of one key).

    Registers:
        select: one bit, if selected.
        key: shape (d,), signed integers of b bits.
    """

    table: KeyTable
    address: int
    selected: bool = True

    @cached_property
    def signature(self) -> Signature:
        key = key_register(self.table)
        return Signature([Register("select", QBit()), key] if self.selected else [key])

    @cached_property
    def word(self) -> np.ndarray:
        """The row's bits, shape (d, b), most significant first."""
        return self.table.bits[self.address].reshape(int(self.table.head_dim), -1)

    def adjoint(self) -> "XorWord":
        return self

    def build_composite_bloq(self, bb: BloqBuilder, key: SoquetT, **select: SoquetT) -> dict[str, SoquetT]:
        for component in range(int(self.table.head_dim)):
            bits = bb.split(key[component])
            for position in np.flatnonzero(self.word[component]):
                if self.selected:
                    select["select"], bits[position] = bb.add(
                        CNOT(), ctrl=select["select"], target=bits[position]
                    )
                else:
                    bits[position] = bb.add(XGate(), q=bits[position])
            key[component] = bb.join(bits, dtype=QInt(self.table.key_bits))
        return {**select, "key": key}

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        ones = int(self.word.sum())
        return {(CNOT() if self.selected else XGate()): ones} if ones else {}

    def on_classical_vals(self, key, select=1):  # type: ignore[no-untyped-def]
        out = key ^ self.table.values[self.address].astype(key.dtype) if select else key
        return {"select": select, "key": out} if self.selected else {"key": out}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text(f"word {self.address}")
        return Circle() if reg.name == "select" else TextBox(f"⊕row {self.address}")

    def __str__(self) -> str:
        return "XorWord"


@bloq_example
def _xor_word() -> XorWord:
    keys = np.array([[1, -2], [3, 0], [-4, 2]])
    xor_word = XorWord(KeyTable.from_values(keys, 3), address=2)
    return xor_word
