"""A study's estimates as a table for a paper: a row an estimate, its axes and the columns chosen."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

from qattention.errors import SpecError, bad
from qattention.export.latex import escape, longtable, number

if TYPE_CHECKING:
    from qattention.estimates.studies import Solved, Study
    from qattention.estimates.studies.spec import Column

FORMS = ("latex", "csv", "markdown")
DIGITS = 4  # significant, of a figure in prose
Row = Mapping[str, object]


def study_rows(study: Study, solved: Solved) -> list[Row]:
    """Axes and paths -> values, unrounded.

    Raises:
        SpecError: the verdict of `scaling` has no estimates.
    """
    from qattention.estimates import to_dict
    from qattention.estimates.joins import JoinEstimate
    from qattention.estimates.result import Estimate
    from qattention.estimates.studies.results import StudyResult, figure

    if isinstance(solved, StudyResult):
        paths = [column.path for column in study.columns]
        return [{**point.axes, **{path: point.values[path] for path in paths}} for point in solved.points]
    if isinstance(solved, Estimate | JoinEstimate):
        document = to_dict(solved)
        return [{column.path: figure(document, column.path) for column in _columns_of_one(study)}]
    raise SpecError(bad("format", study.kind, "of a study of estimates: a scaling verdict has none"))


def _columns_of_one(study: Study) -> tuple[Column, ...]:
    from qattention.estimates.studies.spec import Column

    usual = (
        Column(path="logical.expected.toffoli", label="Toffoli, expected"),
        Column(path="logical.expected.t_depth", label="T depth, expected"),
        Column(path="logical.qubits", label="logical qubits"),
    )
    return study.columns or usual


def headers(study: Study, rows: list[Row]) -> list[str]:
    """What stands above the columns: labels, or the axes' own names."""
    labels = {column.path: column.label for column in (*_columns_of_one(study), *study.columns)}
    names = list(rows[0]) if rows else []
    return [labels.get(name, name.partition(".")[2].replace("_", " ") or name) for name in names]


def table_text(
    study: Study, solved: Solved, form: str, *, label: str = "tab:study", digits: int = DIGITS
) -> str:
    """As "latex", "csv" or "markdown".

    Args:
        label: of the LaTeX table. digits: significant ones of floats; CSV has them all.
    Raises:
        SpecError: no such format, fewer than one digit, or no estimates.
    """
    if form not in FORMS:
        raise SpecError(bad("format", form, " or ".join(FORMS)))
    if not 1 <= digits <= 17:
        raise SpecError(bad("digits", digits, "an integer in 1..17"))
    rows = study_rows(study, solved)
    header = headers(study, rows)
    if form == "csv":
        return _csv(header, rows)
    if form == "latex":
        body = [[_cell(value, digits) for value in row.values()] for row in rows]
        figures = [
            all(isinstance(row[name], int | float) or row[name] is None for row in rows)
            for name in (rows[0] if rows else ())
        ]
        columns = "".join("r" if right else "l" for right in figures)
        return longtable(
            caption=f"{study.title}. {study.question}", label=label, columns=columns,
            header=[escape(name) for name in header], rows=body,
        )  # fmt: skip
    return _markdown(header, [[_shown(value, digits) for value in row.values()] for row in rows])


def _markdown(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return (
        "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
        + "\n"
    )


def _csv(header: list[str], rows: list[Row]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows(["" if value is None else value for value in row.values()] for row in rows)
    return stream.getvalue()


def _shown(value: object, digits: int) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)


def _cell(value: object, digits: int) -> str:
    """Figures in mathematics, whole ones in full with thin spaces; a dash where there is none."""
    if value is None:
        return "--"
    if isinstance(value, bool):
        return _shown(value, digits)
    if isinstance(value, int):
        return f"${value:,}$".replace(",", r"\,")
    return number(f"{value:.{digits}g}") if isinstance(value, float) else escape(str(value))
