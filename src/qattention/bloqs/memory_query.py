"""`MemoryQuery`: one read of a memory device, an opaque operation and no circuit."""

from functools import cached_property

import attrs
import numpy as np
from qualtran import (
    Bloq,
    CompositeBloq,
    DecomposeTypeError,
    QUInt,
    Register,
    Side,
    Signature,
    bloq_example,
)
from qualtran.drawing import Text, TextBox, WireSymbol, directional_text_box
from qualtran.resource_counting import CostKey, GateCounts, QECGatesCost

from .key_table import KeyTable
from .xor_word import key_register


@attrs.frozen
class MemoryQuery(Bloq):
    """|j> -> |j>|k_j>, or back: a device answers; cells beyond the table hold the zero word.

    It has no gates, and no error here: both are the device's, and its owner says what they are.

    Args:
        table: what the device holds, n words of d signed b-bit integers.
        uncompute: take the word back, by reading it once more.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.
        key [right, or left if `uncompute`]: shape (d,), signed integers of b bits.

    References:
        Giovannetti, Lloyd and Maccone, arXiv:0708.1879 (the operation); Jaques and Rattew, arXiv:2305.10310
        (what assuming it assumes).
    """

    table: KeyTable
    uncompute: bool = False

    @cached_property
    def signature(self) -> Signature:
        side = Side.LEFT if self.uncompute else Side.RIGHT
        address = Register("address", QUInt(self.table.address_bits))
        return Signature([address, key_register(self.table, side)])

    def adjoint(self) -> "MemoryQuery":
        return attrs.evolve(self, uncompute=not self.uncompute)

    def decompose_bloq(self) -> CompositeBloq:
        raise DecomposeTypeError(f"{self} is a query of a device: it has no gates")

    def my_static_costs(self, cost_key: CostKey):  # type: ignore[no-untyped-def]
        return GateCounts() if isinstance(cost_key, QECGatesCost) else NotImplemented

    def word(self, address: int) -> np.ndarray:
        """What the device answers, shape (d,)."""
        known = address < int(self.table.n_keys)
        return self.table.values[address] if known else np.zeros(int(self.table.head_dim), dtype=np.int64)

    def on_classical_vals(self, address, key=None):  # type: ignore[no-untyped-def]
        word = self.word(int(address))
        if not self.uncompute:
            return {"address": address, "key": word}
        if not np.array_equal(key, word):
            raise ValueError(f"`key`: {key} is not what address {address} loads")
        return {"address": address}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("query")
        return TextBox("j") if reg.name == "address" else directional_text_box(f"k[{idx[0]}]", side=reg.side)

    def __str__(self) -> str:
        return "MemoryQuery†" if self.uncompute else "MemoryQuery"


@bloq_example
def _memory_query() -> MemoryQuery:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    memory_query = MemoryQuery(KeyTable.from_values(keys, 3))
    return memory_query
