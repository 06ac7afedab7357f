"""A self-contained HTML page: a drawing and tables, no script, nothing loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff;
  margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .25rem .75rem; border-bottom: 1px solid #d0d7de; text-align: left }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
th[scope=row] { font-weight: normal }
table.entries { width: 100% }
table.entries th:first-child { width: 24% }
table.entries td.number { white-space: nowrap; width: 12% }
table.entries td:last-child { color: #424a53 }
h2 { margin-top: 2.5rem }
pre { background: #f6f8fa; padding: 1rem; overflow-x: auto }
figure { margin: 1rem 0; overflow-x: auto }
figure svg { max-width: 100%; height: auto }
"""


def page(title: str, parts: Iterable[str]) -> str:
    """An HTML document of the given parts (HTML already)."""
    body = "\n".join(parts)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def paragraph(text: str) -> str:
    """Text as a paragraph."""
    return f"<p>{escape(text)}</p>"


def heading(text: str, level: int = 2) -> str:
    """A section's heading, or below it a smaller one."""
    return f"<h{level}>{escape(text)}</h{level}>"


def figure(svg: str) -> str:
    """An inline drawing."""
    return f"<figure>\n{svg}</figure>"


def preformatted(text: str) -> str:
    """Text in its own lines."""
    return f"<pre>{escape(text)}</pre>"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[bool]) -> str:
    """A table; the columns that `right` names are figures, and stand to the right."""
    head = "".join(_cell("th", *named) for named in zip(header, right, strict=True))
    lines = [
        "<tr>" + "".join(_cell("td", *put) for put in zip(row, right, strict=True)) + "</tr>" for row in rows
    ]
    return "\n".join(["<table>", f"<tr>{head}</tr>", *lines, "</table>"])


def entries(header: Sequence[str], rows: Iterable[tuple[str, str, str, str]]) -> str:
    """A table of labels, values and explanations; the fourth text is shown when a row is pointed at."""
    head = "".join(_cell("th", name, i == 1) for i, name in enumerate(header))
    lines = [
        f'<tr title="{escape(about)}"><th scope="row">{escape(label)}</th>'
        f'<td class="number">{escape(value)}</td><td>{escape(why)}</td></tr>'
        for label, value, why, about in rows
    ]
    return "\n".join(['<table class="entries">', f"<tr>{head}</tr>", *lines, "</table>"])


def _cell(tag: str, text: str, right: bool) -> str:
    kind = ' class="number"' if right else ""
    return f"<{tag}{kind}>{escape(text)}</{tag}>"


def bullets(lines: Iterable[str]) -> str:
    """A list."""
    return "<ul>\n" + "\n".join(f"<li>{escape(line)}</li>" for line in lines) + "\n</ul>"
