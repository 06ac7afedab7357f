"""Tables as values, and the three ways in which they are shown: terminal, Markdown, HTML."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from qattention.render import html

if TYPE_CHECKING:
    from rich.table import Table as RichTable

DASH = "–"


@attrs.frozen(kw_only=True)
class Table:
    """Rows under a header. Numbers are shown to the right, None as a dash."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def facts(title: str, rows: Iterable[tuple[str, object]]) -> Table:
    """A table of two columns: what, and its value."""
    return Table(title=title, header=("", ""), rows=tuple(rows))


def words(value: object) -> str:
    """A value for a reader: integers with separators, floats to four digits, None as a dash."""
    if value is None:
        return DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**15 else f"{value:.4g}" if abs(value) < 10**300 else f"{value}"
    if isinstance(value, float):
        return (
            "not finite"
            if not math.isfinite(value)
            else f"{value:,.0f}"
            if _is_large(value)
            else f"{value:.4g}"
        )
    return str(value)


def _is_large(value: float) -> bool:
    return 1e4 <= abs(value) < 1e12


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def right_aligned(table: Table) -> list[bool]:
    """For each column whether all its values are numbers or missing."""
    columns = zip(*table.rows, strict=True) if table.rows else ([] for _ in table.header)
    return [all(_is_number(value) or value is None for value in column) for column in columns]


def to_rich(table: Table) -> RichTable:
    """For a terminal."""
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    show_header = any(table.header)
    shown = RichTable(title=table.title, title_justify="left", box=box.SIMPLE_HEAD, show_header=show_header)
    for name, right in zip(table.header, right_aligned(table), strict=True):
        shown.add_column(name, justify="right" if right else "left", overflow="fold")
    for row in table.rows:
        shown.add_row(*(Text(words(value)) for value in row))
    return shown


def to_markdown(table: Table, level: int = 2) -> str:
    """A heading and a pipe table."""
    right = right_aligned(table)
    lines = [table.header, tuple("---:" if flag else "---" for flag in right)]
    lines += [tuple(words(value).replace("|", "\\|") for value in row) for row in table.rows]
    head = f"{'#' * level} {table.title}\n\n" if table.title else ""
    return head + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def to_html(table: Table) -> str:
    """A heading and a table."""
    head = [html.heading(table.title)] if table.title else []
    rows: Sequence[Sequence[object]] = [
        [value if _is_number(value) and not isinstance(value, float) else words(value) for value in row]
        for row in table.rows
    ]
    return "\n".join([*head, html.table(table.header, rows)])
