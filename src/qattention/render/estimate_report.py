"""The report of an estimate as Markdown and as a page: every figure with its explanation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from qattention.render.classical_tables import classical_tables, rate_lines
from qattention.render.estimate_tables import BREAKDOWN, detail_tables, headlines
from qattention.render.page import Bars, Bullets, Drawing, Entries, Figures, Page, Section, tables, told
from qattention.render.tables import Table, to_markdown

if TYPE_CHECKING:
    from qattention.estimates import Estimate
    from qattention.estimates.classical import ClassicalFigures
    from qattention.estimates.report import Report, ReportGroup

HEADER = ("figure", "value", "why")
TABLES_FIRST = ("Physical machines",)  # groups whose tables have every figure: the reasons are folded


def estimate_markdown(estimate: Estimate, title: str) -> str:
    """The report."""
    from qattention.estimates.report import report

    found, details = report(estimate), detail_tables(estimate)
    parts = [f"# {title}", *headlines(estimate)]
    for group in found.groups:
        parts.append(to_markdown(_table(group)))
        parts += [to_markdown(table, level=3) for table in details.get(group.title, ())]
    parts += map(to_markdown, classical_tables(estimate.classical))
    parts += [
        f"## {head}\n\n" + "\n".join(f"- {line}" for line in lines)
        for head, lines in _notes(found, estimate.classical)
    ]
    return "\n\n".join(parts) + "\n"


def estimate_page(estimate: Estimate, title: str, svg: str, remarks: Sequence[str] = ()) -> Page:
    """The report as a page, with the drawing of the oracle; pointing at a figure says what it is.

    Args:
        remarks: what the command prints below its tables.
    """
    from qattention.estimates import to_json
    from qattention.estimates.report import report

    found, details = report(estimate), detail_tables(estimate)
    entries = [_entries(group, details.get(group.title, []), estimate) for group in found.groups]
    notes = [
        Section(title=head, blocks=(Bullets(lines=tuple(lines)),), folded=True)
        for head, lines in _notes(found, estimate.classical)
    ]
    oracle = Section(title="The oracle of one row", blocks=(Drawing(svg=svg),))
    return Page(
        title=title,
        answer=tuple(headlines(estimate)),
        sections=(
            oracle,
            *entries,
            *tables(classical_tables(estimate.classical)),
            *told(remarks, "Remarks"),
            *notes,
        ),
        data=to_json(estimate),
        stem="estimate",
    )


def _entries(group: ReportGroup, details: list[Table], estimate: Estimate) -> Section:
    rows = tuple((one.label, one.value, one.explanation, one.description) for one in group.entries)
    figures = (_shares(estimate) if table.title == BREAKDOWN else Figures(table=table) for table in details)
    if group.title in TABLES_FIRST and details:
        made = Entries(header=HEADER, rows=rows, folded="How each figure is made")
        return Section(title=group.title, blocks=(*figures, made))
    return Section(title=group.title, blocks=(Entries(header=HEADER, rows=rows), *figures))


def _shares(estimate: Estimate) -> Bars:
    rows = tuple((one.path, one.toffoli, one.share) for one in estimate.iteration.breakdown)
    return Bars(title=BREAKDOWN, header=("part", "Toffoli", "share"), rows=rows)


def _table(group: ReportGroup) -> Table:
    rows = tuple((one.label, one.value, one.explanation) for one in group.entries)
    return Table(title=group.title, header=HEADER, rows=rows)


def _notes(found: Report, classical: ClassicalFigures | None) -> Iterable[tuple[str, list[str]]]:
    """The lists that end a report: heading and lines."""
    notes = (
        ("Assumptions", [f"{note.text} [{note.source}]" for note in found.assumptions]),
        ("Witnesses", [f"`{field}`: {', '.join(names)}" for field, names in found.witnesses.items()]),
        ("Call graph, gates and closed form were held equal at", list(found.verified)),
        ("Conventions", [f"{note.text} [{note.source}]" for note in found.conventions]),
        ("Rates of classical machines", rate_lines(classical)),
        ("Versions", [f"{name} {number}" for name, number in found.versions.items()]),
    )
    return [(head, lines) for head, lines in notes if lines]
