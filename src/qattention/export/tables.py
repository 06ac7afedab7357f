"""The report of an estimate as CSV and as a LaTeX table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from qattention.estimates import Estimate, to_dict
from qattention.estimates.report import ReportEntry, report

COLUMNS = ("group", "path", "label", "value", "description", "explanation")
_LATEX = {
    **{sign: rf"\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}
_SCIENTIFIC = re.compile(r"(-?[0-9.]+)e([+-]?)0*([0-9]+)")


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


def to_latex(estimate: Estimate, caption: str) -> str:
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
    body = "\n\\midrule\n".join("\n".join(lines) for lines in groups)
    columns = r"@{}>{\raggedright}p{0.64\linewidth}>{\raggedleft\arraybackslash}p{0.3\linewidth}@{}"
    return (
        "% \\usepackage{array,booktabs,longtable}\n"
        f"\\begin{{longtable}}{{{columns}}}\n\\caption{{{escape(caption)}}} \\\\\n"
        f"\\toprule\n\\endfirsthead\n\\toprule\n\\endhead\n\\bottomrule\n\\endfoot\n{body}\n\\end{{longtable}}\n"
    )


def _row(one: ReportEntry) -> str:
    return rf"{escape(one.label)} & {_number(one.value)} \\"


def _number(value: str) -> str:
    found = _SCIENTIFIC.fullmatch(value)
    if not found:
        return escape(value)
    return rf"${found[1]} \times 10^{{{'-' if found[2] == '-' else ''}{found[3]}}}$"


def escape(text: str) -> str:
    """Text with every sign that LaTeX gives a meaning written out."""
    return "".join(_LATEX.get(sign, sign) for sign in text)
