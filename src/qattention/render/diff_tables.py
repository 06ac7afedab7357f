"""Two estimates side by side, as tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qattention.render.tables import Table, words

if TYPE_CHECKING:
    from qattention.estimates.diff import Change, DiffReport, RatioReport

SHOWN = 5e-4  # of a factor: what four digits tell from 1


def diff_tables(report: DiffReport) -> list[Table]:
    """What differs: inputs, search, iteration, totals; nothing for a part in which nothing does."""
    changes = (
        ("Inputs that differ", report.inputs),
        ("Search", report.search),
        ("One iteration", report.iteration),
    )
    tables = [_changes(title, report, found) for title, found in changes if found]
    return tables if report.identical else [*tables, _totals(report)]


def diff_lines(report: DiffReport) -> list[str]:
    """What is said below the tables."""
    if report.identical:
        return [f"{report.a} and {report.b} are the same estimate."]
    lines = []
    for name, notes in ((report.a, report.only_a), (report.b, report.only_b)):
        if notes:
            lines += [f"Rests on, in {name} only", *(f"- {note}" for note in notes), ""]
    for name, machines in ((report.a, report.machines_a), (report.b, report.machines_b)):
        if machines:
            lines.append(f"Machines in {name} only: {'; '.join(machines)}.")
    return [*lines, _summary(report.totals[0])]


def _summary(toffoli: RatioReport) -> str:
    if toffoli.ratio is None:
        return "One of the two has no Toffoli."
    if toffoli.ratio == 1:
        return "Both take the same expected Toffoli."
    largest = max(toffoli.factors, key=lambda name: abs(math.log(toffoli.factors[name])))
    by = f"most of it by {largest} ({toffoli.factors[largest]:.4g})"
    return f"{toffoli.ratio:.4g} times the expected Toffoli; {by}."


def _changes(title: str, report: DiffReport, changes: tuple[Change, ...]) -> Table:
    rows = tuple((change.path, change.a, change.b, _ratio(change)) for change in changes)
    return Table(title=title, header=("", report.a, report.b, "ratio"), rows=rows)


def _ratio(change: Change) -> float | None:
    a, b = change.a, change.b
    numbers = all(isinstance(x, int | float) and not isinstance(x, bool) for x in (a, b))
    return b / a if numbers and a else None  # type: ignore[operator]


def _totals(report: DiffReport) -> Table:
    rows = tuple((one.path, words(one.a), words(one.b), one.ratio, _product(one)) for one in report.totals)
    return Table(title="Totals", header=("", report.a, report.b, "ratio", "its factors"), rows=rows)


def _product(one: RatioReport) -> str:
    told = [
        f"{name.replace('_', ' ')} {factor:.4g}"
        for name, factor in one.factors.items()
        if abs(factor - 1) > SHOWN
    ]
    return " × ".join(told) or "none"
