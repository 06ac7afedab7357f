"""`LoaderKind` and `InnerProductKind`: one record a member of a family, everything that is known of it.

Closed forms of a loader are functions of (n, w, K, padded): keys, bits of a key, keys a block (1 for a loader
without blocks), and whether all 2**m addresses are served. Those of an inner product are functions of the
sums of many rows (`formulas.RowSums`). All take and give arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.costs import AnyIntArray, Costs, IntArray

SizedCosts = Callable[[ArrayLike, ArrayLike, ArrayLike, bool], Costs]
SizedInts = Callable[[ArrayLike, ArrayLike, ArrayLike, bool], AnyIntArray]
SizedParts = Callable[[ArrayLike, ArrayLike, ArrayLike, bool], tuple[AnyIntArray, ...]]
LoadLayers = Callable[[ArrayLike, ArrayLike, ArrayLike, bool, ArrayLike | None, int | None], IntArray]
UnloadLayers = Callable[[ArrayLike, ArrayLike, ArrayLike, bool, int | None], IntArray]


def _by_name(name: str) -> LoaderKind | InnerProductKind:
    """A member of a family, for what was pickled; the families rest on this module."""
    families = import_module(".families", __package__)
    found: LoaderKind | InnerProductKind = {**families.LOADERS, **families.INNER_PRODUCTS}[name]
    return found


class Named:
    """Records are told apart by their names, and pickled as them: their closed forms stay where they are."""

    name: str

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.name == self.name

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.name))

    def __repr__(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.name


@attrs.frozen
class Margin:
    """How far above the gates a form may be, 64 Cliffords a layer: `layers`, or `percent` where that is more.

    Both 0: exact. Never below, for words that share bits (`formulas.clifford_depth`).
    """

    layers: int = 0
    percent: float = 0.0

    def above(self, built: float) -> float:
        """The most that it may be where gates have so many layers."""
        return built + max(self.layers, built * self.percent / 100)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LoaderKind(Named):
    """A key loader, its unload included.

    Attributes:
        name: as on the command, in JSON and in prose.
        rank: the place among its family; the lowest is the default.
        bloq: "module:Class" of the load; a leading dot is this package's room of bloqs.
        arguments: of the class, beside table, block and padded.
        has_blocks: whether K keys are looked up at once, K a power of two.
        is_device: whether a memory outside the circuit answers: no gates, whole words.
        is_stock: whether it is what stock parts give (`--plan naive`).
        only_asked: whether it is taken only where it is asked for by name.
        has_fix_up: whether its unload measures, so that any phase of the address rides along.
        inverts: whether its gates can be run backwards in place of a measured unload (closed forms hold for
            walks and trees of lines, whose junk is what `measured_bits` has beside the key).
        in_symbols: whether its counts are written in n, d and b for every n, not for powers of two or by a
            choice that the sizes decide.
        xored_bits: bits that one load XORs in or writes where they are set, an array each time that it does.
        measured_bits: bits of a row that the unload measures: what its fix-up XORs where they are set.
        load: |j> -> |j>|k_j>|junk_j>. own_unload: key and junk given back, with the fewest And's.
        kept_bits: wires held from load to unload beside the key; junk is measured at once, and none of them.
        load_t_depth, own_unload_t_depth: layers under the default rule of `lowering.schedule`.
        load_cliffords: of the load, what it XORs in apart. own_unload_cliffords: whatever is measured.
        load_clifford_depth: layers, of the 1s written as constants as well (None: half of their bits), and of
            Cliffords a layer (None: any number). own_unload_clifford_depth: with the latter.
        load_margin, unload_margin: of their Clifford depths.
        table_ones: (bits of a table, shape (n, w), K, padded) -> its 1s (`formulas.table_ones`); None where
            only gates tell.
        leading: symbols -> leading terms of a look-up and its unload as n grows (`estimates.scaling`); None
            where they are not known.
        how: how keys are looked up, for reports: "by unary iteration".
        source: where the construction is from. limits: what a user should know before relying on it.
        remake: gives the record for its name again.
    """

    name: str
    rank: int
    bloq: str
    arguments: Mapping[str, object]
    has_blocks: bool
    is_device: bool
    is_stock: bool
    only_asked: bool
    has_fix_up: bool
    inverts: bool
    in_symbols: bool
    xored_bits: SizedParts
    measured_bits: SizedInts
    load: SizedCosts
    own_unload: SizedCosts
    kept_bits: SizedInts
    load_t_depth: SizedInts
    own_unload_t_depth: SizedInts
    load_cliffords: SizedInts
    own_unload_cliffords: SizedInts
    load_clifford_depth: LoadLayers
    own_unload_clifford_depth: UnloadLayers
    load_margin: Margin
    unload_margin: Margin
    table_ones: Callable[[NDArray[np.bool_], int, bool], Any] | None
    leading: Callable[[Any], Mapping[str, Any]] | None
    how: str
    source: str
    limits: str
    remake: Callable[[str], Any] = _by_name

    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        return self.remake, (self.name,)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class InnerProductKind(Named):
    """A form of the inner product <q, k> - T of a loaded key with classical q and T.

    Attributes:
        name, rank, bloq: as of a loader; the class is called with (weights, threshold, key_bits, uncompute).
        is_stock, only_asked: as of a loader.
        weighs_zeros: whether components of weight 0 are multiplied too, so that they have to be loaded.
        figures: sums -> And's, junk and work wires of each row (`formulas.SumFigures`).
        t_depth: (sums, first row, rows of each load) -> layers of all sums on each load, ladder included.
        cliffords: sums -> those of each row, there and back. tape: sums of one row -> its gates, there and
            back (`formulas.tape`).
        most_toffoli: (head_dim, query_bits, key_bits, width) -> And's both ways that no row exceeds.
        how, source, limits: as of a loader.
    """

    name: str
    rank: int
    bloq: str
    is_stock: bool
    only_asked: bool
    weighs_zeros: bool
    figures: Callable[[Any], Any]
    t_depth: Callable[[Any, IntArray, IntArray], IntArray]
    cliffords: Callable[[Any], tuple[IntArray, IntArray]]
    tape: Callable[[Any], tuple[Any, Any]]
    most_toffoli: Callable[[int, int, int, int], int]
    how: str
    source: str
    limits: str

    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        return _by_name, (self.name,)
