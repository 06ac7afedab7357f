"""`FindHeavyKeys` (one row) and `SparseAttention` (all rows): the paper's Algorithm 1."""

from collections import Counter
from functools import cached_property

import attrs
import numpy as np
from qualtran import (
    Bloq,
    BloqBuilder,
    CBit,
    DecomposeTypeError,
    Register,
    Side,
    Signature,
    SoquetT,
    bloq_example,
)
from qualtran.drawing import Text, WireSymbol, directional_text_box
from qualtran.symbolics import SymbolicInt, is_symbolic

from .grover import GroverSearch, Readout
from .heavy_key_oracle import HeavyKeyOracle
from .key_table import KeyTable
from .shared_oracle import SharedOracle

MAX_DRAWN = 256  # circuits of more searches, or more rows, are counted but not written out


@attrs.frozen
class FindHeavyKeys(Bloq):
    """Every search that finding all heavy keys of a row may run, each read out.

    What runs next depends on what was measured, so the circuit is the worst case of a schedule; the search
    that follows a find excludes it by its oracle's fix-up, at the same cost.

    Args:
        oracle: of the row.
        searches: (iterations, how often) pairs.

    Registers:
        index [right]: shape (number of searches, m), classical bits.

    References:
        arXiv:2307.08045, Theorem 3.1 and Algorithm 1.
    """

    oracle: HeavyKeyOracle | SharedOracle
    searches: tuple[tuple[SymbolicInt, SymbolicInt], ...]

    @property
    def n_searches(self) -> SymbolicInt:
        """How many searches there are."""
        return sum((count for _, count in self.searches), 0)

    @cached_property
    def signature(self) -> Signature:
        shape = (self.n_searches, self.oracle.table.address_bits)
        return Signature([Register("index", CBit(), shape=shape, side=Side.RIGHT)])

    def build_composite_bloq(self, bb: BloqBuilder) -> dict[str, SoquetT]:
        if is_symbolic(self.n_searches) or self.n_searches > MAX_DRAWN:
            raise DecomposeTypeError(f"`searches`: {self.n_searches}; a circuit has at most {MAX_DRAWN}")
        read = []
        for n_iterations, count in self.searches:
            for _ in range(int(count)):
                address = bb.add(GroverSearch(self.oracle, n_iterations))
                read.append(bb.add(Readout(self.oracle.table.address_bits), address=address))
        return {"index": np.array(read)}

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        counts: Counter[Bloq] = Counter()
        for n_iterations, count in self.searches:
            counts[GroverSearch(self.oracle, n_iterations)] += count
        counts[Readout(self.oracle.table.address_bits)] += self.n_searches
        return dict(counts)

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return Text("")
        searches = "1 search" if self.n_searches == 1 else f"{self.n_searches} searches"
        return directional_text_box(searches, side=reg.side)

    def __str__(self) -> str:
        return "FindHeavyKeys"


@attrs.frozen
class SparseAttention(Bloq):
    """Algorithm 1 over all query rows of a head; rows of equal cost share one entry.

    Args:
        rows: (row, how many rows like it) pairs.

    Registers:
        index [right]: shape (classical bits read,).
    """

    rows: tuple[tuple[FindHeavyKeys, SymbolicInt], ...]

    @property
    def n_rows(self) -> SymbolicInt:
        """How many query rows there are."""
        return sum((count for _, count in self.rows), 0)

    @cached_property
    def signature(self) -> Signature:
        bits = sum(count * row.n_searches * row.oracle.table.address_bits for row, count in self.rows)
        return Signature([Register("index", CBit(), shape=(bits,), side=Side.RIGHT)])

    def build_composite_bloq(self, bb: BloqBuilder) -> dict[str, SoquetT]:
        if is_symbolic(self.n_rows) or self.n_rows > MAX_DRAWN:
            raise DecomposeTypeError(f"`rows`: {self.n_rows} of them; a circuit has at most {MAX_DRAWN}")
        read = [bb.add(row).reshape(-1) for row, count in self.rows for _ in range(int(count))]
        return {"index": np.concatenate(read)}

    def build_call_graph(self, ssa) -> dict[Bloq, SymbolicInt]:  # type: ignore[no-untyped-def]
        counts: Counter[Bloq] = Counter()
        for row, count in self.rows:
            counts[row] += count
        return dict(counts)

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else directional_text_box("attention", side=reg.side)

    def __str__(self) -> str:
        return "SparseAttention"


@bloq_example
def _find_heavy_keys() -> FindHeavyKeys:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1]])
    oracle = HeavyKeyOracle(KeyTable.from_values(keys, 3), weights=(3, -1), threshold=6)
    find_heavy_keys = FindHeavyKeys(oracle, searches=((1, 2), (0, 1)))
    return find_heavy_keys


@bloq_example
def _sparse_attention() -> SparseAttention:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1]])
    oracle = HeavyKeyOracle(KeyTable.from_values(keys, 3), weights=(3, -1), threshold=6)
    sparse_attention = SparseAttention(rows=((FindHeavyKeys(oracle, searches=((1, 1),)), 2),))
    return sparse_attention
