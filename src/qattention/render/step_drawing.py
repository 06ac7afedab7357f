"""One step of a circuit as shapes: a titled box, or marks joined by a line."""

from __future__ import annotations

from qattention.catalogue.drawn_circuit import DrawnCircuit, Port, Step
from qattention.render.grid import SIZE, SMALL, Grid, step_width
from qattention.render.shapes import FAINT, INK, PAPER, Circle, Line, Rect, Shape, Text, text_width

FILL = {"loading": "#dbeafe", "arithmetic": "#dcfce7", "searching": "#fef3c7", "gate": PAPER}
PASSING = "#aab4bf"  # a wire that runs behind a box
BOX_HALF, GATE_HALF = 15.0, 12.0


def draw_step(step: Step, grid: Grid, x: float) -> list[Shape]:
    top, bottom = grid.y(step.rows[0]), grid.y(step.rows[1])
    if step.is_box:
        return _box(step, grid, x, top, bottom)
    shapes: list[Shape] = [Line(x1=x, y1=top, x2=x, y2=bottom)] if step.is_joined and bottom > top else []
    if step.title:
        shapes.append(Text(x=x, y=top - 20, text=step.title, size=SMALL, color=FAINT))
    for port in step.ports:
        shapes += _mark(port, x, grid.y(port.row), FILL[step.family])
    return shapes


def _box(step: Step, grid: Grid, x: float, top: float, bottom: float) -> list[Shape]:
    width, lift = step_width(step), 20.0
    y, height = top - BOX_HALF - lift + 4, bottom - top + 2 * BOX_HALF + lift - 4
    shapes: list[Shape] = [
        Rect(x=x - width / 2, y=y, width=width, height=height, fill=FILL[step.family]),
        Text(x=x, y=y + 13, text=step.title, bold=True),
    ]
    touched = {port.row for port in step.ports}
    for row in range(step.rows[0], step.rows[1] + 1):
        if row not in touched and _passes(grid.circuit, row, step.column):
            y = grid.y(row)
            shapes.append(Line(x1=x - width / 2, y1=y, x2=x + width / 2, y2=y, color=PASSING))
    return shapes + [Text(x=x, y=grid.y(port.row), text=port.text, size=SMALL) for port in step.ports]


def _passes(circuit: DrawnCircuit, row: int, column: int) -> bool:
    """Whether a wire that the step does not touch runs behind it on this row."""
    return any(
        wire.row == row
        and (wire.start is None or wire.start < column)
        and (wire.end is None or wire.end > column)
        for wire in circuit.wires
    )


def _mark(port: Port, x: float, y: float, fill: str) -> list[Shape]:
    if port.mark == "dot":
        return [Circle(x=x, y=y, radius=4.5)]
    if port.mark == "ring":
        return [Circle(x=x, y=y, radius=4.5, fill=PAPER)]
    if port.mark == "plus":
        lines = [Line(x1=x - 9, y1=y, x2=x + 9, y2=y), Line(x1=x, y1=y - 9, x2=x, y2=y + 9)]
        return [Circle(x=x, y=y, radius=9, fill=PAPER), *lines]
    if port.mark == "stop":
        return [Line(x1=x, y1=y - 8, x2=x, y2=y + 8, width=2)]
    if port.mark in ("start", "end"):
        text = {"start": "|0⟩", "end": "⟨0|"}[port.mark]
        return [
            Rect(x=x - 14, y=y - 11, width=28, height=22, stroke=PAPER),
            Text(x=x, y=y, text=text, size=SIZE),
        ]
    width = max(26.0, text_width(port.text, SIZE) + 10)
    box = Rect(x=x - width / 2, y=y - GATE_HALF, width=width, height=2 * GATE_HALF, fill=fill)
    return [box, Text(x=x, y=y, text=port.text, color=INK)]
