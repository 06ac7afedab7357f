"""`DrawnCircuit`: a drawing in rows and columns, before anything is measured in pixels. Plain values."""

from __future__ import annotations

from typing import Literal

import attrs

Mark = Literal["dot", "ring", "plus", "box", "start", "end", "stop"]
Family = Literal["loading", "arithmetic", "searching", "gate"]


@attrs.frozen(kw_only=True)
class Port:
    """One bundle of wires where a step touches it; `mark` is how, `text` what is written there."""

    row: int
    mark: Mark
    text: str = ""
    side: Literal["thru", "in", "out"] = "thru"


@attrs.frozen(kw_only=True)
class DrawnStep:
    """One part of the circuit in its column.

    Attributes:
        title: written at the top, with how often in a row ("GroverIterate × 3"); empty for a plain gate.
        is_box: drawn as one box over all rows between its ports, else as marks.
        is_joined: the marks are joined by a line: one gate on several wires, not the same gate on each.
    """

    column: int
    title: str
    is_box: bool
    is_joined: bool
    family: Family
    ports: tuple[Port, ...]

    @property
    def rows(self) -> tuple[int, int]:
        """First and last row it covers."""
        rows = [port.row for port in self.ports]
        return min(rows), max(rows)


@attrs.frozen(kw_only=True)
class Wire:
    """A bundle of wires that pass through the same steps.

    Attributes:
        start, end: columns of the steps where it begins and ends; None at the circuit's own border.
        label: the register, empty if it needs none; `size` its width in words, such as "2 × 3 bits".
        out_label: the register of the circuit that it leaves as.
    """

    row: int
    start: int | None
    end: int | None
    label: str
    size: str
    n_bits: int
    is_classical: bool
    out_label: str = ""


@attrs.frozen(kw_only=True)
class DrawnCircuit:
    """A placed circuit.

    Attributes:
        n_omitted: steps beyond the cap, which the drawing must admit to.
    """

    title: str
    summary: str
    n_rows: int
    n_columns: int
    steps: tuple[DrawnStep, ...]
    wires: tuple[Wire, ...]
    n_omitted: int = 0
