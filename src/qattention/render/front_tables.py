"""The front of plans as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from qattention.render.figures import saved
from qattention.render.loglog import Line, Panel, plot
from qattention.render.tables import Table

if TYPE_CHECKING:
    from qattention.plan.explore import ExploreReport, FrontPoint


CHOICES = {
    "algorithm": "by",
    "phases": "phases",
    "loader": "loader",
    "block_size": "block",
    "unload_block": "unload",
    "inner_product": "sum",
    "rows_per_load": "rows",
    "padding": "padding",
    "search": "search",
}


def front_table(report: ExploreReport) -> Table:
    """A row a point, by qubits; choices that all points share are left to `front_lines`."""
    differing = [name for name in CHOICES if len(_values(report, name)) > 1]
    priced = any(point.qubit_seconds is not None for point in report.points)
    price = ("qubit seconds",) if priced else ()
    header = ("qubits", "Toffoli", "T depth", *price, *(CHOICES[name] for name in differing), "least")
    rows = tuple(_row(point, priced, differing) for point in report.points)
    return Table(
        title=f"Plans that none beats, expected totals: {problem_words(report)}", header=header, rows=rows
    )


def problem_words(report: ExploreReport) -> str:
    """The sizes that the plans are for."""
    problem = report.problem
    sizes = f"{problem.n_queries:,} queries, {problem.n_keys:,} keys{', causal' if problem.causal else ''}"
    return f"{sizes}, d = {problem.head_dim}, k = {problem.n_heavy}"


def _values(report: ExploreReport, name: str) -> set[object]:
    return {_choices(point).get(name) for point in report.points}


def _choices(point: FrontPoint) -> dict[str, object]:
    """Of rows the plan's; of blocks of pairs how many phases there are."""
    if point.plan is not None:
        return point.plan.to_dict()
    return {"algorithm": point.algorithm, "phases": len(point.phases)}


def _row(point: FrontPoint, priced: bool, differing: list[str]) -> tuple[object, ...]:
    costs = (point.toffoli, point.t_depth, *((point.qubit_seconds,) if priced else ()))
    shown = map(_told, costs)
    choices = (_choices(point).get(name) for name in differing)
    return (point.qubits, *shown, *choices, ", ".join(point.best))


def loaders_table(report: ExploreReport) -> list[Table]:
    """A row a loader: how it stands; none if there was one only."""
    header = ("loader", "plans", "on the front", "fewest Toffoli", "on qubits", "at T depth")
    rows = tuple(
        (one.loader, one.n_plans, one.n_on_front, _told(one.toffoli), one.qubits, _told(one.t_depth))
        for one in report.loaders
    )
    return [Table(title="Loaders that were compared", header=header, rows=rows)] if len(rows) > 1 else []


def _told(cost: float | None) -> str | None:
    return None if cost is None else f"{cost:.4g}"


def front_lines(report: ExploreReport) -> list[str]:
    """How many plans there were, and what all points have in common."""
    left_out = report.n_plans - report.n_within
    caps = f"; {left_out:,} break a cap" if left_out else ""
    same = [
        f"{CHOICES[name]} {value}"
        for name in CHOICES
        for value in _values(report, name)
        if value is not None and len(_values(report, name)) == 1
    ]
    return [
        f"{report.n_plans:,} plans compared by closed forms, {len(report.points)} on the front{caps}.",
        f"All of them: {', '.join(same)}." if same else "",
        *([f"Without blocks of pairs: {report.without_joins}."] if report.without_joins else []),
        "block: keys looked up at once; unload: addresses made one-hot, a dash for the fewest Toffolis.",
    ]


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
