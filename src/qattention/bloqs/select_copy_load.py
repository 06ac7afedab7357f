"""`SelectCopyLoad`: look up slices of a block, and copy the wanted key's slice out of it each time.

A block of K keys is cut into slices of a few bits. Each look-up turns one slice of all K words in the held
wires into the next; a walk over the low address bits then adds the wanted word's slice to the key. What is
looked up are coefficients: with low bit x and s_p = [the other low bits are p] the word is the sum of
c_0 + x c_1 and of all s_p (c_2p + x c_2p+1), p >= 1, so that the walk passes over two words.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

import attrs
import numpy as np
from numpy.typing import NDArray
from qualtran import Bloq, BloqBuilder, QAny, QBit, QInt, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT, Toffoli, XGate
from qualtran.bloqs.mcmt import And
from qualtran.symbolics import SymbolicInt

from .block_table import block_bits
from .key_load import KeyLoad
from .key_table import KeyTable
from .unary_walk import walk_ands
from .walk_builder import WalkWires
from .xor_word import XorWord

Wires = NDArray[np.integer]


@attrs.frozen(kw_only=True)
class Cut:
    """Into blocks of 2**low keys, `slots` of them held, and slices of `width` bits of a word's."""

    low: int
    slots: int
    width: int
    word_bits: int

    @property
    def n_held(self) -> int:
        """Wires of the slots beside the key's."""
        return (self.slots - 1) * self.width

    @property
    def slices(self) -> list[tuple[int, int]]:
        """(first bit, bits) of each."""
        starts = range(0, self.word_bits, self.width)
        return [(start, min(self.width, self.word_bits - start)) for start in starts]

    @property
    def n_pairs(self) -> int:
        """Pairs of slots of a block, the last perhaps of one."""
        return -(-self.slots // 2)

    @property
    def n_odd(self) -> int:
        """Words c_2p+1, p >= 1, each of which takes an And."""
        return max(0, self.slots // 2 - 1)

    def copy_ands(self) -> int:
        """Of one walk over the pairs."""
        return walk_ands(self.n_pairs) + self.n_odd


def cuts(n_keys: int, word_bits: int, block: int, padded: bool) -> Iterator[Cut]:
    """Those whose held wires are no more than `block` - 1 words."""
    for low in range(max(1, (n_keys - 1).bit_length()) + 1):
        slots = 1 << low if padded else min(1 << low, n_keys)
        widest = min(word_bits, (block - 1) * word_bits // max(1, slots - 1))
        if widest or slots == 1:
            n_slices = -(-word_bits // widest) if slots > 1 else 1
            yield Cut(low=low, slots=slots, width=-(-word_bits // n_slices), word_bits=word_bits)


def toffolis(cut: Cut, n_keys: int, padded: bool, clean: bool) -> int:
    """Of a load by this cut."""
    look_up = walk_ands(-(-n_keys >> cut.low), padded)
    if cut.slots == 1:
        return look_up
    n_rounds = len(cut.slices) + (0 if clean else 1)
    copied = cut.word_bits + (0 if clean else cut.width)
    return n_rounds * (look_up + cut.copy_ands()) + (cut.slots - 1) * copied


def _whole(sliced: Sequence[int] | None) -> tuple[int, int] | None:
    """Python's integers, whatever they were stored as."""
    return None if sliced is None else (int(sliced[0]), int(sliced[1]))


@attrs.frozen
class SelectCopyLoad(KeyLoad):
    """|j> -> |j>|k_j>, or |j>|k_j>|junk_j> with clean wires: a block by unary iteration, copied in slices.

    Borrowed wires may hold anything: what they hold is copied into each slice before the first look-up and
    is taken back by the copies after; a last look-up gives it back. An oracle has none to lend: they are
    taken anew, and counted. Clean wires need neither, and stay as junk.

    Args:
        table: n keys of d signed b-bit integers.
        block: K, a power of two: no more wires are held than K - 1 words; clean ones hold just these.
        padded: keep a superposition over all 2**m addresses valid: those >= n load the zero word.
        clean: hold wires that are 0 instead of borrowed ones.
        sliced: (keys a block, bits a slice); None for the fewest Toffolis within K.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.
        key [right]: shape (d,), signed integers of b bits.
        junk [right]: of clean wires, functions of the address.

    Costs: with L keys a block, S slices of at most mu bits and w = d b, (S + 1) (ceil(n / L) + L - 5)
    + (L - 1) (w + mu) And's and Toffolis; with clean wires S (ceil(n / L) + L - 5) + (L - 1) w.

    References:
        "Halving the cost of QROM", arXiv:2605.20334 (SelectCopy; the abstract was read, not the circuits).
    """

    table: KeyTable
    block: int = attrs.field(default=1, converter=int)
    padded: bool = False
    clean: bool = False
    sliced: tuple[int, int] | None = attrs.field(default=None, converter=_whole)

    def __attrs_post_init__(self) -> None:
        block_bits(self.table, self.block if self.sliced is None else self.sliced[0])

    @cached_property
    def cut(self) -> Cut:
        """How blocks and words are cut."""
        n, w = int(self.table.n_keys), int(self.table.word_bits)
        if self.sliced is not None or self.clean:
            keys, width = self.sliced or (self.block, w)
            low = block_bits(self.table, keys)
            slots = 1 << low if self.padded else min(1 << low, n)
            return Cut(low=low, slots=slots, width=width if slots > 1 else w, word_bits=w)
        found = cuts(n, w, self.block, self.padded)
        return min(found, key=lambda cut: toffolis(cut, n, self.padded, clean=False))

    @property
    def n_blocks(self) -> int:
        """Blocks of the table, the last perhaps not full."""
        return -(-int(self.table.n_keys) >> self.cut.low)

    @property
    def is_selected(self) -> bool:
        """Whether there is a high bit to select by (with one block: only to tell padding from it)."""
        return self.n_blocks > 1 or (self.padded and int(self.table.address_bits) > self.cut.low)

    @property
    def lends(self) -> bool:
        """Whether there are borrowed wires."""
        return self.cut.slots > 1 and not self.clean

    @property
    def junk_bits(self) -> int:
        if self.table.is_symbolic:
            return (self.block - 1) * self.table.word_bits if self.clean else 0
        return self.cut.n_held if self.clean else 0

    @property
    def loaded(self) -> KeyTable:
        if not self.clean:
            return self.table
        if not self.table.has_data:
            return KeyTable(
                n_keys=self.table.n_keys, head_dim=self.table.word_bits + self.junk_bits, key_bits=1
            )
        return _loaded(self.table, self.cut, self.padded)

    @property
    def tables(self) -> tuple[KeyTable, ...]:
        """What each look-up XORs in: the key's slice, then the held slots'; in the last these alone."""
        return _tables(self.table, self.cut, self.padded, self.lends)

    def targets(self, key: Wires, held: Wires) -> list[Wires]:
        """Wires of each of the `tables`: of the key, shape (w,), and held, (slots - 1, width)."""
        slices = self.cut.slices
        found = [np.concatenate([key[a : a + n], held[:, :n].ravel()]) for a, n in slices]
        return [*found, held.ravel()] if self.lends else found

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        self.require_data()
        cut, bits = self.cut, bb.split(address)
        wires = {("key", i): bb.allocate(dtype=QBit()) for i in range(cut.word_bits)}
        wires |= {("held", i): bb.allocate(dtype=QBit()) for i in range(cut.n_held)}
        key = np.array([*range(cut.word_bits)])
        held = np.arange(cut.n_held).reshape(cut.slots - 1, cut.width) + cut.word_bits
        soquets = list(wires.values())
        targets, slices = self.targets(key, held), [key[a : a + n] for a, n in cut.slices]
        if self.lends:
            self._copy(bb, bits, soquets, held, slices[0])
            for one in slices[1:]:
                for a, b in zip(slices[0], one, strict=False):
                    soquets[a], soquets[b] = bb.add(CNOT(), ctrl=soquets[a], target=soquets[b])
        for i, table in enumerate(self.tables):
            self._look_up(bb, bits, soquets, targets[i], table)
            if i < len(slices) and cut.slots > 1:
                self._copy(bb, bits, soquets, held, slices[i])
        return self._out(bb, bits, soquets)

    def _out(self, bb: BloqBuilder, bits: SoquetT, soquets: list[SoquetT]) -> dict[str, SoquetT]:
        w, b = self.cut.word_bits, int(self.table.key_bits)
        words = np.array(soquets[:w]).reshape(-1, b)
        out = {
            "address": bb.join(np.array(bits), dtype=self.address.dtype),
            "key": np.array([bb.join(word, dtype=QInt(b)) for word in words]),
        }
        if self.junk_bits:
            out["junk"] = bb.join(np.array(soquets[w:]), dtype=QAny(self.junk_bits))
        elif self.lends:
            for wire in soquets[w:]:
                bb.free(wire)
        return out

    def _look_up(
        self, bb: BloqBuilder, bits: SoquetT, soquets: list[SoquetT], targets: Wires, table: KeyTable
    ) -> None:
        """XOR the row of the high address bits into the targets."""
        n_high = len(bits) - self.cut.low
        walk = WalkWires(bb, bits[:n_high])
        words = np.array([bb.join(np.array([soquets[at]]), dtype=QInt(1)) for at in targets])
        for select, row in walk.leaves(self.n_blocks, guard=self.padded):
            if select is None:
                words = bb.add(XorWord(table, row, selected=False), key=words)
            else:
                walk.slots[select], words = bb.add(XorWord(table, row), select=walk.slots[select], key=words)
        bits[:n_high] = walk.address()
        for at, word in zip(targets, words, strict=True):
            (soquets[at],) = bb.split(word)

    def _copy(self, bb: BloqBuilder, bits: SoquetT, soquets: list[SoquetT], held: Wires, into: Wires) -> None:
        """Add the wanted word's slice to these wires of the key."""

        def add(control: SoquetT, slot: int) -> SoquetT:
            for a, b in zip(held[slot - 1], into, strict=False):
                (control, soquets[a]), soquets[b] = bb.add(
                    Toffoli(), ctrl=[control, soquets[a]], target=soquets[b]
                )
            return control

        cut, first = self.cut, len(bits) - self.cut.low
        bits[-1] = add(bits[-1], 1)
        walk = WalkWires(bb, bits[first:-1])
        for select, pair in walk.leaves(cut.n_pairs):
            if pair == 0:
                continue
            assert select is not None  # more than one pair
            walk.slots[select] = add(walk.slots[select], 2 * pair)
            if 2 * pair + 1 < cut.slots:
                (walk.slots[select], bits[-1]), both = bb.add(And(), ctrl=[walk.slots[select], bits[-1]])
                both = add(both, 2 * pair + 1)
                walk.slots[select], bits[-1] = bb.add(
                    And().adjoint(), ctrl=[walk.slots[select], bits[-1]], target=both
                )
        bits[first:-1] = walk.address()

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        if self.table.is_symbolic:
            return self._symbolic()
        cut, rounds = self.cut, len(self.cut.slices) + (1 if self.lends else 0)
        looked, copied = walk_ands(self.n_blocks, self.padded), cut.copy_ands()
        walked = walk_ands(cut.n_pairs)
        ones = self._ones()
        ands = rounds * (looked + copied)
        x = rounds * ((2 if self.is_selected else 0) + (2 if cut.n_pairs > 1 else 0))
        spread = cut.word_bits - cut.width if self.lends else 0
        counts: dict[Bloq, SymbolicInt] = {
            And(): ands,
            And().adjoint(): ands,
            CNOT(): 2 * rounds * (looked + walked) + spread + (ones if self.is_selected else 0),
            Toffoli(): (cut.slots - 1) * (cut.word_bits + (cut.width if self.lends else 0)),
            XGate(): x + (0 if self.is_selected else ones),
        }
        return {bloq: count for bloq, count in counts.items() if count != 0}

    def _ones(self) -> int:
        """Of what is XORed in; without data half of the bits."""
        if self.table.has_data:
            return sum(int(table.expected_ones()) for table in self.tables)
        n_bits = self.n_blocks * self.cut.slots * self.cut.word_bits
        return -(-n_bits // 2) + (-(-self.n_blocks * self.cut.n_held // 2) if self.lends else 0)

    def _symbolic(self) -> dict[Bloq, SymbolicInt]:
        """Of `sliced` = (K, w), whole words, n a multiple of K: the best cut is chosen by the sizes."""
        n_blocks, rounds = self.table.n_keys / self.block, 1 if self.clean or self.block == 1 else 2
        copied = (self.block - 1) * self.table.word_bits * rounds
        ands = rounds * (n_blocks - 2 + max(0, self.block - 3))
        return {And(): ands, And().adjoint(): ands, **({Toffoli(): copied} if self.block > 1 else {})}


def _coefficients(table: KeyTable, cut: Cut, padded: bool) -> NDArray[np.bool_]:
    """c of every block, shape (blocks, slots, w)."""
    bits, size = table.bits, 1 << cut.low
    missing = -len(bits) % size
    words = np.concatenate([bits, np.zeros((missing, bits.shape[1]), dtype=bool)])
    words = words.reshape(-1, size, bits.shape[1])[:, : cut.slots].copy()
    words[:, 3::2] ^= words[:, 2:-1:2] ^ words[:, 1:2] ^ words[:, :1]
    words[:, 2::2] ^= words[:, :1]
    words[:, 1:2] ^= words[:, :1]
    if missing and not padded and cut.slots == size:
        words[-1, size - missing :] = False  # no address reads them
    return words


def _contents(c: NDArray[np.bool_], cut: Cut) -> Iterator[NDArray[np.bool_]]:
    """Held after each look-up, shape (blocks, slots - 1, width); a narrow slice leaves what is beyond."""
    held = np.zeros((len(c), cut.slots - 1, cut.width), dtype=bool)
    for start, n in cut.slices:
        held = held.copy()
        held[:, :, :n] = c[:, 1:, start : start + n]
        yield held


@lru_cache(maxsize=16)
def _tables(table: KeyTable, cut: Cut, padded: bool, lends: bool) -> tuple[KeyTable, ...]:
    sizes = [cut.slots * n for _, n in cut.slices] + ([cut.n_held] if lends else [])
    n_blocks = -(-int(table.n_keys) >> cut.low)
    if not table.has_data:
        return tuple(KeyTable(n_keys=n_blocks, head_dim=size, key_bits=1) for size in sizes)
    c = _coefficients(table, cut, padded)
    rows, before = list[NDArray[np.bool_]](), np.zeros((len(c), cut.slots - 1, cut.width), dtype=bool)
    for (start, n), held in zip(cut.slices, _contents(c, cut), strict=True):
        changed = (held ^ before)[:, :, :n].reshape(len(c), -1)
        rows.append(np.hstack([c[:, 0, start : start + n], changed]))
        before = held
    rows += [before.reshape(len(c), -1)] if lends else []
    return tuple(KeyTable.from_values(-row.astype(np.int64), 1) for row in rows)


@lru_cache(maxsize=16)
def _loaded(table: KeyTable, cut: Cut, padded: bool) -> KeyTable:
    """The key's bits and what is left in the held wires, by address."""
    *_, held = _contents(_coefficients(table, cut, padded), cut)
    held = held.reshape(len(held), -1)
    n_rows = min(len(held) << cut.low, 1 << int(table.address_bits)) if padded else len(table.bits)
    key = np.zeros((n_rows, cut.word_bits), dtype=bool)
    key[: len(table.bits)] = table.bits
    rows = np.hstack([key, held[np.arange(n_rows) >> cut.low]])
    return KeyTable.from_values(-rows.astype(np.int64), 1)


@bloq_example
def _select_copy_load() -> SelectCopyLoad:
    keys = np.array([[1], [-2], [0]])
    select_copy_load = SelectCopyLoad(KeyTable.from_values(keys, 2), sliced=(2, 2))
    return select_copy_load
