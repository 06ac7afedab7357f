"""A placed circuit as shapes: rows become lines, columns become as wide as what stands in them."""

from __future__ import annotations

from qattention.catalogue.drawn_circuit import DrawnCircuit, DrawnStep, Port, Wire
from qattention.render.grid import LABEL_GAP, MARGIN, SIZE, SMALL, TOP, Grid, omitted_text, step_width
from qattention.render.shapes import FAINT, INK, PAPER, Circle, Drawing, Line, Rect, Shape, Text, text_width

FILL = {"loading": "#dbeafe", "arithmetic": "#dcfce7", "searching": "#fef3c7", "gate": PAPER}
PASSING = "#aab4bf"  # a wire that runs behind a box
BOX_HALF, GATE_HALF = 15.0, 12.0


def draw(circuit: DrawnCircuit, footer: str = "") -> Drawing:
    """The circuit, with its title above and `footer` (its costs) below."""
    grid = Grid(circuit)
    columns = grid.columns()
    shapes: list[Shape] = [
        Text(x=MARGIN, y=24, text=circuit.title, size=17, bold=True, anchor="start"),
        Text(x=MARGIN, y=46, text=circuit.summary, size=SIZE, color=FAINT, anchor="start"),
    ]
    for wire in circuit.wires:
        shapes += _wire(wire, grid, columns)
    for step in circuit.steps:
        shapes += draw_step(step, grid, columns[step.column][0])
    if circuit.n_omitted:
        middle = TOP + grid.pitch * circuit.n_rows / 2
        x = grid.right - grid.omitted_width + 10
        shapes.append(Rect(x=x - 6, y=middle - 13, width=grid.omitted_width - 14, height=26, stroke=PAPER))
        shapes.append(Text(x=x, y=middle, text=omitted_text(circuit), bold=True, anchor="start"))
    bottom = grid.y(circuit.n_rows - 1) + grid.pitch / 2 + 6
    if footer:
        shapes.append(Text(x=MARGIN, y=bottom + 14, text=footer, size=SMALL, color=FAINT, anchor="start"))
    return Drawing(
        width=max(
            _right_edge(circuit, grid), *(_text_end(shape) for shape in shapes if isinstance(shape, Text))
        ),
        height=bottom + (34 if footer else 10),
        title=circuit.title,
        description=describe(circuit),
        shapes=tuple(shapes),
    )


def _right_edge(circuit: DrawnCircuit, grid: Grid) -> float:
    labels = [text_width(wire.out_label, SIZE, bold=True) for wire in circuit.wires if wire.end is None]
    return grid.right + max([0.0, *labels]) + 8 + MARGIN


def _text_end(shape: Text) -> float:
    return (
        shape.x + text_width(shape.text, shape.size, shape.bold) + MARGIN if shape.anchor == "start" else 0.0
    )


def describe(circuit: DrawnCircuit) -> str:
    """The circuit in words, for those who cannot see it."""
    parts = [
        step.title or " and ".join(port.text or port.mark for port in step.ports) for step in circuit.steps
    ]
    more = f", then {circuit.n_omitted} more" if circuit.n_omitted else ""
    return f"{circuit.summary} Steps in order: {', '.join(parts) or 'none'}{more}."


def _wire(wire: Wire, grid: Grid, columns: list[tuple[float, float]]) -> list[Shape]:
    y = grid.y(wire.row)
    x1 = grid.left if wire.start is None else columns[wire.start][0]
    x2 = grid.right if wire.end is None else columns[wire.end][0]
    offsets = (-1.8, 1.8) if wire.is_classical else (0.0,)
    shapes: list[Shape] = [Line(x1=x1, y1=y + dy, x2=x2, y2=y + dy) for dy in offsets]
    if wire.n_bits > 1:
        at = x1 + 6 if wire.start is None else columns[wire.start][0] + columns[wire.start][1] / 2 + 7
        shapes.append(Line(x1=at - 3, y1=y + 6, x2=at + 3, y2=y - 6, width=1.2))
    if wire.start is None:
        shapes += _label(wire.label, wire.size, MARGIN, y)
    elif wire.label:
        shapes += _label(
            wire.label, wire.size, columns[wire.start][0] + columns[wire.start][1] / 2 + LABEL_GAP, y - 11
        )
    if wire.end is None and wire.out_label:
        shapes += _label(wire.out_label, "", grid.right + 8, y)
    return shapes


def _label(label: str, size: str, x: float, y: float) -> list[Shape]:
    name = Text(x=x, y=y, text=label, bold=True, anchor="start", size=SIZE)
    if not size:
        return [name]
    after = x + text_width(label, SIZE, bold=True) + 4
    return [name, Text(x=after, y=y, text=size, size=SMALL, color=FAINT, anchor="start")]


def draw_step(step: DrawnStep, grid: Grid, x: float) -> list[Shape]:
    """The shapes of one step, its middle at x: a box, or ports on a line."""
    top, bottom = grid.y(step.rows[0]), grid.y(step.rows[1])
    if step.is_box:
        return _box(step, grid, x, top, bottom)
    shapes: list[Shape] = [Line(x1=x, y1=top, x2=x, y2=bottom)] if step.is_joined and bottom > top else []
    if step.title:
        shapes.append(Text(x=x, y=top - 20, text=step.title, size=SMALL, color=FAINT))
    for port in step.ports:
        shapes += _mark(port, x, grid.y(port.row), FILL[step.family])
    return shapes


def _box(step: DrawnStep, grid: Grid, x: float, top: float, bottom: float) -> list[Shape]:
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
