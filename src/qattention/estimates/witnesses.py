"""Figures with more than one source: equal, or the estimate is refused."""

from __future__ import annotations

from collections.abc import Mapping

from qattention.errors import CheckFailed


class Witnesses:
    """Collects who said what; `table` is the estimate's `witnesses`."""

    def __init__(self) -> None:
        self.table: dict[str, tuple[str, ...]] = {}

    def agree(self, field: str, values: Mapping[str, int | None]) -> int:
        """The one value that all of "bloqs", "gates", "formula" give; None is no testimony.

        Raises:
            CheckFailed: they differ.
        """
        said = {witness: value for witness, value in values.items() if value is not None}
        if len(set(said.values())) != 1:
            told = ", ".join(f"{witness} {value}" for witness, value in said.items())
            raise CheckFailed(f"`{field}`: the witnesses differ: {told}")
        self.table[field] = tuple(said)
        return next(iter(said.values()))

    def single(self, field: str, *witnesses: str) -> None:
        """Note the source of a figure that is not compared."""
        self.table[field] = witnesses
