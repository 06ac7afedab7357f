"""What commands write: one JSON object, or tables; files as `outside` writes them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import click

from qattention.api.shown import Shown, dumped, plain
from qattention.outside import check_writable, write_file

if TYPE_CHECKING:
    from rich.console import Console

    from qattention.render.tables import Table

__all__ = [
    "check_writable",
    "console",
    "emit_json",
    "json_text",
    "plain",
    "print_answer",
    "print_tables",
    "show",
    "write_file",
]

WIDTH = 120  # characters, where nothing says
INDENT = 2  # characters, of what goes on from the line above


def json_text(document: Mapping[str, Any]) -> str:
    """One object, keys in their order, ending in a newline."""
    return dumped(plain(document))


def emit_json(schema: str, fields: Mapping[str, Any]) -> None:
    """The command's one JSON object on stdout."""
    click.echo(json_text({"schema": f"qattention/{schema}/1", **fields}), nl=False)


def show(result: Shown, as_json: bool, assumptions: bool = False, html: str | None = None) -> None:
    """A result on stdout: what was asked first, then its tables, then what they rest on if that is asked.

    Args:
        html: a file that takes the same as a page.
    """
    if html is not None:
        write_file(html, result.html())
    if as_json:
        click.echo(result.to_json(), nl=False)
        return
    told = result.assumptions_told()
    hint = ["(--assumptions says what these figures rest on.)"] if told else []
    print_answer(result.answer())
    print_tables(result.tables(), [*result.lines(), *(["", *told] if assumptions else hint)])


def print_answer(lines: Sequence[str]) -> None:
    """Lines of text, those too long going on a little further in."""
    shown = console()
    for line in lines:
        _print_line(shown, line, INDENT)
    shown.print()


def _print_line(shown: Console, line: str, further: int) -> None:
    """A line that goes on so many characters further in than it begins."""
    indent = " " * (len(line) - len(line.lstrip()) + further)
    for part in wrap(line, shown.width, subsequent_indent=indent, break_on_hyphens=False) or [""]:
        shown.print(part, markup=False)


def console(stderr: bool = False) -> Console:
    """For tables; colours and width as the terminal has them, else as COLUMNS says, else 120 columns."""
    from rich.console import Console

    class PipeConsole(Console):
        def on_broken_pipe(self) -> None:
            """Rich would end the process with 1; `main` knows the pipe's own code."""
            raise

    stream = sys.stderr if stderr else sys.stdout
    told = stream.isatty() or os.environ.get("COLUMNS", "").isdecimal()
    return PipeConsole(file=stream, width=None if told else WIDTH, highlight=False, soft_wrap=False)


def print_tables(tables: Sequence[Table], lines: Sequence[str] = ()) -> None:
    """Tables, then lines of text, on stdout."""
    from qattention.render.tables import to_rich

    shown = console()
    for table in tables:
        shown.print(to_rich(table, shown.width))
    for line in lines:
        _print_line(shown, line, INDENT if line.lstrip().startswith("- ") else 0)
