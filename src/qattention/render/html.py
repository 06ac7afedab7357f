"""Headings and tables as pieces of HTML, for places that have a page of their own, such as a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def headline(lines: Sequence[str]) -> str:
    """Lines of an answer, the first of them strong."""
    first, *rest = (escape(line.strip()) for line in lines)
    return f"<p>{'<br>'.join([f'<strong>{first}</strong>', *rest])}</p>"


def folded(title: str, content: str) -> str:
    """Content that is opened by its title."""
    return f"<details><summary>{escape(title or 'more')}</summary>\n{content}\n</details>"


def heading(text: str, level: int = 2) -> str:
    """A section's heading, or below it a smaller one."""
    return f"<h{level}>{escape(text)}</h{level}>"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[bool]) -> str:
    """A table; the columns that `right` names are figures, and stand to the right."""
    head = "".join(_cell("th", *named) for named in zip(header, right, strict=True))
    lines = [
        "<tr>" + "".join(_cell("td", *put) for put in zip(row, right, strict=True)) + "</tr>" for row in rows
    ]
    return "\n".join(["<table>", f"<tr>{head}</tr>", *lines, "</table>"])


def _cell(tag: str, text: str, right: bool) -> str:
    kind = ' class="number"' if right else ""
    return f"<{tag}{kind}>{escape(text)}</{tag}>"
