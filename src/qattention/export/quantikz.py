"""A placed circuit in LaTeX's quantikz: to be changed by hand and set in the paper's own type.

For the library `quantikz` of its first version, which later ones still bring along. A bundle of wires is one
line; wires that begin or end inside the circuit do so here.
"""

from __future__ import annotations

from qattention.catalogue.drawn_circuit import DrawnCircuit, DrawnStep, Port, Wire
from qattention.export.latex import escape

TITLE_CM, PORT_CM = 0.22, 0.22  # of a letter at most: what stands at a port must not run into the title
HEAD = "% \\usepackage{amsmath,tikz} \\usetikzlibrary{quantikz}\n"


def to_quantikz(circuit: DrawnCircuit) -> str:
    """The environment, with the title as a comment and what is left out as another."""
    cells = [[""] * (circuit.n_columns + 2) for _ in range(circuit.n_rows)]
    for wire in circuit.wires:
        _lay(wire, cells)
    for step in circuit.steps:
        _place(step, cells, {wire.row for wire in circuit.wires if _enters(wire, step.column)})
    body = " \\\\\n".join(" & ".join(row) for row in cells)
    more = f"% {circuit.n_omitted} more steps are left out\n" if circuit.n_omitted else ""
    summary = f"% {circuit.title}: {circuit.summary}\n"
    settings = "[row sep=0.35cm, column sep=0.4cm]"
    return f"{HEAD}{summary}{more}\\begin{{quantikz}}{settings}\n{body}\n\\end{{quantikz}}\n"


def _enters(wire: Wire, column: int) -> bool:
    """Whether a wire comes to a column from the left."""
    return (wire.start is None or wire.start < column) and (wire.end is None or wire.end >= column)


def _lay(wire: Wire, cells: list[list[str]]) -> None:
    """The line of a wire into every cell that it reaches from the left, and its names at its ends."""
    line = r"\cw" if wire.is_classical else r"\qw"
    first = 0 if wire.start is None else wire.start + 1
    last = len(cells[0]) - 1 if wire.end is None else wire.end + 1
    bundle = rf"\qwbundle{{{wire.n_bits}}}" if wire.n_bits > 1 and not wire.is_classical else line
    for column in range(first + 1, last + 1):
        cells[wire.row][column] = bundle if column == first + 1 and wire.start is None else line
    if wire.start is None:
        cells[wire.row][0] = rf"\lstick{{{escape(wire.label)}}}"
    if wire.end is None and wire.out_label:
        cells[wire.row][-1] = rf"\rstick{{{escape(wire.out_label)}}} {line}"


def _place(step: DrawnStep, cells: list[list[str]], entering: set[int]) -> None:
    column = step.column + 1
    top, bottom = step.rows
    ports = {port.row: port for port in step.ports}
    if step.is_box:
        for row in range(top, bottom + 1):
            text = ports[row].text if row in ports else ""
            label = rf"\gateinput{{{escape(text)}}}" if text else ""
            cells[row][column] = label
        made = [str(row - top + 1) for row in range(top, bottom + 1) if row not in entering]
        bare = f",nwires={{{','.join(made)}}}" if made else ""  # no line comes from the left
        width = TITLE_CM * len(step.title) + 2 * PORT_CM * max(len(port.text) for port in step.ports)
        gate = rf"\gate[wires={bottom - top + 1}{bare}][{width:.1f}cm]{{{_upright(step.title)}}}"
        cells[top][column] = f"{gate}{cells[top][column]}"
        return
    for row, port in ports.items():
        reach = bottom - top if step.is_joined and row == top else 0
        cells[row][column] = _mark(port, reach)


def _mark(port: Port, reach: int) -> str:
    """A mark, and from the topmost a line down to the last."""
    if port.mark in ("dot", "ring"):
        name = "ctrl" if port.mark == "dot" else "octrl"
        alone = r"\control{} \qw" if port.mark == "dot" else r"\ocontrol{} \qw"
        return rf"\{name}{{{reach}}}" if reach else alone
    down = rf" \vqw{{{reach}}}" if reach else ""
    text = {
        "plus": r"\targ{}",
        "start": r"\lstick{$\ket{0}$}",
        "end": r"\rstick{$\bra{0}$} \qw",
        "stop": r"\qw",
        "box": rf"\gate{{{_upright(port.text)}}}",
    }[port.mark]
    return f"{text}{down}"


def _upright(title: str) -> str:
    return rf"\text{{{escape(title)}}}"
