"""`NestedIterate` and `NestedReadout`: keys looked up outside, Grover steps over rows inside."""

from functools import cached_property
from typing import ClassVar

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, Register, Signature, SoquetT, bloq_example
from qualtran.drawing import Text, TextBox, WireSymbol

from .pair_oracle import PairOracle, small_pairs
from .uniform_superposition import Reflection


@attrs.frozen
class _Nested(Bloq):
    """What both have: the oracle of a block of pairs, and `depth` steps over its rows."""

    oracle: PairOracle
    depth: int = 0

    @cached_property
    def signature(self) -> Signature:
        return self.oracle.signature

    @property
    def about_rows(self) -> Reflection:
        return Reflection(1 << self.oracle.rows.address_bits)

    def add_steps(
        self, bb: BloqBuilder, row: SoquetT, held: dict[str, SoquetT], steps: tuple[str, ...]
    ) -> SoquetT:
        """Marks and reflections of rows under a key that is held."""
        for step in steps:
            if step == "mark":
                row, held["address"], held["key"] = bb.add(
                    self.oracle.row_mark, row=row, key=held["address"], word=held["key"]
                )
            else:
                row = bb.add(self.about_rows, address=row)
        return row

    def add_under_key(self, bb: BloqBuilder, address: SoquetT, steps: tuple[str, ...]) -> SoquetT:
        """The same between a look-up of the key and its unload."""
        row, key = self.oracle.parted(bb, address)
        held = self.oracle.add_load(bb, key)
        row = self.add_steps(bb, row, held, steps)
        return self.oracle.joined(bb, row, bb.add(self.oracle.unload, **held))

    def under_key_counts(self, marks: int, reflections: int) -> dict[Bloq, int]:
        counts: dict[Bloq, int] = dict.fromkeys([*self.oracle.load_parts, self.oracle.unload], 1)
        more = {self.oracle.row_mark: marks, self.about_rows: reflections}
        return counts | {bloq: count for bloq, count in more.items() if count}

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox(f"{type(self).__name__} {self.depth}")

    def __str__(self) -> str:
        return type(self).__name__


@attrs.frozen
class NestedIterate(_Nested):
    """One iteration of amplitude amplification of A = (`depth` Grover steps over rows under each key).

    Load the key; A, the sign of marked pairs, A backwards; unload the key; reflect about all pairs. With
    P the mean over keys of sin((2 depth + 1) asin sqrt(t_j / M))**2, t_j marked rows of M under key j, M
    iterations and `NestedReadout` read a marked pair with probability sin((2 M + 1) asin sqrt P)**2. With
    depth 0 it is a Grover iteration over pairs.

    Args:
        oracle: of the block of pairs. depth: j.

    Registers:
        address: of a pair, m_r + m_k bits.

    Costs: one look-up and unload of a key, 2 j + 1 `RowMark`s, 2 j reflections of rows and one of pairs.

    References:
        Brassard, Hoyer, Mosca and Tapp, quant-ph/0005055, theorem 2.
    """

    part: ClassVar[str] = "iteration"  # its name in paths of parts

    @property
    def about_pairs(self) -> Reflection:
        """The reflection about the uniform superposition of all pairs."""
        return Reflection(self.oracle.n_items)

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        steps = (*("mark", "reflect") * self.depth, "mark", *("reflect", "mark") * self.depth)
        address = self.add_under_key(bb, address, steps)
        return {"address": bb.add(self.about_pairs, address=address)}

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        counts = self.under_key_counts(2 * self.depth + 1, 2 * self.depth)
        counts[self.about_pairs] = counts.get(self.about_pairs, 0) + 1
        return counts


@attrs.frozen
class NestedReadout(_Nested):
    """A once more, before a pair is read: none of it with depth 0.

    Registers:
        address: of a pair.

    Costs: with a depth j > 0 one look-up and unload of a key, j `RowMark`s and reflections of rows.
    """

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        if not self.depth:
            return {"address": address}
        return {"address": self.add_under_key(bb, address, ("mark", "reflect") * self.depth)}

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        return self.under_key_counts(self.depth, self.depth) if self.depth else {}


@bloq_example
def _nested_iterate() -> NestedIterate:
    queries, keys = np.array([[1, -2], [0, 1]]), np.array([[1, -1], [-2, 0], [0, 1], [1, 1]])
    nested_iterate = NestedIterate(small_pairs(queries, keys, [1, 1], bits=2), depth=1)
    return nested_iterate


@bloq_example
def _nested_readout() -> NestedReadout:
    queries, keys = np.array([[1, -2], [0, 1]]), np.array([[1, -1], [-2, 0], [0, 1], [1, 1]])
    nested_readout = NestedReadout(small_pairs(queries, keys, [1, 1], bits=2), depth=1)
    return nested_readout
