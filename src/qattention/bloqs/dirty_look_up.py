"""`DirtyLookUp`: blocks of K keys looked up into wires that hold somebody else's state, and come back."""

from functools import cached_property, lru_cache

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QAny, QInt, QUInt, Register, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT, Toffoli, XGate
from qualtran.bloqs.mcmt import And
from qualtran.drawing import Text, TextBox, WireSymbol
from qualtran.symbolics import SymbolicInt

from .block_table import block_bits, picks
from .key_table import KeyTable
from .select_swap_load import SelectSwapLoad
from .walk_builder import WalkWires
from .xor_word import XorWord, key_register


@lru_cache(maxsize=16)
def without_front(blocks: KeyTable, head_dim: int) -> KeyTable:
    """A block table without slot 0: what the borrowed wires are given, and give back."""
    if not blocks.has_data:
        return KeyTable(n_keys=blocks.n_keys, head_dim=blocks.head_dim - head_dim, key_bits=blocks.key_bits)
    return KeyTable.from_values(blocks.values[:, head_dim:], int(blocks.key_bits))


@attrs.frozen
class DirtyLookUp(Bloq):
    """|j>|z>|x> -> |j>|z XOR k_j>|x>, whatever x is: K - 1 of the words in a block lie in borrowed wires.

    The sum that picks a word is linear in what the wires hold. It is added to the key before the block is
    XORed into them and after, so that x drops out; then the block is XORed out again. Its own inverse.

    Args:
        table: n keys of d signed b-bit integers.
        block: K, a power of two; 1 borrows nothing.
        padded: addresses >= n occur too, and read the zero word.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.
        key: shape (d,), signed integers of b bits.
        dirty: (K - 1) w bits in any state, entangled with anything; only if K > 1.

    Costs: 2 (ceil(n / K) - 2) And's (one walk only if K = 1) and (4 (K - 1) - 2 log2 K) w Toffolis, w = d b.

    References:
        Low, Kliuchnikov and Schaeffer, arXiv:1812.00954, section 3 and figure 1d; Berry et al.,
        arXiv:1902.02134, appendix B: 4 (K - 1) w, by controlled swaps. Here the front word is the key's own
        wires, and what is added to them is not undone: 2 log2 K w fewer.
    """

    table: KeyTable
    block: int = 1
    padded: bool = False

    def __attrs_post_init__(self) -> None:
        block_bits(self.table, self.block)

    @property
    def clean(self) -> SelectSwapLoad:
        """The load with clean wires: the same blocks, walked over in the same way."""
        return SelectSwapLoad(self.table, self.block, self.padded)

    @property
    def n_dirty(self) -> SymbolicInt:
        """Wires that are borrowed, (K - 1) w."""
        return self.clean.other_bits

    @cached_property
    def signature(self) -> Signature:
        registers = [Register("address", QUInt(self.table.address_bits)), key_register(self.table)]
        return Signature(registers + ([Register("dirty", QAny(self.n_dirty))] if self.n_dirty else []))

    def adjoint(self) -> "DirtyLookUp":
        return self

    @property
    def rest_table(self) -> KeyTable:
        """One row a block, without the key's slot."""
        return without_front(self.clean.block_table, self.table.head_dim)

    def build_composite_bloq(
        self, bb: BloqBuilder, address: SoquetT, key: SoquetT, **dirty: SoquetT
    ) -> dict[str, SoquetT]:
        self.clean.require_data()
        bits, b, n_components = bb.split(address), int(self.table.key_bits), int(self.table.head_dim)
        rest = bb.split(dirty["dirty"]).reshape(-1, b) if self.n_dirty else np.empty((0, b), dtype=object)
        words = np.array([*key, *(bb.join(word, dtype=QInt(b)) for word in rest)])
        blocks = self.clean.block_table
        if not self.n_dirty:
            words = self._walk(bb, bits, words, blocks)
        else:
            words = self._walk(bb, bits, self._add_front(bb, bits, words), blocks)
            words = self._add_front(bb, bits, words)
            words[n_components:] = self._walk(bb, bits, words[n_components:], self.rest_table)
        out = {"address": bb.join(bits, dtype=QUInt(len(bits))), "key": words[:n_components]}
        if self.n_dirty:
            wires = np.concatenate([bb.split(word) for word in words[n_components:]])
            out["dirty"] = bb.join(wires, dtype=QAny(self.n_dirty))
        return out

    def _walk(self, bb: BloqBuilder, bits: SoquetT, words: SoquetT, table: KeyTable) -> SoquetT:
        """XOR the block of the high address bits into the words."""
        n_high = len(bits) - self.clean.low_bits
        walk = WalkWires(bb, bits[:n_high])
        for select, row in walk.leaves(int(self.clean.n_blocks), guard=self.padded):
            if select is None:
                words = bb.add(XorWord(table, row, selected=False), key=words)
            else:
                walk.slots[select], words = bb.add(XorWord(table, row), select=walk.slots[select], key=words)
        bits[:n_high] = walk.address()
        return words

    def _add_front(self, bb: BloqBuilder, bits: SoquetT, words: SoquetT) -> SoquetT:
        """Add the picked word to the key's; the others are left as they were."""
        slots = np.array([bb.split(word) for word in words]).reshape(self.clean.n_slots, -1)
        steps = [*picks(self.clean.n_slots, self.clean.low_bits)]
        for bit, source, into in steps + [step for step in reversed(steps) if step[2] > 0]:
            at = len(bits) - 1 - bit
            for i in range(slots.shape[1]):
                (bits[at], slots[source, i]), slots[into, i] = bb.add(
                    Toffoli(), ctrl=[bits[at], slots[source, i]], target=slots[into, i]
                )
        b = int(self.table.key_bits)
        return np.array([bb.join(word, dtype=QInt(b)) for word in slots.reshape(-1, b)])

    def n_toffolis(self) -> SymbolicInt:
        """Those that pick."""
        return 4 * self.n_dirty - 2 * self.clean.low_bits * self.table.word_bits if self.n_dirty else 0

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        clean, walks = self.clean, 2 if self.n_dirty else 1
        ones = clean.block_table.expected_ones()
        ones = ones + self.rest_table.expected_ones() if self.n_dirty else ones
        ands = walks * clean.n_ands()
        counts: dict[Bloq, SymbolicInt] = {
            And(): ands,
            And().adjoint(): ands,
            CNOT(): 2 * ands + (ones if clean.is_selected else 0),
            Toffoli(): self.n_toffolis(),
            XGate(): 2 * walks if clean.is_selected else ones,
        }
        return {bloq: count for bloq, count in counts.items() if count != 0}

    def on_classical_vals(self, address, key, **dirty):  # type: ignore[no-untyped-def]
        word = self.clean.on_classical_vals(address)["key"]  # type: ignore[no-untyped-call]
        return {"address": address, "key": key ^ word.astype(key.dtype), **dirty}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        return TextBox({"address": "j", "key": f"⊕k[{idx[0]}]" if idx else ""}.get(reg.name, "lent"))

    def __str__(self) -> str:
        return "DirtyLookUp"


@bloq_example
def _dirty_look_up() -> DirtyLookUp:
    keys = np.array([[1], [-2], [0], [1], [-1]])
    dirty_look_up = DirtyLookUp(KeyTable.from_values(keys, 2), block=2)
    return dirty_look_up
