"""`GroverIterate`, `GroverSearch` and `Readout`."""

from functools import cached_property
from typing import ClassVar

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, CBit, QUInt, Register, Side, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import MeasureZ
from qualtran.drawing import Text, TextBox, WireSymbol, directional_text_box
from qualtran.symbolics import SymbolicInt

from .heavy_key_oracle import HeavyKeyOracle
from .key_table import KeyTable
from .shared_oracle import SharedOracle
from .uniform_superposition import Reflection, UniformSuperposition


@attrs.frozen
class GroverIterate(Bloq):
    """One call of the phase oracle, then the reflection about the start state.

    Registers:
        address: m bits.

    References:
        Boyer, Brassard, Hoyer and Tapp, quant-ph/9605034, section 3.
    """

    part: ClassVar[str] = "iteration"  # its name in paths of parts

    oracle: HeavyKeyOracle | SharedOracle

    @cached_property
    def signature(self) -> Signature:
        return self.oracle.signature

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        address = bb.add(self.oracle, address=address)
        return {"address": bb.add(Reflection(self.oracle.n_items), address=address)}

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        return {self.oracle: 1, Reflection(self.oracle.n_items): 1}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox("iterate")

    def __str__(self) -> str:
        return "GroverIterate"


def _iterations(count: SymbolicInt) -> str:
    return "1 iteration" if count == 1 else f"{count} iterations"


@attrs.frozen
class GroverSearch(Bloq):
    """The start state and `n_iterations` iterates; a marked address is read with probability
    sin((2 m + 1) asin sqrt(t / N))**2.

    Registers:
        address [right]: m bits.
    """

    oracle: HeavyKeyOracle | SharedOracle
    n_iterations: SymbolicInt

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("address", QUInt(self.oracle.table.address_bits), side=Side.RIGHT)])

    @property
    def start(self) -> UniformSuperposition:
        """The start state: all items alike."""
        return UniformSuperposition(self.oracle.n_items)

    def build_composite_bloq(self, bb: BloqBuilder) -> dict[str, SoquetT]:
        address = bb.allocate(dtype=QUInt(self.oracle.table.address_bits))
        address = bb.add(self.start, address=address)
        for _ in range(int(self.n_iterations)):
            address = bb.add(GroverIterate(self.oracle), address=address)
        return {"address": address}

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        iterations = {GroverIterate(self.oracle): self.n_iterations} if self.n_iterations != 0 else {}
        return {self.start: 1, **iterations}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return (
            Text("") if reg is None else directional_text_box(_iterations(self.n_iterations), side=reg.side)
        )

    def __str__(self) -> str:
        return "GroverSearch"


@attrs.frozen
class Readout(Bloq):
    """Measure an address in the computational basis.

    Registers:
        address [left]: m bits.
        index [right]: shape (m,), classical bits, most significant first.
    """

    n_bits: SymbolicInt

    @cached_property
    def signature(self) -> Signature:
        return Signature(
            [
                Register("address", QUInt(self.n_bits), side=Side.LEFT),
                Register("index", CBit(), shape=(self.n_bits,), side=Side.RIGHT),
            ]
        )

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        return {"index": np.array([bb.add(MeasureZ(), q=bit) for bit in bb.split(address)])}

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        return {MeasureZ(): self.n_bits}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else directional_text_box("read", side=reg.side)

    def __str__(self) -> str:
        return "Readout"


@bloq_example
def _grover_iterate() -> GroverIterate:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1]])
    oracle = HeavyKeyOracle(KeyTable.from_values(keys, 3), weights=(3, -1), threshold=6)
    grover_iterate = GroverIterate(oracle)
    return grover_iterate


@bloq_example
def _grover_search() -> GroverSearch:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1]])
    oracle = HeavyKeyOracle(KeyTable.from_values(keys, 3), weights=(3, -1), threshold=6)
    grover_search = GroverSearch(oracle, n_iterations=1)
    return grover_search


@bloq_example
def _readout() -> Readout:
    readout = Readout(3)
    return readout
