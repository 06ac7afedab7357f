"""A sweep's report: the table of its points, its plot, what others published, and its notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qattention.render.plots import Line, log_log_svg
from qattention.render.tables import Table, to_markdown

if TYPE_CHECKING:
    from qattention.estimates.studies import Study, StudyResult


def study_markdown(study: Study, result: StudyResult, generated: str) -> str:
    """The page."""
    parts = [f"# {study.title}", study.question, generated, *study.notes]
    if study.figure is not None:
        x, y = (_axis_label(study, path) for path in (study.figure.x, study.figure.y))
        parts.append(f"![{y} against {x}](figure.svg)")
    parts.append(to_markdown(points_table(study, result)))
    binding = [f"- {_point(point.axes)}: {point.infeasible}" for point in result.points if point.infeasible]
    if binding:
        parts.append("\n".join(["## What is infeasible, and what binds", "", *binding]))
    if study.published:
        rows = tuple((item.label, item.value, item.source) for item in study.published)
        parts.append(to_markdown(Table(title="Published", header=("what", "figure", "source"), rows=rows)))
    return "\n\n".join(parts) + "\n"


def _point(axes: Mapping[str, object]) -> str:
    return ", ".join(f"{axis.partition('.')[2].replace('_', ' ')} {value}" for axis, value in axes.items())


def points_table(study: Study, result: StudyResult) -> Table:
    """Axes, then columns; what binds in place of figures where nothing is feasible."""
    axes = tuple(axis.partition(".")[2].replace("_", " ") for axis in study.sweep)
    rows = tuple(
        (*point.axes.values(), *(point.values[column.path] for column in study.columns))
        for point in result.points
    )
    header = (*axes, *(column.label for column in study.columns))
    return Table(title="Points", header=header, rows=rows)


def study_summary(study: Study, result: StudyResult) -> str:
    """How many points, and the range of the first column."""
    if not study.columns:
        return f"{len(result.points)} points."
    column = study.columns[0]
    values = [point.values[column.path] for point in result.points]
    numbers = sorted(value for value in values if isinstance(value, int | float))
    if not numbers:
        return f"{len(values)} points."
    return f"{len(values)} points; {column.label}: {numbers[0]:.2g} to {numbers[-1]:.2g}."


def study_svg(study: Study, result: StudyResult) -> str:
    """The plot that the study asks for."""
    figure = study.figure
    assert figure is not None
    lines: dict[str, list[tuple[float, float]]] = {}
    for point in result.points:
        x, y = point.values[figure.x], point.values[figure.y]
        name = ", ".join(str(point.values[path]) for path in figure.series)
        if isinstance(x, int | float) and isinstance(y, int | float):
            lines.setdefault(name, []).append((float(x), float(y)))
    return log_log_svg(
        [Line(name=name, points=tuple(points)) for name, points in lines.items()],
        _axis_label(study, figure.x),
        _axis_label(study, figure.y),
    )


def _axis_label(study: Study, path: str) -> str:
    """A column's label, or the last name of the path."""
    named = {column.path: column.label for column in study.columns}
    return named.get(path, path.rpartition(".")[2].replace("_", " "))
