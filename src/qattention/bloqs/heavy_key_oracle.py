"""`HeavyKeyOracle`: the phase oracle of one query row."""

from functools import cached_property

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QUInt, Register, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import ZGate
from qualtran.drawing import Text, TextBox, WireSymbol

from .inner_product import InnerProduct
from .key_table import KeyTable
from .measured_unload import MeasuredUnload
from .qrom_load import QROMLoad
from .threshold_flag import ThresholdFlag


@attrs.frozen
class HeavyKeyOracle(Bloq):
    """|j> -> (-1)**([<q, k_j> >= T] XOR [j in excluded]) |j>; padding addresses keep their phase.

    Load the key, sum, flag, phase, and give everything back: the adders by measuring their carries, the key
    by a measured unload whose fix-up also flips the phase of `excluded` back. It is its own inverse.

    Args:
        table: the keys the row sees; a causal row i gets the first i + 1.
        weights: q of the row, as integers.
        threshold: T, in units of the integer inner product.
        excluded: addresses found already, ascending.
        padded: search all 2**m addresses instead of the first n.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.

    References:
        arXiv:2307.08045, Algorithm 1 and Lemma 5.1 (the search that calls this oracle).
    """

    table: KeyTable
    weights: tuple[int, ...]
    threshold: int
    excluded: tuple[int, ...] = ()
    padded: bool = False

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("address", QUInt(self.table.address_bits))])

    def adjoint(self) -> "HeavyKeyOracle":
        return self

    @property
    def n_items(self):  # type: ignore[no-untyped-def]
        """Size of the searched space: n, or 2**m if padded."""
        return 2**self.table.address_bits if self.padded else self.table.n_keys

    @property
    def load(self) -> QROMLoad:
        return QROMLoad(self.table, padded=self.padded)

    @property
    def unload(self) -> MeasuredUnload:
        """The fix-up flips `excluded`, and the padding where its zero key would count as heavy."""
        flips = self.excluded
        if self.padded and self.threshold <= 0 and self.table.has_data:
            flips += tuple(range(int(self.table.n_keys), int(self.n_items)))
        return MeasuredUnload(self.load, flips)

    @property
    def inner_product(self) -> InnerProduct:
        return InnerProduct(self.weights, self.threshold, int(self.table.key_bits))

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        address, key = bb.add(self.load, address=address)
        held = bb.add_d(self.inner_product, key=key)
        held["sign"], flag = bb.add(ThresholdFlag(), sign=held["sign"])
        flag = bb.add(ZGate(), q=flag)
        held["sign"] = bb.add(ThresholdFlag().adjoint(), sign=held["sign"], flag=flag)
        key = bb.add(self.inner_product.adjoint(), **held)
        return {"address": bb.add(self.unload, address=address, key=key)}

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        product, flag = self.inner_product, ThresholdFlag()
        parts = [self.load, product, flag, ZGate(), flag.adjoint(), product.adjoint(), self.unload]
        return dict.fromkeys(parts, 1)

    def is_marked(self, address: int) -> bool:
        """Whether the address gets the phase -1: heavy and not excluded, or excluded and not heavy."""
        if address >= int(self.table.n_keys):
            return False
        heavy = self.inner_product.acc(self.table.values[address]) >= 0
        return bool(heavy != (address in self.excluded))

    def on_classical_vals(self, address):  # type: ignore[no-untyped-def]
        return {"address": address}

    def basis_state_phase(self, address):  # type: ignore[no-untyped-def]
        return -1 if self.is_marked(int(address)) else 1

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox("± heavy")

    def __str__(self) -> str:
        return "HeavyKeyOracle"


@bloq_example
def _heavy_key_oracle() -> HeavyKeyOracle:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    heavy_key_oracle = HeavyKeyOracle(KeyTable.from_values(keys, 3), weights=(3, -1), threshold=4)
    return heavy_key_oracle
