"""`SelectSwapLoad`: look up blocks of K keys, then bring the wanted one to the front."""

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QAny, QInt, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT, Toffoli, XGate
from qualtran.bloqs.mcmt import And
from qualtran.symbolics import SymbolicInt

from .block_table import block_bits, block_table, loaded_table, n_blocks, n_slots, picks
from .key_load import KeyLoad
from .key_table import KeyTable
from .unary_walk import walk_ands
from .walk_builder import WalkWires
from .xor_word import XorWord


@attrs.frozen
class BlockLoad(KeyLoad):
    """A loader that selects one of R = ceil(n / K) blocks by the high address bits, then a key of it.

    The low l = log2 K bits pick the key: (K - 1) w Toffolis (`block_table`), the other K - 1 words stay as
    junk. A block larger than the table is the whole table; then there is nothing to select.
    """

    table: KeyTable
    block: int = 1
    padded: bool = False

    def __attrs_post_init__(self) -> None:
        block_bits(self.table, self.block)

    @property
    def low_bits(self) -> int:
        """Low address bits l, which tell the keys of a block."""
        return block_bits(self.table, self.block)

    @property
    def n_blocks(self) -> SymbolicInt:
        """Blocks of the table, R."""
        return n_blocks(self.table, self.low_bits)

    @property
    def n_slots(self) -> int:
        """Words held, the key's included."""
        return n_slots(self.table, self.low_bits, self.padded)

    @property
    def block_table(self) -> KeyTable:
        """One row a block."""
        return block_table(self.table, self.low_bits, self.padded)

    @property
    def loaded(self) -> KeyTable:
        return loaded_table(self.table, self.low_bits, self.padded)

    @property
    def other_bits(self) -> SymbolicInt:
        """Bits of the words beside the key."""
        return (self.n_slots - 1) * self.table.word_bits

    @property
    def junk_bits(self) -> SymbolicInt:
        return self.other_bits

    @property
    def is_selected(self) -> bool:
        """Whether there is a high bit to select by (with one block: only to tell padding from it)."""
        if self.table.is_symbolic:
            return True
        return int(self.n_blocks) > 1 or (self.padded and int(self.table.address_bits) > self.low_bits)

    def slots(self, bb: BloqBuilder) -> np.ndarray:
        """Fresh words, shape (slots * d,)."""
        dtype, n_words = QInt(self.table.key_bits), self.n_slots * int(self.table.head_dim)
        return np.array([bb.allocate(dtype=dtype) for _ in range(n_words)])

    def pick(self, bb: BloqBuilder, bits: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, list[SoquetT]]:
        """Bring the word to the front by the address bits; (key, the other bits)."""
        slots = np.array([bb.split(word) for word in words]).reshape(self.n_slots, -1)
        for bit, source, into in picks(self.n_slots, self.low_bits):
            at = len(bits) - 1 - bit
            for i in range(slots.shape[1]):
                (bits[at], slots[source, i]), slots[into, i] = bb.add(
                    Toffoli(), ctrl=[bits[at], slots[source, i]], target=slots[into, i]
                )
        b = int(self.table.key_bits)
        key = np.array([bb.join(word, dtype=QInt(b)) for word in slots[0].reshape(-1, b)])
        return key, list(slots[1:].ravel())

    def out(self, bb: BloqBuilder, bits: SoquetT, key: SoquetT, junk: list[SoquetT]) -> dict[str, SoquetT]:
        """The registers that leave."""
        address = bb.join(np.array(bits), dtype=self.address.dtype)
        held = {"junk": bb.join(np.array(junk), dtype=QAny(self.junk_bits))} if junk else {}
        return {"address": address, "key": key, **held}

    def block_counts(
        self, ands: SymbolicInt, erased: SymbolicInt, cnots: SymbolicInt, x: SymbolicInt
    ) -> dict[Bloq, SymbolicInt]:
        """With the words XORed in and the picking."""
        ones = self.block_table.expected_ones()
        counts: dict[Bloq, SymbolicInt] = {
            And(): ands,
            And().adjoint(): erased,
            CNOT(): cnots + (ones if self.is_selected else 0),
            Toffoli(): self.other_bits,
            XGate(): x if self.is_selected else ones,
        }
        return {bloq: count for bloq, count in counts.items() if count != 0}


@attrs.frozen
class SelectSwapLoad(BlockLoad):
    """|j> -> |j>|k_j>|junk>: a block by unary iteration, then a key of the block (QROAM with clean ancillas).

    Args:
        table: n keys of d signed b-bit integers.
        block: K, a power of two; 1 is `QROMLoad`, n or more the full swap network.
        padded: keep a superposition over all 2**m addresses valid: those >= n load the zero word.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.
        key [right]: shape (d,), signed integers of b bits.
        junk [right]: (K - 1) w bits, functions of the address.

    Costs: ceil(n / K) - 2 And's (with `padded` one more for each 0 below the top bit of ceil(n / K) - 1) and
    (K - 1) w Toffolis, w = d b.

    References:
        Low, Kliuchnikov and Schaeffer, arXiv:1812.00954, section 3 (SelectSwap); Berry et al.,
        arXiv:1902.02134, appendix B. Theirs swap words; here differences are XORed, which saves CNOTs only.
    """

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        self.require_data()
        words, bits = self.slots(bb), bb.split(address)
        n_high = len(bits) - self.low_bits
        walk = WalkWires(bb, bits[:n_high])
        for select, row in walk.leaves(int(self.n_blocks), guard=self.padded):
            if select is None:
                words = bb.add(XorWord(self.block_table, row, selected=False), key=words)
            else:
                word = XorWord(self.block_table, row)
                walk.slots[select], words = bb.add(word, select=walk.slots[select], key=words)
        bits[:n_high] = walk.address()
        key, others = self.pick(bb, bits, words)
        return self.out(bb, bits, key, others)

    def n_ands(self) -> SymbolicInt:
        """And's of the walk."""
        return walk_ands(self.n_blocks, self.padded)

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        ands = self.n_ands()
        return self.block_counts(ands=ands, erased=ands, cnots=2 * ands, x=2)


@bloq_example
def _select_swap_load() -> SelectSwapLoad:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    select_swap_load = SelectSwapLoad(KeyTable.from_values(keys, 3), block=2)
    return select_swap_load
