"""`qattention inspect`: is this head sparse?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qattention.cli.numbers import REAL, WHOLE
from qattention.cli.options import command as grouped
from qattention.cli.options import head_argument, html_option, json_option
from qattention.cli.output import check_writable, emit_json, json_text, plain, print_tables, show, write_file
from qattention.cli.progress import progress
from qattention.errors import SpecError, bad

if TYPE_CHECKING:
    from qattention.api.heads import InspectReport
    from qattention.problem import AttentionHead
    from qattention.render.tables import Table


@grouped("inspect", examples=("inspect minilm-code", "inspect heads/ --json"))
@head_argument()
@click.option("--n-heavy", type=WHOLE, help="k, heavy keys a row [default: 16].")
@click.option("--tau", type=REAL, help="One threshold for all rows: a logit of the given Q, K, scale.")
@html_option
@json_option
def command(head: str, html: str | None, as_json: bool, **options: Any) -> None:
    """Is this head sparse? Measures what decides it, and says what to do.

    HEAD is an .npz or .safetensors file, the name of a packaged sample, or a folder of such files.
    """
    from qattention.api.heads import inspect
    from qattention.reference.folder import folder_table
    from qattention.render.head_tables import folder_tables

    check_writable(html)
    heads, many = load_heads(head), is_folder(_folder_and_pick(head)[0])
    reports = []
    with progress("Inspecting", len(heads)) as advance:
        for one in heads:
            reports.append(inspect(one, **options))
            advance()
    if not many:
        return show(reports[0], as_json, html=html)
    table = folder_table(reports)
    document = {"heads": [without_schema(report) for report in reports], "table": plain(table)}
    tables = folder_tables(table)
    if html is not None:
        whole = json_text({"schema": "qattention/inspect/1", **document})
        write_file(html, _folder_page(reports, tables, whole))
    if as_json:
        return emit_json("inspect", document)
    for report in reports:
        show(report, as_json)
    return print_tables(tables)


def _folder_page(reports: list[InspectReport], tables: list[Table], data: str) -> str:
    from qattention.render.page import page_html, several_page

    pages = (report.page() for report in reports)
    return page_html(several_page(f"{len(reports)} heads", tables, pages, data, "inspect"))


def without_schema(report: InspectReport) -> dict[str, Any]:
    """Its object inside that of several."""
    return {name: value for name, value in report.to_dict().items() if name != "schema"}


def is_folder(name: str) -> bool:
    """Whether a folder is there; a name that cannot be a path is none."""
    try:
        return Path(name).is_dir()
    except (OSError, ValueError):
        return False


def _folder_and_pick(name: str) -> tuple[str, str]:
    """(the path, "@" and what is picked in each file) of a folder; of anything else the name as it is."""
    path, at, pick = name.rpartition("@")
    return (path, f"@{pick}") if at and is_folder(path) else (name, "")


def load_heads(name: str) -> list[AttentionHead]:
    """The head of that name, or all in a folder, in the order of their names.

    Raises:
        SpecError: every problem of every file.
    """
    from qattention.problem import load_head

    path, pick = _folder_and_pick(name)
    if not is_folder(path) or next(Path(path).glob("*.npy"), None) is not None:
        return [load_head(name)]
    files = sorted(file for file in Path(path).iterdir() if file.suffix in (".npz", ".safetensors"))
    if not files:
        raise SpecError(bad("head", name, "a folder with .npz, .safetensors or .npy files in it"))
    heads, problems = [], []
    for file in files:
        try:
            heads.append(load_head(f"{file}{pick}"))
        except SpecError as error:
            problems += [f"{repr(file.name)[1:-1]}: {problem}" for problem in error.problems]
    if problems:
        raise SpecError(problems)
    return heads
