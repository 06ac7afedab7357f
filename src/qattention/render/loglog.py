"""Log-log plots as SVG by matplotlib: values in, the same bytes every time."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

import attrs

COLORS = ("#1f5fa8", "#c2410c", "#15803d", "#7c3aed", "#b91c1c", "#0e7490", "#a16207", "#4b5563", "#be185d")
MARKERS = "osD^vP*Xh"
GUIDE = "#6b7280"
NARROW = 30.0  # an axis with less between its ends would show one power of ten, or none
# Text stays text; ids of clip paths come from a fixed salt, not from a random one.
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "qattention", "font.family": "DejaVu Sans", "font.size": 9}


@attrs.frozen(kw_only=True)
class Line:
    """Points that belong together, all positive; `joined` by a line or not."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    joined: bool = True


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
    """Panels side by side, one legend below them."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(4.1 * len(panels), 4.6), layout="constrained", facecolor="white")
        FigureCanvasSVG(figure)
        axes = figure.subplots(1, len(panels), squeeze=False)[0]
        for one, panel in zip(axes, panels, strict=True):
            _draw(one, panel)
        figure.suptitle(title, fontsize=11)
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 5), frameon=False)
        stream = io.StringIO()
        metadata = {"Date": None, "Creator": None, "Title": title, "Description": description}
        figure.savefig(stream, format="svg", metadata=metadata)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _draw(axes: Any, panel: Panel) -> None:
    for i, line in enumerate(panel.lines):
        # Lines that fall together stay visible: each is thinner than the one under it.
        width, size = max(1.0, 5.0 - i), max(3.0, 10.0 - 1.5 * i)
        style = {"color": COLORS[i % len(COLORS)], "marker": MARKERS[i % len(MARKERS)]}
        style |= {} if line.joined else {"linestyle": "none"}
        axes.loglog(line.x, line.y, label=line.label, linewidth=width, markersize=size, **style)
    edge = max(x for line in panel.lines for x in line.x)
    for guide in panel.guides:
        x0, y0 = guide.through
        end = y0 * (edge / x0) ** guide.exponent
        axes.loglog((x0, edge), (y0, end), color=GUIDE, linestyle="--", linewidth=1.0)
        note = {"color": GUIDE, "ha": "right", "va": "top", "fontsize": 8}
        axes.annotate(guide.label, (edge, end), xytext=(0, -9), textcoords="offset points", **note)
    axes.set(title=panel.title, xlabel=panel.x_label, ylabel=panel.y_label)
    for axis in (axes.xaxis, axes.yaxis):
        _label_narrow(axis)
    axes.minorticks_off()
    axes.grid(True, which="major", color="#e5e7eb", linewidth=0.6)


def _label_narrow(axis: Any) -> None:
    """1, 2 and 5 times powers of ten on an axis of few."""
    from matplotlib.ticker import LogFormatterSciNotation, LogLocator

    low, high = axis.get_view_interval()
    if high < NARROW * low:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(LogFormatterSciNotation(minor_thresholds=(math.inf, math.inf)))
