"""`QROMLoad`: look a key up by unary iteration."""

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QInt, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT, XGate
from qualtran.bloqs.mcmt import And
from qualtran.symbolics import SymbolicInt

from .controlled_load import ControlledLoad
from .key_load import KeyLoad
from .key_table import KeyTable
from .measured_unload import MeasuredUnload
from .unary_walk import walk_ands
from .walk_builder import WalkWires
from .xor_word import XorWord


@attrs.frozen
class QROMLoad(KeyLoad):
    """|j> -> |j>|k_j>: a look-up by unary iteration; the key register enters here.

    Args:
        table: n keys of d signed b-bit integers.
        padded: keep a superposition over all 2**m addresses valid: those >= n load the zero word.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.
        key [right]: shape (d,), signed integers of b bits.

    Costs: n - 2 And's, and with `padded` one more for each 0 below the top bit of n - 1.

    References:
        Babbush et al., arXiv:1805.03662, section III.A and figure 7 (unary iteration); III.C (QROM).
    """

    table: KeyTable
    padded: bool = False

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        self.require_data()
        dtype = QInt(self.table.key_bits)
        key = np.array([bb.allocate(dtype=dtype) for _ in range(int(self.table.head_dim))])
        walk = WalkWires(bb, bb.split(address))
        for select, j in walk.leaves(int(self.table.n_keys), guard=self.padded):
            if select is None:
                key = bb.add(XorWord(self.table, j, selected=False), key=key)
            else:
                walk.slots[select], key = bb.add(XorWord(self.table, j), select=walk.slots[select], key=key)
        return {"address": bb.join(walk.address(), dtype=self.address.dtype), "key": key}

    def n_ands(self) -> SymbolicInt:
        """Of the walk."""
        return walk_ands(self.table.n_keys, self.padded)

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        ands, n_keys = self.n_ands(), self.table.n_keys
        words, single = self.table.expected_ones(), n_keys == 1
        counts: dict[Bloq, SymbolicInt] = {
            And(): ands,
            And().adjoint(): ands,
            CNOT(): 2 * ands + (0 if single and not self.padded else words),
            XGate(): 2 if not single or self.padded else words,
        }
        return {bloq: count for bloq, count in counts.items() if count != 0}


@bloq_example
def _qrom_load() -> QROMLoad:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    qrom_load = QROMLoad(KeyTable.from_values(keys, 3))
    return qrom_load


@bloq_example
def _measured_unload() -> MeasuredUnload:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    measured_unload = MeasuredUnload(QROMLoad(KeyTable.from_values(keys, 3)), flips=(2,))
    return measured_unload


@bloq_example
def _controlled_load() -> ControlledLoad:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    controlled_load = ControlledLoad(QROMLoad(KeyTable.from_values(keys, 3)))
    return controlled_load
