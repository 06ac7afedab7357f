"""`BucketBrigadeLoad`: a bucket-brigade memory as a circuit, its cells wires like any others."""

from functools import cached_property, lru_cache
from itertools import takewhile

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QAny, QInt, Register, Side, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CNOT, XGate
from qualtran.bloqs.mcmt import And
from qualtran.symbolics import SymbolicInt

from .key_load import KeyLoad
from .key_table import KeyTable
from .measured_unload import MeasuredUnload
from .row_tree import RowTree, row_tree
from .tree_unload import TreeUnload
from .unary_walk import walk_ands
from .xor_word import XorWord


@lru_cache(maxsize=16)
def cell_table(table: KeyTable) -> KeyTable:
    """The whole table as one row: what is written into the cells."""
    if not table.has_data:
        return KeyTable(n_keys=1, head_dim=table.n_keys * table.head_dim, key_bits=table.key_bits)
    return KeyTable.from_values(table.values.reshape(1, -1), int(table.key_bits))


def fan_in(n_rows: int) -> list[tuple[int, int]]:
    """(from, into) of a tree of sums that ends in row 0, log2 n levels deep."""
    strides = takewhile(lambda stride: stride < n_rows, (1 << i for i in range(64)))
    return [(row + stride, row) for stride in strides for row in range(0, n_rows - stride, 2 * stride)]


