"""A sweep's report: the table of its points, its plot, what others published, and its notes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from qattention.render.estimate_report import estimate_markdown
from qattention.render.estimate_tables import headline, summary_line
from qattention.render.loglog import Line, Panel, loglog_svg
from qattention.render.real_heads_report import real_heads_markdown, real_heads_summary, real_heads_svg
from qattention.render.scaling_figure import scaling_svg
from qattention.render.scaling_tables import scaling_lines, scaling_tables
from qattention.render.tables import Table, to_markdown

if TYPE_CHECKING:
    from qattention.estimates.scaling import ScalingReport
    from qattention.estimates.studies import Solved, Study, StudyResult

GENERATED = "Generated from `study.toml`; the numbers are in `result.json`."
ORACLE = "![The oracle of one query row, on a small example](../../bloqs/heavy_key_oracle.svg)"
LARGE = 1e6  # beyond, digits of a mean are noise


def study_files(study: Study, solved: Solved) -> tuple[dict[str, str], str]:
    """(file name -> content, one line that answers) of what a study came to."""
    from qattention.estimates import Estimate, to_json
    from qattention.estimates.real_heads import RealHeadsReport
    from qattention.estimates.scaling import ScalingReport

    if isinstance(solved, ScalingReport):
        document = json.dumps({"schema": "qattention/scaling/1", **json.loads(to_json(solved))}, indent=2)
        files = {
            "report.md": scaling_markdown(study, solved, GENERATED),
            "figure.svg": scaling_svg(solved),
        }
        return {"result.json": document + "\n", **files}, scaling_summary(solved)
    text = json.dumps(json.loads(to_json(solved)), indent=2, ensure_ascii=False) + "\n"
    if isinstance(solved, RealHeadsReport):
        files = {
            "report.md": real_heads_markdown(study, solved, GENERATED),
            "figure.svg": real_heads_svg(solved),
        }
        return {"result.json": text, **files}, real_heads_summary(solved)
    if isinstance(solved, Estimate):
        head = "\n\n".join([study.question, GENERATED, ORACLE, *study.notes])
        title, rest = estimate_markdown(solved, study.title).split("\n\n", 1)
        return {"result.json": text, "report.md": f"{title}\n\n{head}\n\n{rest}"}, summary_line(solved)
    files = {"result.json": text, "report.md": study_markdown(study, solved, GENERATED)}
    if study.figure is not None:
        files["figure.svg"] = study_svg(study, solved)
    return files, study_summary(study, solved)


def study_markdown(study: Study, result: StudyResult, generated: str) -> str:
    """The page."""
    parts = [f"# {study.title}", study.question, generated, *study.notes]
    if study.figure is not None:
        parts.append(f"![{study.figure.y_label} against {study.figure.x_label}](figure.svg)")
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
        (*point.axes.values(), *(_shown(point.values[column.path]) for column in study.columns))
        for point in result.points
    )
    header = (*axes, *(column.label for column in study.columns))
    return Table(title="Points", header=header, rows=rows)


def _shown(value: object) -> object:
    """Large means as a reader compares them."""
    return headline(value) if isinstance(value, float) and value >= LARGE else value


def study_summary(study: Study, result: StudyResult) -> str:
    """How many points, and the range of the first column."""
    if not study.columns:
        return f"{len(result.points)} points."
    column = study.columns[0]
    values = [point.values[column.path] for point in result.points]
    numbers = sorted(value for value in values if isinstance(value, int | float))
    if not numbers:
        return f"{len(values)} points."
    return f"{len(values)} points; {column.label}: {headline(numbers[0])} to {headline(numbers[-1])}."


def study_svg(study: Study, result: StudyResult) -> str:
    """The plot that the study asks for, a panel for each value of the series after the first.

    Points without both figures are left out.
    """
    figure = study.figure
    assert figure is not None
    panels: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for point in result.points:
        x, y = point.values[figure.x], point.values[figure.y]
        if isinstance(x, int | float) and isinstance(y, int | float):
            name, *further = [str(point.values[path]) for path in figure.series] or [figure.y_label]
            title = _point(dict(zip(figure.series[1:], further, strict=True)))
            panels.setdefault(title, {}).setdefault(name, []).append((float(x), float(y)))
    drawn = [
        Panel(
            title=title,
            x_label=figure.x_label,
            y_label=figure.y_label,
            lines=tuple(_line(name, pairs) for name, pairs in lines.items()),
        )
        for title, lines in panels.items()
    ]
    return loglog_svg(study.title, drawn, study.question)


def _line(name: str, pairs: list[tuple[float, float]]) -> Line:
    x, y = zip(*pairs, strict=True)
    return Line(label=name, x=x, y=y)


def scaling_markdown(study: Study, report: ScalingReport, generated: str) -> str:
    """The verdicts' page."""
    tables = [to_markdown(table) for table in scaling_tables(report)]
    figure = "![T count, T depth and runtime against n](figure.svg)"
    parts = [f"# {study.title}", study.question, generated, *study.notes, figure, *tables]
    return "\n\n".join([*parts, "\n".join(scaling_lines(report))]) + "\n"


def scaling_summary(report: ScalingReport) -> str:
    """In how many of the verdicts the claim holds, fails, or needs an assumption."""
    answers = [verdict.verdict for verdict in report.verdicts]
    told = ", ".join(f"{word} in {answers.count(word)}" for word in ("holds", "fails", "assumes"))
    return f"Of {len(answers)} verdicts (loaders x costs): {told}."
