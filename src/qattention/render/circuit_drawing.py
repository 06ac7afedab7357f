"""A placed circuit as shapes: rows become lines, columns become as wide as what stands in them."""

from __future__ import annotations

from qattention.catalogue.drawn_circuit import DrawnCircuit, Wire
from qattention.render.grid import LABEL_GAP, MARGIN, SIZE, SMALL, TOP, Grid, omitted_text
from qattention.render.shapes import FAINT, PAPER, Drawing, Line, Rect, Shape, Text, text_width
from qattention.render.step_drawing import draw_step


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
