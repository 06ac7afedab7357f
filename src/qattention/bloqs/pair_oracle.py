"""`PairOracle`: heavy pairs of a row and a key, both looked up."""

from functools import cached_property
from typing import ClassVar

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QInt, QUInt, Register, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import ZGate
from qualtran.drawing import Text, TextBox, WireSymbol

from qattention.circuit import Circuit
from qattention.errors import SpecError, bad

from .key_load import KeyLoad
from .made_of import load_of, unload_of
from .measure_junk import MeasureJunk
from .pair_signs import ListedSign, SeenSign
from .pair_table import PairTable
from .square_sum import SquareSum
from .storing import as_argument


@attrs.frozen
class RowMark(Bloq):
    """|i>|j>|k_j> -> (-1)**([i sees j and <q_i, k_j> >= T_i] XOR [(i, j) known]) |i>|j>|k_j>, a key held.

    Args:
        rows, keys: both sides; of `keys` only the shape counts here.
        circuit: of the rows' look-up.

    Registers:
        row: address of the row, m_r bits. key: address of the key, m_k bits.
        word: shape (bits of a key's word,), the key as it was looked up.
    """

    part: ClassVar[str] = "row_mark"  # its name in paths of parts

    rows: PairTable
    keys: PairTable
    circuit: Circuit = attrs.field(converter=as_argument)

    @cached_property
    def signature(self) -> Signature:
        return Signature(
            [
                Register("row", QUInt(self.rows.address_bits)),
                Register("key", QUInt(self.keys.address_bits)),
                Register("word", QInt(1), shape=(self.keys.word_bits,)),
            ]
        )

    def adjoint(self) -> "RowMark":
        return self

    @property
    def load(self) -> KeyLoad:
        """The look-up of a row's query."""
        return load_of(self.circuit, self.rows.table)

    @property
    def unload(self) -> Bloq:
        """Its undoing, junk measured where the load leaves any."""
        unload = unload_of(self.circuit, self.load)
        return attrs.evolve(unload, junk_measured=self.load.junk_bits != 0)

    @property
    def square_sum(self) -> SquareSum:
        """The product of two words that are both loaded."""
        return SquareSum(self.rows.widths)

    def build_composite_bloq(
        self, bb: BloqBuilder, row: SoquetT, key: SoquetT, word: SoquetT
    ) -> dict[str, SoquetT]:
        held: dict[str, SoquetT] = bb.add_d(self.load, address=row)
        if "junk" in held:
            held["junk"] = bb.add(MeasureJunk(self.load.junk_bits), junk=held["junk"])
        n = self.rows.sum_bits
        out = bb.add_d(self.square_sum, row=held["key"][:n], key=word[:n])
        key, out["sign"] = self._signed(bb, key, held["key"], out["sign"])
        held["key"][:n], word[:n] = bb.add(self.square_sum.adjoint(), **out)
        key, held["key"] = self._listed(bb, key, held["key"], self.rows)
        held["address"], word = self._listed(bb, held["address"], word, self.keys)
        return {"row": bb.add(self.unload, **held), "key": key, "word": word}

    def _signed(self, bb: BloqBuilder, key: SoquetT, word: SoquetT, sign: SoquetT) -> tuple[SoquetT, SoquetT]:
        """The sign where the row sees the key."""
        if not self.rows.n_limits:
            return key, bb.add(ZGate(), q=sign)
        for part in self._parts(self.rows.sum_bits, self.rows.slots_start, self.rows.other_bits):
            key, word[part], sign = bb.add(
                SeenSign(self.rows.other_bits), address=key, bound=word[part], sign=sign
            )
        return key, sign

    @staticmethod
    def _parts(start: int, stop: int, bits: int) -> list[slice]:
        """Of a word, bits + 1 each."""
        return [slice(at, at + bits + 1) for at in range(start, stop, bits + 1)]

    def _listed(
        self, bb: BloqBuilder, address: SoquetT, word: SoquetT, side: PairTable
    ) -> tuple[SoquetT, SoquetT]:
        """The sign back where one of the word's known addresses is this one."""
        for part in self._parts(side.slots_start, side.word_bits, side.other_bits):
            address, word[part] = bb.add(ListedSign(side.other_bits), address=address, slot=word[part])
        return address, word

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        parts: list[Bloq] = [self.load, self.square_sum, self.square_sum.adjoint(), self.unload]
        if self.load.junk_bits:
            parts.append(MeasureJunk(self.load.junk_bits))
        counts = dict.fromkeys(parts, 1)
        limits = self.rows.n_limits
        counts |= {SeenSign(self.rows.other_bits): limits} if limits else {ZGate(): 1}
        for side in (self.rows, self.keys):
            if side.n_slots:
                listed = ListedSign(side.other_bits)
                counts[listed] = counts.get(listed, 0) + side.n_slots
        return counts

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox({"row": "± heavy", "key": "j"}.get(reg.name, "k"))

    def __str__(self) -> str:
        return "RowMark"


