"""`SwapNetworkLoad`: all words side by side, level by level the addressed one is brought to the front."""

from functools import lru_cache

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QInt, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT, XGate
from qualtran.bloqs.mcmt import And
from qualtran.symbolics import SymbolicInt, ceil

from .block_table import coefficients, picks
from .key_load import KeyLoad
from .key_table import KeyTable
from .xor_word import XorWord

Choice = tuple[int, int, int, int, SoquetT]  # address bit, slot from, slot into, bit of the word, the And


@lru_cache(maxsize=16)
def level_table(table: KeyTable, padded: bool) -> KeyTable:
    """What the slots are made of: row 0 as they begin, row 1 what the lowest address bit XORs in.

    Slot s begins with word 2 s and gets word 2 s XOR word 2 s + 1, both as coefficients in the other bits
    (`block_table`). Without data only the shape.
    """
    slots = n_slots(table, padded)
    if not table.has_data:
        return KeyTable(n_keys=2, head_dim=slots * table.head_dim, key_bits=table.key_bits)
    keys, bits = table.values, int(table.address_bits) - 1
    if len(keys) % 2:  # the last word's partner: itself, or the zero word of padding
        last = np.zeros_like(keys[-1:]) if padded else keys[-1:]
        keys = np.concatenate([keys, last])
    rows = [coefficients(level, bits)[0, :slots].ravel() for level in (keys[::2], keys[::2] ^ keys[1::2])]
    return KeyTable.from_values(np.array(rows), int(table.key_bits))


def n_slots(table: KeyTable, padded: bool) -> SymbolicInt:
    """Words side by side: two keys to a slot; with padding half of all addresses."""
    if table.is_symbolic:
        return 2 ** (table.address_bits - 1) if padded else ceil(table.n_keys / 2)
    return 1 << (int(table.address_bits) - 1) if padded else -(-int(table.n_keys) // 2)


@attrs.frozen
class SwapNetworkLoad(KeyLoad):
    """|j> -> |j>|k_j>: every word has its wires; each address bit halves the words still in the running.

    A level keeps, of every two words, the one its address bit names. Only the kept half of a controlled swap
    is wanted, so a level is an And a bit and not a swap; the first level chooses between constants, and is
    CNOTs. When the word at the front has been copied, the And's are erased by measurement.

    Args:
        table: n keys of d signed b-bit integers.
        padded: keep a superposition over all 2**m addresses valid: those >= n load the zero word.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.
        key [right]: shape (d,), signed integers of b bits.

    Costs: (ceil(n / 2) - 1) w And's in m - 1 layers, w = d b; with `padded` (2**(m - 1) - 1) w.

    References:
        Low, Kliuchnikov and Schaeffer, arXiv:1812.00954, section 3 (the swap network, there of controlled
        swaps); Gidney, arXiv:1709.06648 (And's erased by measurement).
    """

    table: KeyTable
    padded: bool = False

    @property
    def n_slots(self) -> SymbolicInt:
        """Words that have wires: the keys, or all addresses if padded."""
        return n_slots(self.table, self.padded)

    @property
    def levels(self) -> KeyTable:
        """`level_table` of the keys."""
        return level_table(self.table, self.padded)

    @property
    def is_selected(self) -> bool:
        """Whether the address matters: all but a single key without padding."""
        return bool(self.padded or self.table.is_symbolic or self.table.n_keys > 1)

    def n_ands(self) -> SymbolicInt:
        """Controlled swaps in all, one a bit of every word but one."""
        return (self.n_slots - 1) * self.table.word_bits

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        self.require_data()
        bits, dtype = bb.split(address), QInt(self.table.key_bits)
        words = np.array([bb.allocate(dtype=dtype) for _ in range(int(self.levels.head_dim))])
        words = self._write(bb, bits, words)
        if self.n_slots > 1:
            slots = np.array([bb.split(word) for word in words]).reshape(self.n_slots, -1)
            choices = self._choose(bb, bits, slots)
            key = self._copy(bb, slots[0])
            self._forget(bb, bits, slots, choices)
            words = np.array([bb.join(word, dtype=dtype) for word in slots.reshape(-1, dtype.bitsize)])
            for word in self._write(bb, bits, words, undo=True):
                bb.free(word)
            words = key
        return {"address": bb.join(bits, dtype=self.address.dtype), "key": words}

    def _write(self, bb: BloqBuilder, bits: SoquetT, words: SoquetT, undo: bool = False) -> SoquetT:
        """The first level: one of two constants in every slot."""
        for row in (1, 0) if undo else (0, 1):
            if row == 0:
                words = bb.add(XorWord(self.levels, 0, selected=False), key=words)
            elif self.is_selected:
                bits[-1], words = bb.add(XorWord(self.levels, 1), select=bits[-1], key=words)
        return words

    def _choose(self, bb: BloqBuilder, bits: SoquetT, slots: SoquetT) -> list[Choice]:
        """The other levels, the highest address bit first; what they leave."""
        choices = []
        for bit, source, into in picks(int(self.n_slots), len(bits) - 1):
            at = len(bits) - 2 - bit
            for i in range(slots.shape[1]):
                (bits[at], slots[source, i]), new = bb.add(And(), ctrl=[bits[at], slots[source, i]])
                new, slots[into, i] = bb.add(CNOT(), ctrl=new, target=slots[into, i])
                choices.append((at, source, into, i, new))
        return choices

    def _copy(self, bb: BloqBuilder, front: SoquetT) -> SoquetT:
        """A fresh key XOR the word at the front."""
        key = []
        for i in range(len(front)):
            front[i], bit = bb.add(CNOT(), ctrl=front[i], target=bb.allocate(1))
            key.append(bit)
        parts = np.array(key).reshape(-1, int(self.table.key_bits))
        return np.array([bb.join(part, dtype=QInt(self.table.key_bits)) for part in parts])

    @staticmethod
    def _forget(bb: BloqBuilder, bits: SoquetT, slots: SoquetT, choices: list[Choice]) -> None:
        """The choices backwards, every And by measurement."""
        for at, source, into, i, kept in reversed(choices):
            new, slots[into, i] = bb.add(CNOT(), ctrl=kept, target=slots[into, i])
            pair = [bits[at], slots[source, i]]
            bits[at], slots[source, i] = bb.add(And().adjoint(), ctrl=pair, target=new)

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        ands, w = self.n_ands(), self.table.word_bits
        ways = 1 if self.n_slots == 1 else 2  # the first level is undone unless it leaves the key itself
        always, selected = self._ones()
        counts: dict[Bloq, SymbolicInt] = {
            And(): ands,
            And().adjoint(): ands,
            CNOT(): 2 * ands + (w if ways == 2 else 0) + ways * selected,
            XGate(): ways * always,
        }
        return {bloq: count for bloq, count in counts.items() if count != 0}

    def _ones(self) -> tuple[SymbolicInt, SymbolicInt]:
        """X's and CNOTs of the first level; half of the bits each when there is no data."""
        if self.table.has_data:
            always, selected = (int(row.sum()) for row in self.levels.bits)
        else:
            half = self.levels.word_bits / 2
            always = selected = half if self.table.is_symbolic else -(-self.levels.word_bits // 2)
        return always, selected if self.is_selected else 0


@bloq_example
def _swap_network_load() -> SwapNetworkLoad:
    keys = np.array([[1], [-2], [0], [1], [-1]])
    swap_network_load = SwapNetworkLoad(KeyTable.from_values(keys, 2))
    return swap_network_load
