"""A drawing as a PNG or PDF, by matplotlib: the same shapes as the SVG, the same bytes every time."""

from __future__ import annotations

import io
from typing import Any

from qattention.render.figures import saved
from qattention.render.shapes import PAPER, Circle, Drawing, Line, Rect, Shape

DPI = 160
PX_PER_INCH = 96  # of CSS pixels, the unit of a drawing
MAX_PIXELS = 2**15  # a side; beyond it Agg refuses to draw


def to_figure(drawing: Drawing) -> Any:
    """The drawing as a matplotlib figure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(drawing.width / PX_PER_INCH, drawing.height / PX_PER_INCH), facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, drawing.width), ylim=(drawing.height, 0))
    axes.set_axis_off()
    for order, shape in enumerate(drawing.shapes):
        _paint(axes, shape, order)
    FigureCanvasAgg(figure)
    return figure


def to_pdf(drawing: Drawing) -> bytes:
    """As a PDF, its text as text."""
    content = saved(to_figure(drawing), "pdf", drawing.title, drawing.description)
    assert isinstance(content, bytes)
    return content


def to_png(drawing: Drawing) -> bytes:
    """The file's bytes, without date or software version."""
    figure, stream = to_figure(drawing), io.BytesIO()
    dpi = min(DPI, MAX_PIXELS * PX_PER_INCH / max(drawing.width, drawing.height))
    figure.savefig(stream, format="png", dpi=dpi, metadata={"Software": None, "Title": drawing.title})
    return stream.getvalue()


def _paint(axes: Any, shape: Shape, order: int) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Circle as Disc

    points = 72 / PX_PER_INCH  # a pixel in points
    if isinstance(shape, Line):
        x, y = (shape.x1, shape.x2), (shape.y1, shape.y2)
        axes.add_line(Line2D(x, y, color=shape.color, linewidth=shape.width * points, zorder=order))
    elif isinstance(shape, Rect):
        axes.add_patch(_rounded(shape, order, points))
    elif isinstance(shape, Circle):
        colors = {"facecolor": shape.fill, "edgecolor": "#1b1f24"}
        axes.add_patch(Disc((shape.x, shape.y), shape.radius, linewidth=1.4 * points, zorder=order, **colors))
    else:
        place = {"start": "left", "middle": "center", "end": "right"}[shape.anchor]
        axes.text(
            shape.x,
            shape.y + 0.35 * shape.size,
            shape.text,
            family="DejaVu Sans",
            fontsize=shape.size * points,
            color=shape.color,
            weight="bold" if shape.bold else "normal",
            ha=place,
            va="baseline",
            zorder=order,
        )


def _rounded(shape: Rect, order: int, points: float) -> Any:
    from matplotlib.patches import FancyBboxPatch

    r = shape.radius
    return FancyBboxPatch(
        (shape.x + r, shape.y + r),
        shape.width - 2 * r,
        shape.height - 2 * r,
        boxstyle=f"round,pad={r}",
        facecolor=shape.fill,
        edgecolor=shape.stroke,
        linewidth=1.4 * points,
        zorder=order,
    )
