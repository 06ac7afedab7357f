"""Plots by matplotlib, log-log unless told otherwise: a loader has one colour and marker in all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import attrs

from qattention.circuit import LOADERS
from qattention.render.figures import STYLE, saved

# Ten colours and nine markers and four dashes: no two of the first hundred labels are alike in all.
COLORS = ("#1f5fa8", "#c2410c", "#15803d", "#7c3aed", "#b91c1c", "#0e7490", "#a16207", "#4b5563", "#be185d",
          "#0f172a")  # fmt: skip
MARKERS = "osD^vP*Xh"
DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (7, 2, 1.5, 2)))  # equal lines stay visible
GUIDE, GUIDES = "#6b7280", ("--", ":", "-.")
WIDTH, MARKER = 1.6, 6.0  # points: every line's, whatever it is of
PANEL_WIDTH, ALONE_WIDTH, HEIGHT = 4.1, 6.2, 4.6  # inches
HANDLE, LETTER = 0.55, 0.075  # inches of a legend's sample with its gaps, and of a letter at most
DECADE = 10.0
NARROW = 100.0  # an axis with less between its ends would show one power of ten, or none
Scale = Literal["log", "linear"]


@attrs.frozen(kw_only=True)
class Line:
    """Points that belong together; positive where an axis is logarithmic.

    `kind`: points joined by a line, points alone, or without points the steps between values that hold from
    each x on.
    """

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    kind: Literal["line", "points", "steps"] = "line"


@attrs.frozen(kw_only=True)
class Guide:
    """A grey line y ~ x**exponent through a point, named in the legend."""

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
    x_scale: Scale = "log"
    y_scale: Scale = "log"


def plot(title: str, panels: Sequence[Panel]) -> Any:
    """A matplotlib figure: panels side by side, one legend below them, off the data."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    labels = list(dict.fromkeys(line.label for panel in panels for line in panel.lines))
    guides = list(dict.fromkeys(guide.label for panel in panels for guide in panel.guides))
    width = ALONE_WIDTH if len(panels) == 1 else PANEL_WIDTH * len(panels)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, HEIGHT), layout="constrained", facecolor="white")
        FigureCanvasAgg(figure)
        is_one_scale = len({(panel.y_label, panel.y_scale) for panel in panels}) == 1
        axes = figure.subplots(1, len(panels), squeeze=False, sharey=is_one_scale)[0]
        handles: dict[str, Any] = {}
        for one, panel in zip(axes, panels, strict=True):
            handles |= _draw(one, panel, labels, guides)
            if is_one_scale:
                one.label_outer()
        figure.suptitle(title, fontsize=11)
        named = [*labels, *guides]
        fitting = max(1, int(width / (HANDLE + LETTER * max(map(len, named)))))
        place = {"loc": "outside lower center", "ncols": min(len(named), fitting), "frameon": False}
        figure.legend([handles[label] for label in named], named, **place)
        figure.draw_without_rendering()  # the layout is found while the style holds
    return figure


def loglog_svg(title: str, panels: Sequence[Panel], description: str) -> str:
    """The same as SVG, with a description for those who cannot see it."""
    svg = saved(plot(title, panels), "svg", title, description)
    assert isinstance(svg, str)
    return svg


def _draw(axes: Any, panel: Panel, labels: Sequence[str], guides: Sequence[str]) -> dict[str, Any]:
    """The panel's lines by label."""
    handles = {}
    axes.set(xscale=panel.x_scale, yscale=panel.y_scale)
    for line in panel.lines:
        (handles[line.label],) = axes.plot(line.x, line.y, label=line.label, **style_of(line, labels))
    edge = max(x for line in panel.lines for x in line.x)
    for guide in panel.guides:
        x0, y0 = guide.through
        end, dash = y0 * (edge / x0) ** guide.exponent, GUIDES[guides.index(guide.label) % len(GUIDES)]
        (handles[guide.label],) = axes.plot((x0, edge), (y0, end), color=GUIDE, linestyle=dash, linewidth=1.0)
    axes.set(title=panel.title, xlabel=panel.x_label, ylabel=panel.y_label)
    for axis, scale in ((axes.xaxis, panel.x_scale), (axes.yaxis, panel.y_scale)):
        if scale == "log":
            _label_narrow(axis)
    axes.minorticks_off()
    axes.grid(True, which="major", color="#e5e7eb", linewidth=0.6)
    return handles


def style_of(line: Line, labels: Sequence[str]) -> dict[str, Any]:
    """How a line is drawn, as matplotlib's arguments."""
    if line.kind == "steps":
        return {"color": GUIDE, "drawstyle": "steps-post", "linewidth": 1.2, "zorder": 1}
    i = place_of(line.label, labels)
    style = {"color": COLORS[i % len(COLORS)], "marker": MARKERS[i % len(MARKERS)], "markersize": MARKER}
    if line.kind == "points":
        return style | {"linestyle": "none"}
    return style | {
        "linewidth": WIDTH,
        "linestyle": DASHES[i % len(DASHES)],
        "markeredgecolor": "white",
        "markeredgewidth": 0.6,
    }


def place_of(label: str, labels: Sequence[str]) -> int:
    """Of a loader its place in the family, in every plot the same; of any other label its own in this one."""
    loaders = list(LOADERS)
    if label in loaders:
        return loaders.index(label)
    return len(loaders) + [other for other in labels if other not in loaders].index(label)


def _label_narrow(axis: Any) -> None:
    """1, 2 and 5 times powers of ten on an axis of few, and more on one within a decade."""
    from matplotlib.ticker import LogFormatterSciNotation, LogLocator

    low, high = axis.get_view_interval()
    if high < NARROW * low:
        subs = (1.0, 2.0, 5.0) if high > DECADE * low else (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
        axis.set_major_locator(LogLocator(subs=subs))
        axis.set_major_formatter(LogFormatterSciNotation(minor_thresholds=(math.inf, math.inf)))
