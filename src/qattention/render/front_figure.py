"""The front of plans as a picture: Toffolis and T depth against qubits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from qattention.render.figures import saved
from qattention.render.front_tables import problem_words
from qattention.render.loglog import Line, Panel, plot

if TYPE_CHECKING:
    from qattention.plan.explore import ExploreReport, FrontPoint

PANELS = {"toffoli": ("Toffolis", "expected Toffoli"), "t_depth": ("T depth", "expected T layers")}


def front_figure(report: ExploreReport) -> Any:
    """One panel a cost; a marker a point, by loader, and the line of the least at so many qubits."""
    return plot(_title(report), [_panel(report.points, cost) for cost in PANELS])


def front_file(report: ExploreReport, form: str) -> str | bytes:
    """The same as "svg", "pdf" or "png"."""
    about = "Plans that none beats in qubits, T gates and T depth; the line is the least at so many qubits."
    return saved(front_figure(report), form, _title(report), about)


def _title(report: ExploreReport) -> str:
    return f"Plans that none beats: {problem_words(report)}"


def _panel(points: tuple[FrontPoint, ...], cost: str) -> Panel:
    groups: dict[str, list[FrontPoint]] = {}
    for point in points:
        name = point.algorithm if point.plan is None else point.plan.circuit.loader.name
        groups.setdefault(name, []).append(point)
    title, unit = PANELS[cost]
    least = _line("least with so many qubits", _least(points, cost), cost, "steps")
    marks = [_line(loader, group, cost, "points") for loader, group in groups.items()]
    return Panel(title=title, x_label="logical qubits", y_label=unit, lines=(*marks, least))


def _line(label: str, points: list[FrontPoint], cost: str, kind: Literal["points", "steps"]) -> Line:
    x, y = (tuple(float(getattr(point, name)) for point in points) for name in ("qubits", cost))
    return Line(label=label, x=x, y=y, kind=kind)


def _least(points: tuple[FrontPoint, ...], cost: str) -> list[FrontPoint]:
    """Those that none with as few qubits beats; `points` ascend in qubits."""
    kept: list[FrontPoint] = []
    for point in sorted(points, key=lambda point: (point.qubits, getattr(point, cost))):
        if not kept or getattr(point, cost) < getattr(kept[-1], cost):
            kept.append(point)
    return kept
