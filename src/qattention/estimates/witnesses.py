"""Figures with more than one source: equal, or the estimate is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from qattention.errors import CheckFailed
from qattention.estimates.result import Assumption

BLOQS, GATES, FORMULA = "bloqs", "gates", "formula"
UNHEARD = "--witness"  # the source of a note on a witness that was asked and cannot speak
T = TypeVar("T")


def no_gates(what: str, number: int, unit: str, most: int) -> Assumption:
    """The note that gates, which were asked, are not lowered."""
    text = f"Gates are no witness here: {what} {number:,} {unit}; at most {most:,} are lowered."
    return Assumption(text=text, source=UNHEARD)


def unheard(notes: Iterable[Assumption]) -> list[str]:
    """Such notes, told below the tables too."""
    return [note.text for note in notes if note.source == UNHEARD]


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
