"""The report of an estimate as CSV and as a LaTeX table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from qattention.estimates import Estimate, to_dict
from qattention.estimates.report import ReportEntry, report
from qattention.export.latex import escape, longtable_of, number

COLUMNS = ("group", "path", "label", "value", "description", "explanation")


def to_csv(estimate: Estimate) -> str:
    """A line a figure (RFC 4180), under a header; values as in `estimate --json`."""
    stream, plain = io.StringIO(newline=""), to_dict(estimate)
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for group in report(estimate).groups:
        for one in group.entries:
            value = _value(plain, one.path)
            writer.writerow((group.title, one.path, one.label, value, one.description, one.explanation))
    return stream.getvalue()


def _value(plain: Any, path: str) -> Any:
    for name in path.split("/"):
        plain = plain[int(name)] if isinstance(plain, list) else plain[name]
    return "" if isinstance(plain, list | Mapping) else plain


def to_latex(estimate: Estimate, caption: str, label: str = "tab:estimate") -> str:
    """A table of the figures, group by group, over as many pages as it takes.

    It needs the packages array, booktabs and longtable.
    """
    groups = [
        [
            rf"\multicolumn{{2}}{{@{{}}l@{{}}}}{{\textit{{{escape(group.title)}}}}} \\*",
            *map(_row, group.entries),
        ]
        for group in report(estimate).groups
    ]
    return longtable_of(
        caption=caption,
        label=label,
        columns=r"@{}>{\raggedright}p{0.64\linewidth}>{\raggedleft\arraybackslash}p{0.3\linewidth}@{}",
        n_columns=2,
        head="",
        body="\n\\midrule\n".join("\n".join(lines) for lines in groups),
    )


def _row(one: ReportEntry) -> str:
    return rf"{escape(one.label)} & {number(one.value)} \\"
