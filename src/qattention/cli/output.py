"""What commands write: one JSON object, or tables; files as `outside` writes them."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import click

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
    "print_tables",
    "write_file",
]

SIGNIFICANT_DIGITS = 6  # of a float in JSON; integers are exact


def plain(value: Any) -> Any:
    """Attrs values, tuples and NumPy scalars as JSON has them; floats to six digits, NaN and inf as null."""
    if callable(getattr(value, "to_dict", None)):
        return plain(value.to_dict())
    if attrs.has(type(value)):
        return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if math.isfinite(value) else None
    return value


def json_text(document: Mapping[str, Any]) -> str:
    """One object, keys in their order, ending in a newline."""
    return json.dumps(plain(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def emit_json(schema: str, fields: Mapping[str, Any]) -> None:
    """The command's one JSON object on stdout."""
    click.echo(json_text({"schema": f"qattention/{schema}/1", **fields}), nl=False)


def console(stderr: bool = False) -> Console:
    """For tables; colours and width as the terminal has them, 120 columns where there is none."""
    from rich.console import Console

    class PipeConsole(Console):
        def on_broken_pipe(self) -> None:
            """Rich would end the process with 1; `main` knows the pipe's own code."""
            raise

    stream = sys.stderr if stderr else sys.stdout
    return PipeConsole(file=stream, width=None if stream.isatty() else 120, highlight=False, soft_wrap=False)


def print_tables(tables: Sequence[Table], lines: Sequence[str] = ()) -> None:
    """Tables, then lines of text, on stdout."""
    from qattention.render.tables import to_rich

    shown = console()
    for table in tables:
        shown.print(to_rich(table, shown.width))
    for line in lines:
        shown.print(line, markup=False)
