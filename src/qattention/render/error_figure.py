"""The error of a head's output against k, a line a fill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qattention.render.loglog import Line, Panel, plot

if TYPE_CHECKING:
    from qattention.reference import InspectReport


def error_figure(report: InspectReport) -> Any:
    """Relative Frobenius error of the output; errors of exactly 0 have no place on the axis."""
    points: dict[str, list[tuple[float, float]]] = {}
    for one in report.errors:
        if one.relative_frobenius > 0:
            name = f"{one.fill}, keys centred" if one.center_keys else one.fill
            points.setdefault(name, []).append((float(one.n_heavy), one.relative_frobenius))
    lines = [
        Line(label=name, x=tuple(x for x, _ in sorted(pairs)), y=tuple(y for _, y in sorted(pairs)))
        for name, pairs in points.items()
    ]
    panel = Panel(
        title="", x_label="k, heavy keys a row", y_label="relative Frobenius error", lines=tuple(lines)
    )
    return plot(f"Output of {report.name} against exact attention", [panel])
