"""A placed circuit in characters, for terminals and mail."""

from __future__ import annotations

from qattention.catalogue.drawn_circuit import DrawnCircuit, DrawnStep, Port, Wire
from qattention.render.grid import omitted_text

MARKS = {"dot": "●", "ring": "○", "plus": "⊕", "start": "|0⟩", "end": "⟨0|", "stop": "┤"}
LINES_A_ROW = 3  # border above, wire, border below
MAX_WIDTH = 240  # characters; a wider circuit is left to the drawing


def _cell(step: DrawnStep) -> int:
    borders = 2 if step.is_box else 0
    return borders + max([len(step.title), *(len(_mark(port, step.is_box)) for port in step.ports)])


def _mark(port: Port, is_box: bool) -> str:
    if is_box:
        return f" {port.text} "
    return f"[{port.text}]" if port.mark == "box" else MARKS[port.mark]


class _Canvas:
    """Characters by line and column; what is written later wins."""

    def __init__(self, n_rows: int, width: int) -> None:
        self.lines = [[" "] * width for _ in range(n_rows * LINES_A_ROW)]

    def put(self, line: int, x: int, text: str) -> None:
        for i, character in enumerate(text):
            self.lines[line][x + i] = character

    def text(self) -> str:
        rows = ["".join(line).rstrip() for line in self.lines]
        return "\n".join(row for i, row in enumerate(rows) if row or i % LINES_A_ROW == 1)


def circuit_text(circuit: DrawnCircuit, max_width: int = MAX_WIDTH) -> str:
    """The circuit, or one line saying that it is too wide."""
    widths = [1] * circuit.n_columns
    for step in circuit.steps:
        widths[step.column] = max(widths[step.column], _cell(step))
    labels = {wire.row: _label(wire) for wire in circuit.wires if wire.start is None}
    left = max([0, *map(len, labels.values())]) + 1
    starts = [left + 2 + sum(widths[:i]) + 3 * i for i in range(len(widths))]
    right = (starts[-1] + widths[-1] if starts else left) + 2
    width = right + max(len(wire.out_label) for wire in circuit.wires) + 2 if circuit.wires else right
    more = f"\n{omitted_text(circuit)}" if circuit.n_omitted else ""
    if width > max_width:
        return (
            f"(The circuit is {width} characters wide, too wide to be shown here: see --format svg.)" + more
        )
    canvas = _Canvas(circuit.n_rows, width)
    for wire in circuit.wires:
        _draw_wire(canvas, wire, left, right, starts, widths)
    for step in circuit.steps:
        _draw_step(canvas, step, starts[step.column], widths[step.column])
    return canvas.text() + more


def _label(wire: Wire) -> str:
    return f"{wire.label} ({wire.size})" if wire.size else wire.label


def _draw_wire(
    canvas: _Canvas, wire: Wire, left: int, right: int, starts: list[int], widths: list[int]
) -> None:
    line = wire.row * LINES_A_ROW + 1
    x1 = left if wire.start is None else starts[wire.start] + widths[wire.start] // 2
    x2 = right if wire.end is None else starts[wire.end] + widths[wire.end] // 2
    canvas.put(line, x1, ("═" if wire.is_classical else "─") * (x2 - x1))
    if wire.start is None:
        canvas.put(line, 0, _label(wire))
    if wire.end is None:
        canvas.put(line, right + 1, wire.out_label)


def _draw_step(canvas: _Canvas, step: DrawnStep, x: int, width: int) -> None:
    top, bottom = (row * LINES_A_ROW + 1 for row in step.rows)
    if step.is_box:
        canvas.put(top - 1, x, f"┌{step.title:─^{width - 2}}┐")
        canvas.put(bottom + 1, x, f"└{'':─^{width - 2}}┘")
        for line in range(top, bottom + 1):
            canvas.put(line, x, f"│{'':^{width - 2}}│")
    elif step.is_joined:
        for line in range(top + 1, bottom):
            crossed = canvas.lines[line][x + width // 2] in "─═"
            canvas.put(line, x + width // 2, "┼" if crossed else "│")
    if step.title and not step.is_box:
        canvas.put(top - 1, x + width // 2 - len(step.title) // 2, step.title)
    for port in step.ports:
        mark = _mark(port, step.is_box)
        canvas.put(port.row * LINES_A_ROW + 1, x + width // 2 - len(mark) // 2, mark)
