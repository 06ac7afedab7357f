"""A matplotlib figure as SVG whose points tell their values when they are pointed at; no script is needed."""

from __future__ import annotations

import io
from typing import Any
from xml.etree import ElementTree

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "qattention"}


def svg_with_values(figure: Any) -> str:
    """The figure; each marker of a line is titled with the line's label, x and y, to four digits.

    Args:
        figure: a matplotlib figure; lines without a label or without markers stay as they are.
    """
    import matplotlib

    values = {}
    for i, axes in enumerate(figure.axes):
        for j, line in enumerate(axes.get_lines()):
            if not line.get_label().startswith("_") and line.get_marker() not in ("None", None, ""):
                line.set_gid(f"values-{i}-{j}")
                values[f"values-{i}-{j}"] = [_told(line.get_label(), *point) for point in line.get_xydata()]
    stream = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return _titled(stream.getvalue(), values)


def _told(label: str, x: float, y: float) -> str:
    return f"{label}: {x:.4g}, {y:.4g}"


def _titled(svg: bytes, values: dict[str, list[str]]) -> str:
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(svg)
    for group in root.iter(f"{{{SVG}}}g"):
        told = values.get(group.get("id", ""))
        if told is not None:
            marks = list(group.iter(f"{{{SVG}}}use"))
            for mark, text in zip(marks, told, strict=True):
                ElementTree.SubElement(mark, f"{{{SVG}}}title").text = text
    return ElementTree.tostring(root, encoding="unicode")
