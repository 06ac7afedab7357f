"""`SeveralRows`: what oracles of several query rows on one load have in common with that of the first."""

from functools import cached_property

from qualtran import Bloq, Signature

from qattention.circuit import Circuit

from .heavy_key_oracle import HeavyKeyOracle
from .key_table import KeyTable

Row = tuple[tuple[int, ...], int]  # (q, T)


class SeveralRows(Bloq):
    """Rows that share a table: subclasses hold `base`, the first row's oracle, and `others`, (*q, T) each."""

    base: HeavyKeyOracle
    others: tuple[tuple[int, ...], ...]

    @cached_property
    def signature(self) -> Signature:
        return self.base.signature

    @property
    def table(self) -> KeyTable:
        """The keys that are looked up."""
        return self.base.table

    @property
    def padded(self) -> bool:
        """Whether addresses beyond the keys exist and are looked up too."""
        return self.base.padded

    @property
    def excluded(self) -> tuple[int, ...]:
        """Addresses whose phase is turned once more: keys that were found."""
        return self.base.excluded

    @property
    def n_items(self):  # type: ignore[no-untyped-def]
        """How many addresses are searched."""
        return self.base.n_items

    @property
    def circuit(self) -> Circuit:
        """The choices that the oracle is made by."""
        return self.base.circuit

    @property
    def rows(self) -> tuple[Row, ...]:
        """(q, T) of every row, the first one's first."""
        return (*self.base.rows, *((row[:-1], row[-1]) for row in self.others))
