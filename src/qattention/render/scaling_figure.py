"""The scaling verdict as log-log plots: T count, T depth and runtime against n."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qattention.render.figures import saved
from qattention.render.loglog import Guide, Line, Panel, plot

if TYPE_CHECKING:
    from qattention.estimates.scaling import ScalingReport

PANELS = {"t": ("T count", "T gates"), "t_depth": ("T depth", "T layers"), "runtime": ("Runtime", "seconds")}


def scaling_figure(report: ScalingReport, algorithm: str = "row-by-row") -> Any:
    """One panel a cost, a line a loader, the claim's slope and the classical one beside them."""
    return plot(_title(report, algorithm), [_panel(report, algorithm, cost) for cost in PANELS])


def scaling_file(report: ScalingReport, form: str, algorithm: str = "row-by-row") -> str | bytes:
    """The same as "svg", "pdf" or "png"."""
    about = "Against n, log-log; grey: the slopes of the claim, n^1.5, and of classical attention, n^2."
    return saved(scaling_figure(report, algorithm), form, _title(report, algorithm), about)


def scaling_svg(report: ScalingReport, algorithm: str = "row-by-row") -> str:
    """The same as SVG."""
    svg = scaling_file(report, "svg", algorithm)
    assert isinstance(svg, str)
    return svg


def _title(report: ScalingReport, algorithm: str) -> str:
    base = report.base
    return f"All rows of one head, {algorithm}: k = {base['k']}, d = {base['d']}, {base['b']} bits"


def _panel(report: ScalingReport, algorithm: str, cost: str) -> Panel:
    chosen = [v for v in report.verdicts if v.algorithm == algorithm and v.cost == cost]
    x = tuple(float(n) for n in report.n_keys)
    start = (x[0], 0.02 * min(verdict.totals[0] for verdict in chosen))
    name, unit = PANELS[cost]
    return Panel(
        title=name,
        x_label="n, queries and keys",
        y_label=unit,
        lines=tuple(Line(label=verdict.loader, x=x, y=verdict.totals) for verdict in chosen),
        guides=(
            Guide(label="claim: slope 1.5", exponent=1.5, through=start),
            Guide(label="classical: slope 2", exponent=2.0, through=start),
        ),
    )
