"""`qattention inspect`: is this head sparse?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qattention.cli.numbers import REAL, WHOLE
from qattention.cli.options import head_argument, json_option
from qattention.cli.output import emit_json, plain, print_tables
from qattention.cli.progress import progress
from qattention.errors import SpecError, bad

if TYPE_CHECKING:
    from qattention.problem import AttentionHead


@click.command("inspect")
@head_argument()
@click.option("--n-heavy", type=WHOLE, help="k, heavy keys a row [default: 16].")
@click.option("--tau", type=REAL, help="One threshold for all rows: a logit of the given Q, K, scale.")
@json_option
def command(head: str, as_json: bool, **options: Any) -> None:
    """Is this head sparse? Measures what decides it, and says what to do.

    HEAD is an .npz or .safetensors file, the name of a packaged sample, or a folder of such files.
    """
    from qattention.api.verbs import inspect
    from qattention.reference.folder import folder_table
    from qattention.render.head_tables import folder_tables, inspect_tables

    heads, many = load_heads(head), is_folder(_folder_and_pick(head)[0])
    reports = []
    with progress("Inspecting", len(heads)) as advance:
        for one in heads:
            reports.append(inspect(one, **options))
            advance()
    if as_json:
        documents = [report.to_dict() for report in reports]
        whole = {"heads": documents, "table": plain(folder_table(reports))}
        return emit_json("inspect", whole if many else documents[0])
    for report in reports:
        click.echo(f"{report.name}: {report.verdict.line}" if many else report.verdict.line)
        print_tables(inspect_tables(report), [f"- {line}" for line in report.advice])
    if many:
        print_tables(folder_tables(folder_table(reports)))
    return None


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
