"""A matplotlib figure as SVG whose points tell their values when they are pointed at; no script is needed.

Apart from `result` because only this knows how matplotlib writes its marks.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from qattention.render.figures import STYLE
from qattention.render.page.typeset import plain
from qattention.render.tables import Table, words

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
JOINS = "stroke-linejoin: round; stroke-linecap: butt"  # what matplotlib's own <style> would say of all pages


def svg_with_values(figure: Any) -> str:
    """The figure; each marker of a line is titled with the line's label, x and y, to four digits.

    Args:
        figure: a matplotlib figure; lines without a label or without markers stay as they are.
    """
    import matplotlib

    values = {}
    for i, axes in enumerate(figure.axes):
        x_label, y_label = _labels(figure, axes)
        for j, line in enumerate(_told_lines(axes)):
            line.set_gid(f"values-{i}-{j}")
            values[f"values-{i}-{j}"] = [
                f"{line.get_label()}: {x_label} {_shown(x)}, {y_label} {_shown(y)}" for x, y in _marked(line)
            ]
    stream = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return _titled(stream.getvalue(), values, _name(figure))


def values_of(figure: Any) -> tuple[Table, ...]:
    """The same values as tables, one for each pair of axes: for readers who cannot point at a plot.

    Lines that share their x stand side by side; others below each other, in a table of three columns.
    """
    return tuple(_values(figure, axes) for axes in figure.axes if any(_told_lines(axes)))


def _values(figure: Any, axes: Any) -> Table:
    x_label, y_label = _labels(figure, axes)
    lines = {line.get_label(): line.get_xydata() for line in _told_lines(axes)}
    places = [tuple(x for x, _ in points) for points in lines.values()]
    title = axes.get_title() or y_label
    if len(set(places)) == 1:
        columns = (places[0], *(tuple(y for _, y in points) for points in lines.values()))
        rows = tuple(tuple(map(float, row)) for row in zip(*columns, strict=True))
        return Table(title=f"{title}: {y_label}", header=(x_label, *lines), rows=rows)
    rows = tuple((label, float(x), float(y)) for label, points in lines.items() for x, y in points)
    return Table(title=title, header=("", x_label, y_label), rows=rows)


def _told_lines(axes: Any) -> Iterator[Any]:
    for line in axes.get_lines():
        if not line.get_label().startswith("_") and line.get_marker() not in ("None", None, ""):
            yield line


def _marked(line: Any) -> list[tuple[float, float]]:
    """Points that are drawn with a mark, if perhaps out of sight: the finite ones."""
    return [(x, y) for x, y in line.get_xydata() if math.isfinite(x) and math.isfinite(y)]


def _labels(figure: Any, axes: Any) -> tuple[str, str]:
    """Those of both axes; of axes that share theirs the outermost's."""
    return axes.get_xlabel() or "x", axes.get_ylabel() or figure.axes[0].get_ylabel() or "y"


def _shown(value: float) -> str:
    return plain(words(float(value)))


def _name(figure: Any) -> str:
    """What a reader who cannot see the plot is told that it is."""
    panels = [axes.get_title() for axes in figure.axes if axes.get_title()]
    return ". ".join(["Plot", *filter(None, [figure.get_suptitle()]), *filter(None, [", ".join(panels)])])


def _titled(svg: bytes, values: dict[str, list[str]], name: str) -> str:
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag in (f"{{{SVG}}}style", f"{{{SVG}}}metadata")]:
            parent.remove(child)
    root.attrib |= {"role": "img", "aria-label": name, "style": JOINS}
    for group in root.iter(f"{{{SVG}}}g"):
        told = values.get(group.get("id", ""))
        if told is not None:
            marks = list(group.iter(f"{{{SVG}}}use"))
            for mark, text in zip(marks, told, strict=True):
                ElementTree.SubElement(mark, f"{{{SVG}}}title").text = text
    return ElementTree.tostring(root, encoding="unicode")
