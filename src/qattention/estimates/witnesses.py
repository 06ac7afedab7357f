"""Figures with more than one source: equal, or the estimate is refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from qattention.errors import CheckFailed

BLOQS, GATES, FORMULA = "bloqs", "gates", "formula"
T = TypeVar("T")


class Witnesses:
    """Collects who said what; `table` is the estimate's `witnesses`.

    Args:
        asked: which of bloqs and gates are to speak beside the closed forms.
    """

    def __init__(self, asked: Collection[str] = (BLOQS, GATES)) -> None:
        self.asked = frozenset(asked)
        self.table: dict[str, tuple[str, ...]] = {}

    def agree(self, field: str, values: Mapping[str, T | None]) -> T:
        """The one value that all of "bloqs", "gates", "formula" give; None is no testimony.

        Raises:
            CheckFailed: they differ.
        """
        said = {witness: value for witness, value in values.items() if value is not None}
        first, *others = said.values()
        if any(other != first for other in others):
            told = ", ".join(f"{witness} {value}" for witness, value in said.items())
            raise CheckFailed(f"`{field}`: the witnesses differ: {told}")
        self.table[field] = tuple(said)
        return first

    def single(self, field: str, *witnesses: str) -> None:
        """Note the source of a figure that is not compared."""
        self.table[field] = witnesses