@attrs.frozen
class PairOracle(Bloq):
    """|i, j> -> (-1)**([i sees j and <q_i, k_j> >= T_i] XOR [(i, j) known]) |i, j>.

    Over 2**m_r rows i and 2**m_k keys j.

    Args:
        rows, keys: both sides. row_circuit, key_circuit: how each is looked up; all addresses are served.

    Registers:
        address: m_r bits of the row, then m_k of the key.

    Costs: both look-ups and unloads, a `SquareSum`, m - 1 And's for each place of a known address, and m for
    each bound of the keys that rows see.

    Raises:
        SpecError: a loader without a fix-up, or sides that do not fit each other.
    """

    part: ClassVar[str] = "oracle"  # its name in paths of parts

    rows: PairTable
    keys: PairTable
    row_circuit: Circuit = attrs.field(converter=as_argument)
    key_circuit: Circuit = attrs.field(converter=as_argument)

    def __attrs_post_init__(self) -> None:
        problems = [
            bad("loader", str(circuit.loader), "one whose unload measures")
            for circuit in (self.row_circuit, self.key_circuit)
            if not circuit.loader.has_fix_up
        ]
        if self.rows.widths != self.keys.widths:
            problems.append(bad("widths", self.keys.widths, f"{self.rows.widths}, as of the rows"))
        for side, other in ((self.rows, self.keys), (self.keys, self.rows)):
            if side.n_slots + side.n_limits and side.other_bits != other.address_bits:
                problems.append(bad("other_bits", side.other_bits, f"{other.address_bits}"))
        if problems:
            raise SpecError(problems)

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("address", QUInt(self.n_bits))])

    @property
    def n_bits(self) -> int:
        """Address bits of a row and of a key together, m_r + m_k."""
        return self.rows.address_bits + self.keys.address_bits

    @property
    def n_items(self) -> int:
        """Pairs of the block, a power of two."""
        return 1 << self.n_bits

    def adjoint(self) -> "PairOracle":
        return self

    @property
    def load(self) -> KeyLoad:
        """Of a key."""
        return load_of(self.key_circuit, self.keys.table)

    @property
    def unload(self) -> Bloq:
        """Of a key."""
        unload = unload_of(self.key_circuit, self.load)
        return attrs.evolve(unload, junk_measured=self.load.junk_bits != 0)

    @property
    def row_mark(self) -> RowMark:
        """The part that runs while a key is held."""
        return RowMark(self.rows, self.keys, self.row_circuit)

    def add_load(self, bb: BloqBuilder, key: SoquetT) -> dict[str, SoquetT]:
        """What the key's load puts out, its junk measured: what `unload` takes."""
        held: dict[str, SoquetT] = bb.add_d(self.load, address=key)
        if "junk" in held:
            held["junk"] = bb.add(MeasureJunk(self.load.junk_bits), junk=held["junk"])
        return held

    @property
    def load_parts(self) -> list[Bloq]:
        """The bloqs of `add_load`."""
        junk = self.load.junk_bits
        return [self.load, MeasureJunk(junk)] if junk else [self.load]

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        row, key = self.parted(bb, address)
        held = self.add_load(bb, key)
        row, held["address"], held["key"] = bb.add(
            self.row_mark, row=row, key=held["address"], word=held["key"]
        )
        return {"address": self.joined(bb, row, bb.add(self.unload, **held))}

    def parted(self, bb: BloqBuilder, address: SoquetT) -> tuple[SoquetT, SoquetT]:
        """Addresses of row and key."""
        bits, m = bb.split(address), self.rows.address_bits
        return bb.join(bits[:m], dtype=QUInt(m)), bb.join(bits[m:], dtype=QUInt(self.keys.address_bits))

    def joined(self, bb: BloqBuilder, row: SoquetT, key: SoquetT) -> SoquetT:
        """The address of a pair again."""
        bits = np.concatenate([bb.split(row), bb.split(key)])
        return bb.join(bits, dtype=QUInt(self.n_bits))

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        return dict.fromkeys([*self.load_parts, self.row_mark, self.unload], 1)

    def on_classical_vals(self, address):  # type: ignore[no-untyped-def]
        return {"address": address}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox("± heavy pair")

    def __str__(self) -> str:
        return "PairOracle"


def padded_circuit(circuit: Circuit) -> Circuit:
    """Served over all addresses: both sides of a pair are full."""
    return attrs.evolve(circuit, padding="on")


def small_pairs(
    queries: np.ndarray, keys: np.ndarray, thresholds: list[int], bits: int, circuit: Circuit | None = None
) -> PairOracle:
    """The oracle of a few rows and keys, nothing known."""
    widths, how = (bits,) * keys.shape[1], padded_circuit(circuit or Circuit())
    rows = PairTable.of(queries, widths, thresholds)
    return PairOracle(rows, PairTable.of(keys, widths), how, how)


@bloq_example
def _pair_oracle() -> PairOracle:
    queries, keys = np.array([[1, -2], [0, 1]]), np.array([[1, -1], [-2, 0], [0, 1], [1, 1]])
    pair_oracle = small_pairs(queries, keys, [1, 1], bits=2)
    return pair_oracle


@bloq_example
def _row_mark() -> RowMark:
    queries, keys = np.array([[1, -2], [0, 1]]), np.array([[1, -1], [-2, 0], [0, 1], [1, 1]])
    row_mark = small_pairs(queries, keys, [1, 1], bits=2).row_mark
    return row_mark
