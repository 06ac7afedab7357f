"""`OneHotLoad`: select blocks by a kept one-hot tree, in logarithmic T-depth."""

from functools import cached_property

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QAny, Register, Side, Signature, SoquetT, bloq_example
from qualtran.symbolics import SymbolicInt

from .halves import halves_ands, halves_cnots, one_hot_code, served_rows
from .key_table import KeyTable
from .measured_unload import MeasuredUnload, best_low_bits, fix_up_ands
from .row_tree import Lines
from .select_swap_load import BlockLoad
from .tree_unload import TreeUnload
from .unary_walk import walk_ands
from .xor_word import XorWord


@attrs.frozen
class OneHotLoad(BlockLoad):
    """|j> -> |j>|k_j>|junk>|tree>: a line a block, grown as a tree, XORs the block; low bits pick a key.

    The lines stay, for the unload's fix-up needs them; unless a fix-up from scratch is cheaper: then the load
    erases them itself.

    Args:
        table: n keys of d signed b-bit integers.
        block: K, a power of two; 1 has a line a key and nothing to pick.
        padded: keep a superposition over all 2**m addresses valid: those >= n load the zero word.
        halves: the lines as products of the codes of the address's halves (`Halves`), where that takes no
            more And's than the tree; padding then has a line a block.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.
        key [right]: shape (d,), signed integers of b bits.
        junk [right]: (K - 1) w bits, functions of the address.
        tree [right]: the lines, one of them 1.

    Costs: R - 2 And's, R = ceil(n / K) (with `padded` one more for each 0 below the top bit of R - 1), log2 R
    layers of them; by halves R - h - 1, h = ceil(log2 R), in ceil(log2 h) layers. Then (K - 1) w Toffolis,
    w = d b.

    References:
        Low, Kliuchnikov and Schaeffer, arXiv:1812.00954, section 3 (SelectSwap); the tree of `OneHot`.
    """

    halves: bool = False

    @property
    def high_bits(self) -> SymbolicInt:
        """High address bits h, which tell the blocks."""
        return self.table.address_bits - self.low_bits

    @property
    def tree(self) -> Lines:
        """The one-hot code of the block's number."""
        return one_hot_code(int(self.n_blocks), int(self.high_bits), self.padded, self.by_halves > 0)

    @property
    def by_halves(self) -> int:
        """Lines made by halves; 0: as a tree that splits."""
        if not self.halves or not self.is_selected:
            return 0
        return served_rows(int(self.n_blocks), int(self.high_bits), self.padded)

    def n_ands(self) -> SymbolicInt:
        """And's of the tree; of lines by halves symbolic n is taken as a power of two."""
        if self.table.is_symbolic and self.halves:
            return self.n_blocks - (self.high_bits + 1)
        if self.by_halves:
            return halves_ands(self.by_halves, int(self.high_bits))
        return walk_ands(self.n_blocks, self.padded)

    @property
    def tree_cnots(self) -> SymbolicInt:
        """CNOTs that make the lines; of a symbolic table by halves without the sums of lines 0."""
        if self.table.is_symbolic:
            return self.n_ands() + (self.n_ands() + self.high_bits + 1 if self.halves else 2)
        return halves_cnots(self.by_halves, int(self.high_bits)) if self.by_halves else self.n_ands() + 2

    @property
    def keeps_tree(self) -> bool:
        """Whether finishing the address's one-hot code costs no more than a fix-up from scratch."""
        if self.table.is_symbolic:
            return True
        from_scratch = fix_up_ands(self.n_rows, best_low_bits(self.n_rows))
        return self.is_selected and max(0, 2**self.low_bits - 2) <= from_scratch

    @property
    def tree_bits(self) -> SymbolicInt:
        """Lines that leave."""
        more = self.high_bits + 1 if self.halves and (self.table.is_symbolic or self.by_halves) else 2
        return self.n_ands() + more if self.keeps_tree else 0

    @cached_property
    def signature(self) -> Signature:
        registers = self.registers()
        if self.keeps_tree:
            registers.append(Register("tree", QAny(self.tree_bits), side=Side.RIGHT))
        return Signature(registers)

    def adjoint(self) -> Bloq:
        return TreeUnload(self) if self.keeps_tree else MeasuredUnload(self)

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        self.require_data()
        words, bits, tree = self.slots(bb), bb.split(address), self.tree
        high = bits[: len(bits) - self.low_bits]
        lines = tree.grow(bb, high) if self.is_selected else []
        for row, line in tree.rows(int(self.n_blocks)):
            if not lines:
                words = bb.add(XorWord(self.block_table, row, selected=False), key=words)
                continue
            word = XorWord(self.block_table, row)
            lines[line], words = bb.add(word, select=lines[line], key=words)
        kept = {}
        if self.keeps_tree:
            kept["tree"] = bb.join(np.array(lines), dtype=QAny(self.tree_bits))
        else:
            tree.fell(bb, high, lines)
        key, others = self.pick(bb, bits, words)
        return {**self.out(bb, bits, key, others), **kept}

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        ands, ways = self.n_ands(), 1 if self.keeps_tree else 2
        cnots = ways * self.tree_cnots if self.is_selected else 0
        return self.block_counts(ands=ands, erased=(ways - 1) * ands, cnots=cnots, x=ways)

    def on_classical_vals(self, address):  # type: ignore[no-untyped-def]
        out = super().on_classical_vals(address)  # type: ignore[no-untyped-call]
        if self.keeps_tree:
            bits = [0] * int(self.tree_bits)
            bits[self.tree.line_of(int(address) >> self.low_bits)] = 1
            out["tree"] = QAny(self.tree_bits).from_bits(bits)
        return out


@bloq_example
def _one_hot_load() -> OneHotLoad:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    one_hot_load = OneHotLoad(KeyTable.from_values(keys, 3), block=2)
    return one_hot_load


@bloq_example
def _tree_unload() -> TreeUnload:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    tree_unload = TreeUnload(OneHotLoad(KeyTable.from_values(keys, 3), block=2), flips=(2,))
    return tree_unload
