"""A sweep's report: the table of its points, its plot, what others published, and its notes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qattention.render.estimate_report import estimate_markdown
from qattention.render.estimate_tables import estimate_tables, headline, summary_line
from qattention.render.figures import saved
from qattention.render.join_report import join_markdown
from qattention.render.join_tables import join_headlines, join_tables
from qattention.render.loglog import Line, Panel, plot
from qattention.render.page import Page, result_page
from qattention.render.real_heads_report import (
    real_heads_figure,
    real_heads_markdown,
    real_heads_summary,
    real_heads_svg,
    real_heads_tables,
)
from qattention.render.scaling_tables import scaling_figure, scaling_lines, scaling_svg, scaling_tables
from qattention.render.tables import Table, to_markdown

if TYPE_CHECKING:
    from qattention.estimates.scaling import ScalingReport
    from qattention.estimates.studies import Solved, Study, StudyResult
    from qattention.estimates.studies.spec import Axes

GENERATED = "Generated from `study.toml`; the numbers are in `result.json`."
ORACLE = "![The oracle of one query row, on a small example](../../bloqs/heavy_key_oracle.svg)"
BINDS = "What is infeasible, and what binds"
LARGE = 1e6  # beyond, digits of a mean are noise
LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")  # of Markdown: a page stands alone, its links lead nowhere


def study_files(study: Study, solved: Solved) -> tuple[dict[str, str], str]:
    """(file name -> content, one line that answers) of what a study came to."""
    from qattention.estimates import Estimate, to_json
    from qattention.estimates.joins import JoinEstimate
    from qattention.estimates.real_heads import RealHeadsReport
    from qattention.estimates.scaling import ScalingReport
    from qattention.estimates.serialise import FITTED_DIGITS, STUDY_DIGITS

    if isinstance(solved, ScalingReport):
        document = json.dumps(
            {"schema": "qattention/scaling/1", **json.loads(to_json(solved, digits=FITTED_DIGITS))}, indent=2
        )
        files = {
            "report.md": scaling_markdown(study, solved, GENERATED),
            "figure.svg": scaling_svg(solved),
        }
        return {"result.json": document + "\n", **files}, scaling_summary(solved)
    text = json.dumps(json.loads(to_json(solved, digits=STUDY_DIGITS)), indent=2, ensure_ascii=False) + "\n"
    if isinstance(solved, RealHeadsReport):
        files = {
            "report.md": real_heads_markdown(study, solved, GENERATED),
            "figure.svg": real_heads_svg(solved),
        }
        return {"result.json": text, **files}, real_heads_summary(solved)
    if isinstance(solved, Estimate):
        page = _with_head(study, estimate_markdown(solved, study.title), ORACLE)
        return {"result.json": text, "report.md": page}, summary_line(solved)
    if isinstance(solved, JoinEstimate):
        page = _with_head(study, join_markdown(solved, study.title))
        return {"result.json": text, "report.md": page}, join_headlines(solved)[0]
    files = {"result.json": text, "report.md": study_markdown(study, solved, GENERATED)}
    if study.figure is not None:
        files["figure.svg"] = study_svg(study, solved)
    return files, study_summary(study, solved)


def _with_head(study: Study, page: str, *drawn: str) -> str:
    """The report of one estimate with the question below its title."""
    title, rest = page.split("\n\n", 1)
    return "\n\n".join([title, study.question, GENERATED, *drawn, *study.notes, rest])


def study_markdown(study: Study, result: StudyResult, generated: str) -> str:
    """The page."""
    parts = [f"# {study.title}", study.question, generated, *study.notes]
    if study.figure is not None:
        parts.append(f"![{study.figure.y_label} against {study.figure.x_label}](figure.svg)")
    parts.append(to_markdown(points_table(study, result)))
    if binding := _binding(result):
        parts.append("\n".join([f"## {BINDS}", "", *binding]))
    parts += map(to_markdown, _published(study))
    return "\n\n".join(parts) + "\n"


def _binding(result: StudyResult) -> list[str]:
    return [f"- {_point(point.axes)}: {point.infeasible}" for point in result.points if point.infeasible]


def _published(study: Study) -> list[Table]:
    rows = tuple((item.label, item.value, item.source) for item in study.published)
    return [Table(title="Published", header=("what", "figure", "source"), rows=rows)] if rows else []


def study_tables(study: Study, solved: Solved) -> list[Table]:
    """The tables of whatever a study came to."""
    from qattention.estimates import Estimate
    from qattention.estimates.joins import JoinEstimate
    from qattention.estimates.real_heads import RealHeadsReport
    from qattention.estimates.scaling import ScalingReport

    if isinstance(solved, ScalingReport):
        return scaling_tables(solved)
    if isinstance(solved, RealHeadsReport):
        return real_heads_tables(solved)
    if isinstance(solved, Estimate):
        return estimate_tables(solved)
    if isinstance(solved, JoinEstimate):
        return join_tables(solved)
    return [points_table(study, solved), *_published(study)]


def study_lines(study: Study, solved: Solved) -> list[str]:
    """What its author remarks, and what is infeasible."""
    from qattention.estimates.studies import StudyResult

    binding = _binding(solved) if isinstance(solved, StudyResult) else []
    return [*(LINK.sub(r"\1", note) for note in study.notes), *([BINDS, *binding] if binding else [])]


def study_page(study: Study, solved: Solved, summary: str, data: str) -> Page:
    """The same report as a page of its own.

    Args:
        data: of `result.json`.
    """
    from qattention.estimates import Estimate
    from qattention.estimates.joins import JoinEstimate
    from qattention.estimates.scaling import ScalingReport

    has_plot = study.figure is not None or study.kind != "estimate"
    rests = scaling_lines(solved) if isinstance(solved, ScalingReport) else []
    if isinstance(solved, Estimate | JoinEstimate):
        rests = ["Assumptions", *(f"- {note.text} [{note.source}]" for note in solved.assumptions)]
    return result_page(
        [study.title, study.question, summary],
        study_tables(study, solved),
        lines=study_lines(study, solved),
        assumptions=rests,
        plots={"The plot": solved_figure(study, solved)} if has_plot else {},
        data=data,
        stem="result",
    )


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
    """The plot that the study asks for, as SVG."""
    svg = saved(study_figure(study, result), "svg", study.title, study.question)
    assert isinstance(svg, str)
    return svg


def solved_figure(study: Study, solved: Solved) -> Any:
    """The plot of whatever a study came to, as a matplotlib figure.

    Raises:
        SpecError: it has none.
    """
    from qattention.errors import SpecError
    from qattention.estimates import Estimate
    from qattention.estimates.joins import JoinEstimate
    from qattention.estimates.real_heads import RealHeadsReport
    from qattention.estimates.scaling import ScalingReport

    if isinstance(solved, ScalingReport):
        return scaling_figure(solved)
    if isinstance(solved, RealHeadsReport):
        return real_heads_figure(solved)
    if isinstance(solved, Estimate | JoinEstimate) or study.figure is None:
        raise SpecError("`figure`: got none; must be a table of the study, with its x and y")
    return study_figure(study, solved)


def study_figure(study: Study, result: StudyResult) -> Any:
    """Every y against x; of each a panel for each value of the series after the first.

    Points without both figures are left out.
    """
    axes = study.figure
    assert axes is not None
    drawn = [
        panel
        for path, label in ((axes.y, axes.y_label), *((one.path, one.label) for one in axes.also))
        for panel in _panels(axes, result, path, label)
    ]
    return plot(study.title, drawn)


def _panels(axes: Axes, result: StudyResult, path: str, label: str) -> list[Panel]:
    found: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for point in result.points:
        x, y = point.values[axes.x], point.values[path]
        if isinstance(x, int | float) and isinstance(y, int | float):
            name, *further = [str(point.values[path]) for path in axes.series] or [label]
            title = _point(dict(zip(axes.series[1:], further, strict=True)))
            found.setdefault(title, {}).setdefault(name, []).append((float(x), float(y)))
    return [
        Panel(
            title=title,
            x_label=axes.x_label,
            y_label=label,
            lines=tuple(_line(name, pairs) for name, pairs in lines.items()),
            x_scale=axes.x_scale,
            y_scale=axes.y_scale,
        )
        for title, lines in found.items()
    ]


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
