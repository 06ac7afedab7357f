"""Log-log plots as SVG, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Sequence

import attrs

WIDTH_IN, HEIGHT_IN = 7.0, 4.5
MARKERS = "osD^vP*X<>h8"
# Text stays text; ids do not depend on the process (matplotlib salts them with a random one otherwise).
SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "qattention", "font.size": 9.0}


@attrs.frozen(kw_only=True)
class Line:
    """Points (x, y) under one name; `dashed` for what is drawn for comparison."""

    name: str
    points: tuple[tuple[float, float], ...]
    dashed: bool = False


def log_log_svg(lines: Sequence[Line], x_label: str, y_label: str) -> str:
    """One curve a line, with its points marked and a legend if there is more than one."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
        axes = figure.add_subplot(xscale="log", yscale="log", xlabel=x_label, ylabel=y_label)
        for i, line in enumerate(lines):
            x, y = zip(*line.points, strict=True)
            marker, style = ("", "--") if line.dashed else (MARKERS[i % len(MARKERS)], "-")
            axes.plot(x, y, style, marker=marker, markersize=4, linewidth=1.2, label=line.name)
        axes.grid(which="major", alpha=0.3)
        if len(lines) > 1:
            axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue().rstrip("\n") + "\n"
