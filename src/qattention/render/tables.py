"""Tables as values, and how they are shown in a terminal and in Markdown; `page` shows them as HTML."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

import attrs

if TYPE_CHECKING:
    from rich.table import Table as RichTable

DASH = "–"
# A figure that was written out elsewhere: 60.4%, 12.5 min, 6.9e+08, 1.2 × 10^11.
FIGURE = re.compile(r"[-−]?\d[\d,.]*(e[+-]\d+)?( × 10\^-?\d+)?( ?(%|[a-z]+))?")
WIDEST_WORD = 24  # characters that a terminal keeps unbroken, if its width can
GAP = 2  # characters between columns
NARROWEST = 5  # characters of a column of words that break


@attrs.frozen(kw_only=True)
class Table:
    """Rows under a header. Columns of figures are shown to the right, None as a dash."""

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
            else f"{value:,.4g}"
        )
    return str(value)


def sampled(value: float, stderr: float) -> str:
    """A sampled mean with its standard error, to the digits that the error supports; 0: exact.

    The error has one digit, or two if the first is 1.
    """
    if not stderr > 0.0:
        return words(value)
    place = math.floor(math.log10(stderr))
    digits = max(0, (1 if stderr < 2.0 * 10.0**place else 0) - place)
    return f"{value:,.{digits}f} ± {stderr:,.{digits}f}"


def _is_large(value: float) -> bool:
    return 1e4 <= abs(value) < 1e12


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def right_aligned(table: Table) -> list[bool]:
    """For each column whether all its values are figures or missing, and not all are missing."""
    columns = zip(*table.rows, strict=True) if table.rows else ([] for _ in table.header)
    return [all(map(_is_figure, column)) and any(value is not None for value in column) for column in columns]


def _is_figure(value: object) -> bool:
    return value is None or _is_number(value) or (isinstance(value, str) and bool(FIGURE.fullmatch(value)))


def to_rich(table: Table, width: int) -> RichTable:
    """For a terminal of `width` columns: words stay whole where they can."""
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    shown = RichTable(
        title=Text(table.title),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, GAP - 1, 0, 0),
        show_header=any(table.header),
    )
    widths = column_widths(table, width)
    for name, right, fitting in zip(table.header, right_aligned(table), widths, strict=True):
        side: Literal["left", "right"] = "right" if right else "left"
        shown.add_column(Text(_folded(name, fitting)), justify=side, overflow="fold", width=fitting)
    for row in table.rows:
        shown.add_row(*(Text(_folded(words(value), fit)) for value, fit in zip(row, widths, strict=True)))
    return shown


def _folded(text: str, width: int | None) -> str:
    """A text of several lines where it is too wide, broken at hyphens before within words."""
    return text if width is None or len(text) <= width else "\n".join(wrap(text, width))


def column_widths(table: Table, width: int) -> list[int | None]:
    """Characters of each column of a table that fits into `width`; all None if even broken words do not.

    A column of figures never breaks. What is left beyond the longest words goes first to those in want of
    little.
    """
    columns = [(name, *map(words, column)) for name, *column in zip(table.header, *table.rows, strict=True)]
    wanted, right = [max(map(len, column)) for column in columns], right_aligned(table)
    least = [
        max(_longest_word(name), *(len(cell) if figures else _longest_word(cell) for cell in cells), 1)
        for (name, *cells), figures in zip(columns, right, strict=True)
    ]
    room = width - 1 - GAP * len(columns)
    while sum(least) > room:  # words break, the longest first; figures never
        longest = max((i for i in range(len(least)) if not right[i]), key=lambda i: least[i], default=None)
        if longest is None or least[longest] <= NARROWEST:
            return [None] * len(columns)
        least[longest] -= 1
    spare = room - sum(least)
    fitting: list[int | None] = list(least)
    by_want = sorted(range(len(columns)), key=lambda i: wanted[i] - least[i])
    for n_before, i in enumerate(by_want):
        more = min(max(0, wanted[i] - least[i]), spare // (len(columns) - n_before))
        fitting[i], spare = least[i] + more, spare - more
    return fitting


def _longest_word(text: str) -> int:
    """Characters below which a word would break, within reason."""
    return min(WIDEST_WORD, max(map(len, text.split()), default=0))


def to_markdown(table: Table, level: int = 2) -> str:
    """A heading and a pipe table."""
    right = right_aligned(table)
    lines = [table.header, tuple("---:" if flag else "---" for flag in right)]
    lines += [tuple(words(value).replace("|", "\\|") for value in row) for row in table.rows]
    head = f"{'#' * level} {table.title}\n\n" if table.title else ""
    return head + "\n".join(f"| {' | '.join(line)} |" for line in lines)
