"""A call graph as boxes and as a flame graph of Toffolis, and a longest chain of T layers as a bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import networkx as nx

from qattention.render.shapes import FAINT, INK, Drawing, Line, Rect, Shape, Text, text_width

WIDTH, MARGIN, BAR = 960.0, 20.0, 26.0
SIZE, SMALL = 13.0, 11.0
MAX_LEVELS = 7
COLORS = ("#dbeafe", "#dcfce7", "#fef3c7", "#fee2e2", "#ede9fe", "#e0f2fe", "#fce7f3")


def flame_drawing(graph: nx.DiGraph, title: str) -> Drawing:
    """Each bar as wide as its Toffolis of the whole; below it what it calls, the dearest first."""
    root = graph.graph["root"]
    whole = graph.nodes[root]["toffoli"]
    shapes = _heading(title, f"{whole:,} Toffoli; a bar is as wide as its share; below it what it calls")
    levels, colors = 0, _Colors()
    if whole:
        for level, x, width, name, toffoli in _bars(graph, root, 1, 0, MARGIN, (WIDTH - 2 * MARGIN) / whole):
            y = 62 + level * BAR
            shapes.append(Rect(x=x, y=y, width=width, height=BAR - 2, fill=colors.of(name), radius=2))
            label = f"{name}  {toffoli:,}"
            label = label if text_width(label, SMALL) < width - 6 else name
            if text_width(label, SMALL) < width - 6:
                shapes.append(Text(x=x + 5, y=y + BAR / 2 - 1, text=label, size=SMALL, anchor="start"))
            levels = max(levels, level + 1)
    listed = [f"{name} {toffoli:,}" for _, _, _, name, toffoli in _bars(graph, root, 1, 0, 0, 1)]
    return Drawing(
        width=WIDTH,
        height=74 + levels * BAR,
        title=title,
        description=f"Toffolis of {root} and what it calls: {', '.join(listed)}.",
        shapes=tuple(shapes),
    )


def _bars(
    graph: nx.DiGraph, node: str, times: int, level: int, x: float, scale: float
) -> Iterator[tuple[int, float, float, str, int]]:
    """(level, x, width, name, Toffolis) of a node so often called, and of what is below it."""
    toffoli = times * graph.nodes[node]["toffoli"]
    yield level, x, toffoli * scale, f"{times:,} × {node}" if times > 1 and level else node, toffoli
    if level + 1 == MAX_LEVELS:
        return
    calls = [(callee, times * n) for _, callee, n in graph.out_edges(node, data="times")]
    for callee, n in sorted(calls, key=lambda call: (-call[1] * graph.nodes[call[0]]["toffoli"], call[0])):
        if spent := n * graph.nodes[callee]["toffoli"]:
            yield from _bars(graph, callee, n, level + 1, x, scale)
            x += spent * scale


def call_drawing(graph: nx.DiGraph, title: str) -> Drawing:
    """Boxes from left to right, each with the Toffolis of one call; a line says how often it is called."""
    costly = graph.subgraph([n for n in graph if graph.nodes[n]["toffoli"] or n == graph.graph["root"]])
    columns = list(nx.topological_generations(costly))
    shapes = _heading(
        title, "Toffolis of one call; on a line, calls by its caller. What costs none is not drawn."
    )
    places: dict[str, tuple[float, float, float]] = {}
    colors = _Colors()
    x = MARGIN
    for column in columns:
        names = sorted(column, key=lambda name: (-graph.nodes[name]["toffoli"], name))
        width = max(text_width(_boxed(graph, name), SIZE) for name in names) + 18
        places |= {name: (x, 84 + 46 * i, width) for i, name in enumerate(names)}
        x += width + 90
    for caller, callee, times in costly.edges(data="times"):
        (x1, y1, width), (x2, y2, _) = places[caller], places[callee]
        shapes.append(Line(x1=x1 + width, y1=y1, x2=x2, y2=y2, color=FAINT, width=1))
        if times > 1:
            at = (x2 - 34, y2 - (y2 - y1) * 34 / (x2 - x1 - width) - 8)
            shapes.append(Text(x=at[0], y=at[1], text=f"{times:,} ×", size=SMALL, color=FAINT))
    for name, (left, middle, width) in places.items():
        shapes.append(Rect(x=left, y=middle - 15, width=width, height=30, fill=colors.of(name)))
        shapes.append(Text(x=left + width / 2, y=middle, text=_boxed(graph, name), size=SIZE))
    edges = ", ".join(f"{a} calls {b} {n:,} times" for a, b, n in costly.edges(data="times"))
    return Drawing(
        width=max(x - 90 + MARGIN, _longest(shapes)),
        height=max(y for _, y, _ in places.values()) + 40,
        title=title,
        description=f"{edges or 'It calls nothing that costs a Toffoli'}.",
        shapes=tuple(shapes),
    )


def _boxed(graph: nx.DiGraph, name: str) -> str:
    return f"{name}  {graph.nodes[name]['toffoli']:,}"


def path_drawing(stretches: Sequence[tuple[str, int]], title: str) -> Drawing:
    """(part, T layers) of a longest chain, in order: a bar of them, and a line each."""
    whole = sum(layers for _, layers in stretches)
    shapes = _heading(title, f"The longest chain of T layers: {whole:,}, part after part.")
    x, y, colors = MARGIN, 62.0, _Colors()
    for path, layers in stretches:
        width = layers * (WIDTH - 2 * MARGIN) / whole
        shapes.append(Rect(x=x, y=y, width=width, height=BAR, fill=colors.of(path), radius=2))
        if text_width(f"{layers:,}", SMALL) < width - 4:
            shapes.append(Text(x=x + width / 2, y=y + BAR / 2, text=f"{layers:,}", size=SMALL))
        x += width
    for i, (path, layers) in enumerate(stretches):
        middle = y + BAR + 20 + 20 * i
        box = Rect(x=MARGIN, y=middle - 7, width=14, height=14, fill=colors.of(path), radius=2)
        told = f"{path or 'its own gates'}: {layers:,}"
        shapes += [box, Text(x=MARGIN + 22, y=middle, text=told, size=SIZE, anchor="start")]
    return Drawing(
        width=WIDTH,
        height=y + BAR + 34 + 20 * len(stretches),
        title=title,
        description=f"T layers in order: {', '.join(f'{path} {n:,}' for path, n in stretches) or 'none'}.",
        shapes=tuple(shapes),
    )


def graph_text(graph: nx.DiGraph) -> str:
    """The call graph in lines: calls in the whole, Toffolis of one and of all."""
    rows = [
        (f"{graph.nodes[n]['calls']:,} × {n}", f"{graph.nodes[n]['toffoli']:,}", _all(graph, n))
        for n in nx.lexicographical_topological_sort(graph, key=lambda n: -graph.nodes[n]["toffoli"])
        if graph.nodes[n]["toffoli"]
    ]
    table = [("calls × part", "Toffoli of one", "of all"), *rows]
    first, second, third = (max(len(row[i]) for row in table) for i in range(3))
    return "".join(f"{a:<{first}}  {b:>{second}}  {c:>{third}}\n" for a, b, c in table)


def _all(graph: nx.DiGraph, name: str) -> str:
    return f"{graph.nodes[name]['calls'] * graph.nodes[name]['toffoli']:,}"


def path_text(stretches: Sequence[tuple[str, int]]) -> str:
    """A line a part, in order."""
    whole = sum(layers for _, layers in stretches)
    return (
        "".join(f"{n:>6,}  {path or 'its own gates'}\n" for path, n in stretches) + f"{whole:>6,}  T layers\n"
    )


def _heading(title: str, below: str) -> list[Shape]:
    return [
        Text(x=MARGIN, y=24, text=title, size=17, bold=True, anchor="start", color=INK),
        Text(x=MARGIN, y=46, text=below, size=SIZE, color=FAINT, anchor="start"),
    ]


def _longest(shapes: list[Shape]) -> float:
    ends = [
        shape.x + text_width(shape.text, shape.size, shape.bold)
        for shape in shapes
        if isinstance(shape, Text) and shape.anchor == "start"
    ]
    return max(ends) + MARGIN


class _Colors:
    """One a part, in the order in which they come."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def of(self, name: str) -> str:
        stem = name.rpartition("× ")[2].rstrip("_0123456789")
        return self.known.setdefault(stem, COLORS[len(self.known) % len(COLORS)])
