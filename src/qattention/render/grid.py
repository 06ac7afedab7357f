"""Where the rows and columns of a circuit are, in pixels."""

from __future__ import annotations

import attrs

from qattention.catalogue.drawn_circuit import DrawnCircuit, DrawnStep
from qattention.render.shapes import text_width

MARGIN, TOP = 20.0, 62.0
PITCH_BOXES, PITCH_GATES = 50.0, 34.0  # between rows, with and without titled boxes
COLUMN_PAD = 16.0
LABEL_GAP = 14.0  # between a box and the label of what it brings in: room for the width's slash
SIZE, SMALL = 13.0, 11.0


@attrs.frozen
class Grid:
    """Where rows and columns are, in pixels."""

    circuit: DrawnCircuit

    @property
    def pitch(self) -> float:
        """Pixels from one row to the next: more where boxes have titles."""
        return PITCH_BOXES if any(step.title for step in self.circuit.steps) else PITCH_GATES

    def y(self, row: int) -> float:
        """Middle of a row."""
        return TOP + self.pitch * (row + 0.5) + (8 if self.pitch == PITCH_BOXES else 0)

    @property
    def left(self) -> float:
        """Where wires of the circuit's left border begin."""
        entering = [wire for wire in self.circuit.wires if wire.start is None]
        return MARGIN + max([40.0, *(label_width(wire.label, wire.size) for wire in entering)]) + 10

    def columns(self) -> list[tuple[float, float]]:
        """(middle, width) of each column."""
        widths = [34.0] * self.circuit.n_columns
        for step in self.circuit.steps:
            widths[step.column] = max(widths[step.column], step_width(step))
        gaps = [COLUMN_PAD] * self.circuit.n_columns
        for wire in self.circuit.wires:
            if wire.start is not None and wire.label:  # its label stands after the step that brings it in
                gaps[wire.start] = max(gaps[wire.start], label_width(wire.label, wire.size) + 2 * LABEL_GAP)
        placed, x = [], self.left + COLUMN_PAD
        for width, gap in zip(widths, gaps, strict=True):
            placed.append((x + width / 2, width))
            x += width + gap
        return placed

    @property
    def right(self) -> float:
        """Where wires that leave the circuit end."""
        columns = self.columns()
        end = columns[-1][0] + columns[-1][1] / 2 if columns else self.left + 40
        return end + COLUMN_PAD + (self.omitted_width if self.circuit.n_omitted else 0)

    @property
    def omitted_width(self) -> float:
        """Pixels that the note of what is left out takes."""
        return text_width(omitted_text(self.circuit), SIZE, bold=True) + 30


def label_width(label: str, size: str) -> float:
    """Pixels of a wire's label and of its size behind it."""
    return text_width(label, SIZE, bold=True) + 8 + text_width(size, SMALL)


def step_width(step: DrawnStep) -> float:
    """Pixels a step needs."""
    labels = max((text_width(port.text, SMALL if step.is_box else SIZE) for port in step.ports), default=0)
    title = text_width(step.title, SIZE, bold=True) if step.is_box else text_width(step.title, SMALL)
    return max(28.0, labels + 16, title + (20 if step.is_box else 4))


def omitted_text(circuit: DrawnCircuit) -> str:
    """What the drawing says about the steps it leaves out."""
    return f"… {circuit.n_omitted:,} more steps, not drawn"
