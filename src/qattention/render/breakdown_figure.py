"""Where the Toffolis of an iteration are, as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qattention.render.figures import STYLE
from qattention.render.loglog import ALONE_WIDTH, COLORS

if TYPE_CHECKING:
    from qattention.estimates import Estimate

BAR = 0.42  # inches of height


def breakdown_figure(estimate: Estimate) -> Any:
    """A bar a part, the largest first, with its share beside it."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    parts = estimate.iteration.breakdown
    with matplotlib.rc_context(STYLE):
        size = (ALONE_WIDTH, 1.2 + BAR * len(parts))
        figure = Figure(figsize=size, layout="constrained", facecolor="white")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        names = [part.path for part in parts]
        bars = axes.barh(names, [part.toffoli for part in parts], color=COLORS[0], height=0.6)
        axes.bar_label(bars, [f"{part.toffoli:,} ({part.share:.1%})" for part in parts], padding=4)
        axes.invert_yaxis()
        axes.margins(x=0.35)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set(xlabel="Toffoli of one iteration", title="Where the Toffolis of an iteration are")
        figure.draw_without_rendering()
    return figure