@attrs.frozen
class BucketBrigadeLoad(KeyLoad):
    """|j> -> |j>|k_j>|tree>: the address opens a path to one cell, whose content goes into the key.

    The tree of routers is the one-hot code of the address, a line a cell. Each bit of a cell is read by an
    And of line and bit, added to the key and erased by measurement; one after another (serial), or all at
    once and summed by a tree (parallel). The lines stay for the unload's fix-up.

    Args:
        table: n keys of d signed b-bit integers.
        padded: keep a superposition over all 2**m addresses valid: those >= n load the zero word.
        parallel: read all cells at once, with n w wires more.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.
        key [right]: shape (d,), signed integers of b bits.
        tree [right]: the lines, one of them 1.

    Costs: (n - 2) + n w And's (with `padded` one more for each 0 below the top bit of n - 1), w = d b; m - 1
    layers for the tree, then n w layers (serial) or one (parallel).

    References:
        Giovannetti, Lloyd and Maccone, arXiv:0708.1879; as circuits Arunachalam et al., arXiv:1502.03450,
        figure 9, and Di Matteo, Gheorghiu and Mosca, arXiv:1902.01329 (serial and parallel).
    """

    table: KeyTable
    padded: bool = False
    parallel: bool = False

    low_bits = 0  # a line a key, as `TreeUnload` wants to know

    @property
    def n_blocks(self) -> SymbolicInt:
        """Lines that stand for keys: n."""
        return self.table.n_keys

    @property
    def tree(self) -> RowTree:
        """The routers of the path, as a tree of rows."""
        return row_tree(int(self.table.n_keys), int(self.table.address_bits), self.padded)

    def n_ands(self) -> SymbolicInt:
        """Of the tree."""
        return walk_ands(self.table.n_keys, self.padded)

    @property
    def keeps_tree(self) -> bool:
        """Whether there is a tree: all but a single key without padding."""
        return bool(self.table.is_symbolic or self.padded or self.table.n_keys > 1)

    @property
    def tree_bits(self) -> SymbolicInt:
        """Its lines."""
        return self.n_ands() + 2 if self.keeps_tree else 0

    @property
    def tree_cnots(self) -> SymbolicInt:
        """CNOTs that make its lines."""
        return self.n_ands() + 2

    @cached_property
    def signature(self) -> Signature:
        tree = [Register("tree", QAny(self.tree_bits), side=Side.RIGHT)] if self.keeps_tree else []
        return Signature(self.registers() + tree)

    def adjoint(self) -> Bloq:
        return TreeUnload(self) if self.keeps_tree else MeasuredUnload(self)

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        self.require_data()
        bits, dtype, n = bb.split(address), QInt(self.table.key_bits), int(self.table.n_keys)
        lines = self.tree.grow(bb, bits)
        cells = np.array([bb.allocate(dtype=dtype) for _ in range(n * int(self.table.head_dim))])
        write = XorWord(cell_table(self.table), 0, selected=False)
        cells = np.array([bb.split(cell) for cell in bb.add(write, key=cells)]).reshape(n, -1)
        key = np.array([bb.allocate(1) for _ in range(cells.shape[1])])
        read = self._copy if not lines else self._all_at_once if self.parallel else self._one_by_one
        read(bb, lines, cells, key)
        words = np.array([bb.join(cell, dtype=dtype) for cell in cells.reshape(-1, dtype.bitsize)])
        for cell in bb.add(write, key=words):
            bb.free(cell)
        parts = key.reshape(-1, dtype.bitsize)
        out = {"address": bb.join(bits, dtype=self.address.dtype)}
        out["key"] = np.array([bb.join(part, dtype=dtype) for part in parts])
        return out | ({"tree": bb.join(np.array(lines), dtype=QAny(self.tree_bits))} if lines else {})

    def _copy(self, bb: BloqBuilder, lines: list[SoquetT], cells: SoquetT, key: SoquetT) -> None:
        for i in range(len(key)):
            cells[0, i], key[i] = bb.add(CNOT(), ctrl=cells[0, i], target=key[i])

    def _one_by_one(self, bb: BloqBuilder, lines: list[SoquetT], cells: SoquetT, key: SoquetT) -> None:
        for row, line in self.tree.rows(len(cells)):
            for i in range(len(key)):
                (lines[line], cells[row, i]), bit = bb.add(And(), ctrl=[lines[line], cells[row, i]])
                bit, key[i] = bb.add(CNOT(), ctrl=bit, target=key[i])
                pair = [lines[line], cells[row, i]]
                lines[line], cells[row, i] = bb.add(And().adjoint(), ctrl=pair, target=bit)

    def _all_at_once(self, bb: BloqBuilder, lines: list[SoquetT], cells: SoquetT, key: SoquetT) -> None:
        read = np.empty_like(cells)
        for row, line in self.tree.rows(len(cells)):
            for i in range(len(key)):
                (lines[line], cells[row, i]), read[row, i] = bb.add(And(), ctrl=[lines[line], cells[row, i]])
        sums = fan_in(len(cells))
        self._add_rows(bb, read, sums)
        for i in range(len(key)):
            read[0, i], key[i] = bb.add(CNOT(), ctrl=read[0, i], target=key[i])
        self._add_rows(bb, read, sums[::-1])
        for row, line in self.tree.rows(len(cells)):
            for i in range(len(key)):
                pair = [lines[line], cells[row, i]]
                lines[line], cells[row, i] = bb.add(And().adjoint(), ctrl=pair, target=read[row, i])

    @staticmethod
    def _add_rows(bb: BloqBuilder, read: SoquetT, sums: list[tuple[int, int]]) -> None:
        for source, into in sums:
            for i in range(read.shape[1]):
                read[source, i], read[into, i] = bb.add(CNOT(), ctrl=read[source, i], target=read[into, i])

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        ands, n, w = self.n_ands(), self.table.n_keys, self.table.word_bits
        reads = n * w if self.keeps_tree else 0
        added = (2 * n - 1) * w if self.parallel and self.keeps_tree else n * w
        counts: dict[Bloq, SymbolicInt] = {
            And(): ands + reads,
            And().adjoint(): reads,
            CNOT(): added + (ands + 2 if self.keeps_tree else 0),
            XGate(): 2 * cell_table(self.table).expected_ones() + (1 if self.keeps_tree else 0),
        }
        return {bloq: count for bloq, count in counts.items() if count != 0}

    def on_classical_vals(self, address):  # type: ignore[no-untyped-def]
        out = super().on_classical_vals(address)  # type: ignore[no-untyped-call]
        if self.keeps_tree:
            bits = [0] * int(self.tree_bits)
            bits[self.tree.line_of(int(address))] = 1
            out["tree"] = QAny(self.tree_bits).from_bits(bits)
        return out


@bloq_example
def _bucket_brigade_load() -> BucketBrigadeLoad:
    keys = np.array([[1], [-2], [0]])
    bucket_brigade_load = BucketBrigadeLoad(KeyTable.from_values(keys, 2))
    return bucket_brigade_load
