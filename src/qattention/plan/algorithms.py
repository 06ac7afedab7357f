"""`AlgorithmKind`: how the rows of a head share work, one record a member."""

from __future__ import annotations

from typing import Literal

import attrs

PhaseKind = Literal["turns", "pairs"]
RowAlgorithm = Literal["row-by-row", "shared-load"]  # those of `Plan`, which a test holds to the records


@attrs.frozen(kw_only=True)
class AlgorithmKind:
    """One way to search all rows.

    Attributes:
        name: as on the command, in JSON and in prose.
        is_join: whether blocks of pairs are searched, in phases, with one certificate over all of them
            (`joins`); else each load of rows is searched to its own end.
        shares: whether more than one row is on a load; None where that is left open.
        phases: what a join's phases may be.
        summary: one sentence for reports. source: where it is from. limits: what a user should know.
    """

    name: str
    is_join: bool
    shares: bool | None
    phases: tuple[PhaseKind, ...]
    summary: str
    source: str
    limits: str

    def __str__(self) -> str:
        return self.name


ROW_BY_ROW = AlgorithmKind(
    name="row-by-row",
    is_join=False,
    shares=False,
    phases=(),
    summary="every row searches all keys that it sees, and certifies by itself",
    source="arXiv:2307.08045, Algorithm 1",
    limits="a look-up serves one row: in gates its cost grows as n^2 at best over all rows",
)
SHARED_LOAD = AlgorithmKind(
    name="shared-load",
    is_join=False,
    shares=True,
    phases=(),
    summary="the union of several rows' keys is searched on one load",
    source="this package",
    limits="the rows' adders stand side by side: about a qubit an And of every row",
)
BLOCKED = AlgorithmKind(
    name="blocked",
    is_join=True,
    shares=None,
    phases=("turns",),
    summary="small blocks of keys, stopped early, then larger ones with more rows a load",
    source="this package; blocks as in Aaronson and Ambainis, quant-ph/0303041",
    limits="finds are certified once, over all pairs: one certificate for all rows, not one a row",
)
PAIR_JOIN = AlgorithmKind(
    name="pair-join",
    is_join=True,
    shares=None,
    phases=("pairs",),
    summary="blocks of rows times keys, both looked up, rows inside a kept load of keys where that pays",
    source="this package; nesting as in quant-ph/0005055",
    limits="both words and a carry an And are held: thousands of qubits, whatever the block",
)
AUTO = AlgorithmKind(
    name="auto",
    is_join=True,
    shares=None,
    phases=("turns", "pairs"),
    summary="the best of all: phases of either kind one after another, or rows on loads of their own",
    source="this package",
    limits="as of the phases that it chooses",
)
ALGORITHMS = {kind.name: kind for kind in (ROW_BY_ROW, SHARED_LOAD, BLOCKED, PAIR_JOIN, AUTO)}
OF_ROWS = {name: kind for name, kind in ALGORITHMS.items() if not kind.is_join}
JOINS = {name: kind for name, kind in ALGORITHMS.items() if kind.is_join}
DEFAULT = ROW_BY_ROW


def rows_on(n_rows: int) -> RowAlgorithm:
    """The algorithm of rows with so many of them on a load."""
    return "row-by-row" if n_rows == 1 else "shared-load"


ALONE = rows_on(1)
