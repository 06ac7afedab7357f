"""Log-log plots as SVG by matplotlib: values in, the same bytes every time."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any, Literal

import attrs

COLORS = ("#1f5fa8", "#c2410c", "#15803d", "#7c3aed", "#b91c1c", "#0e7490", "#a16207", "#4b5563", "#be185d")
MARKERS = "osD^vP*Xh"
GUIDE = "#6b7280"
GROUND = {"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 1.0}  # of a label upon lines
PANEL_WIDTH, ALONE_WIDTH, HEIGHT = 4.1, 6.2, 4.6  # inches
HANDLE, LETTER = 0.55, 0.075  # inches of a legend's sample with its gaps, and of a letter at most
NARROW = 100.0  # an axis with less between its ends would show one power of ten, or none
# Text stays text; ids of clip paths come from a fixed salt, not from a random one.
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "qattention", "font.family": "DejaVu Sans", "font.size": 9}


@attrs.frozen(kw_only=True)
class Line:
    """Points that belong together, all positive.

    `kind`: points joined by a line, points alone, or without points the steps between values that hold from
    each x on.
    """

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    kind: Literal["line", "points", "steps"] = "line"


@attrs.frozen(kw_only=True)
class Guide:
    """A dashed line y ~ x**exponent through a point, with its name at the right end."""

    label: str
    exponent: float
    through: tuple[float, float]


@attrs.frozen(kw_only=True)
class Panel:
    """One pair of axes."""

    title: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...]
    guides: tuple[Guide, ...] = ()


def loglog_svg(title: str, panels: Sequence[Panel], description: str) -> str:
    """Panels side by side, one legend below them; a label has the same colour in all."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    labels = list(dict.fromkeys(line.label for panel in panels for line in panel.lines))
    width = ALONE_WIDTH if len(panels) == 1 else PANEL_WIDTH * len(panels)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, HEIGHT), layout="constrained", facecolor="white")
        FigureCanvasSVG(figure)
        is_one_scale = len({panel.y_label for panel in panels}) == 1
        axes = figure.subplots(1, len(panels), squeeze=False, sharey=is_one_scale)[0]
        handles: dict[str, Any] = {}
        for one, panel in zip(axes, panels, strict=True):
            handles |= _draw(one, panel, labels)
            if is_one_scale:
                one.label_outer()
        figure.suptitle(title, fontsize=11)
        fitting = max(1, int(width / (HANDLE + LETTER * max(map(len, labels)))))
        place = {"loc": "outside lower center", "ncols": min(len(labels), fitting), "frameon": False}
        figure.legend([handles[label] for label in labels], labels, **place)
        stream = io.StringIO()
        metadata = {"Date": None, "Creator": None, "Title": title, "Description": description}
        figure.savefig(stream, format="svg", metadata=metadata)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _draw(axes: Any, panel: Panel, labels: Sequence[str]) -> dict[str, Any]:
    """The panel's lines by label."""
    handles = {}
    for line in panel.lines:
        (handles[line.label],) = axes.loglog(
            line.x, line.y, **_style(line, labels.index(line.label), len(labels))
        )
    edge = max(x for line in panel.lines for x in line.x)
    for guide in panel.guides:
        x0, y0 = guide.through
        end = y0 * (edge / x0) ** guide.exponent
        axes.loglog((x0, edge), (y0, end), color=GUIDE, linestyle="--", linewidth=1.0)
        note = {"color": GUIDE, "ha": "right", "va": "top", "fontsize": 8, "bbox": GROUND, "zorder": 5}
        axes.annotate(guide.label, (edge, end), xytext=(0, -9), textcoords="offset points", **note)
    axes.set(title=panel.title, xlabel=panel.x_label, ylabel=panel.y_label)
    for axis in (axes.xaxis, axes.yaxis):
        _label_narrow(axis)
    axes.minorticks_off()
    axes.grid(True, which="major", color="#e5e7eb", linewidth=0.6)
    return handles


def _style(line: Line, i: int, n: int) -> dict[str, Any]:
    """Of the i-th of n labels. Lines that fall together stay visible: each is thinner than those under it."""
    if line.kind == "steps":
        return {"color": GUIDE, "drawstyle": "steps-post", "linewidth": 1.2, "zorder": 1}
    share = 1 - i / max(1, n - 1)  # 1 for the first, 0 for the last
    style: dict[str, Any] = {"color": COLORS[i % len(COLORS)], "marker": MARKERS[i % len(MARKERS)]}
    style |= {"linewidth": 1.0 + 3.5 * share, "markersize": 3.5 + 5.5 * share}
    return style | ({"linestyle": "none"} if line.kind == "points" else {})


def _label_narrow(axis: Any) -> None:
    """1, 2 and 5 times powers of ten on an axis of few."""
    from matplotlib.ticker import LogFormatterSciNotation, LogLocator

    low, high = axis.get_view_interval()
    if high < NARROW * low:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(LogFormatterSciNotation(minor_thresholds=(math.inf, math.inf)))
