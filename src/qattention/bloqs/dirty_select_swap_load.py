"""`DirtySelectSwapLoad`: a look-up through borrowed wires, as a key loader."""

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QAny, QInt, SoquetT, bloq_example
from qualtran.symbolics import SymbolicInt

from .dirty_look_up import DirtyLookUp
from .key_load import KeyLoad
from .key_table import KeyTable


@attrs.frozen
class DirtySelectSwapLoad(KeyLoad):
    """|j> -> |j>|k_j>: QROAM with dirty ancillas; no junk, for what it borrows it gives back.

    An oracle of this package has nothing idle to lend while it loads (the address is all there is), so the
    wires are taken anew and counted. A caller with idle wires calls `DirtyLookUp` with them.

    Args:
        table: n keys of d signed b-bit integers.
        block: K, a power of two; 1 is `QROMLoad`.
        padded: keep a superposition over all 2**m addresses valid: those >= n load the zero word.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.
        key [right]: shape (d,), signed integers of b bits.

    Costs: those of `DirtyLookUp`.

    References:
        Low, Kliuchnikov and Schaeffer, arXiv:1812.00954, section 3 (with dirty qubits).
    """

    table: KeyTable
    block: int = 1
    padded: bool = False

    @property
    def look_up(self) -> DirtyLookUp:
        """Its only part."""
        return DirtyLookUp(self.table, self.block, self.padded)

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        self.require_data()
        dtype, n_dirty = QInt(self.table.key_bits), self.look_up.n_dirty
        key = np.array([bb.allocate(dtype=dtype) for _ in range(int(self.table.head_dim))])
        lent = {"dirty": bb.allocate(dtype=QAny(n_dirty))} if n_dirty else {}
        out: dict[str, SoquetT] = bb.add_d(self.look_up, address=address, key=key, **lent)
        if n_dirty:
            bb.free(out.pop("dirty"))
        return out

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        return {self.look_up: 1}


@bloq_example
def _dirty_select_swap_load() -> DirtySelectSwapLoad:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    dirty_select_swap_load = DirtySelectSwapLoad(KeyTable.from_values(keys, 3), block=2)
    return dirty_select_swap_load
