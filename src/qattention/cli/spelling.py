"""Fields of errors as the user of the command wrote them: --max-qubits, HEAD."""

from __future__ import annotations

import re

import click

NOT_TEXT = re.compile(r": got (None|-?[0-9])")
FIELD = re.compile(r"`([A-Za-z_]+)`")


def spelling(param: click.Parameter) -> str:
    """The longest of an option's names; of an argument what stands for it in help."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return str(param.metavar or param.name).strip("[]").partition("|")[0]


def spelled(line: str, ctx: click.Context) -> str:
    """A line on an error with its field, at the beginning, by the name that the user gave it.

    A file that is written is called "output" where it is written; here it is the option that named it.
    """
    found = FIELD.match(line)
    if found is None:
        return line
    name = _names(ctx, picked=NOT_TEXT.match(line, found.end()) is not None).get(found[1])
    if name is None and found[1] == "output":
        params = {param.name: param for param in ctx.command.params}
        given = [key for key, value in ctx.params.items() if isinstance(value, str) and value in line]
        name = spelling(params[given[0]]) if given and given[0] in params else None
    return line if name is None else f"`{name}`{line[found.end() :]}"


def _names(ctx: click.Context, picked: bool) -> dict[str, str]:
    """Field -> option: by the names of options, and before those by the names of the command's own values.

    HEAD is text; what picks a head of its file is a number, and called --head (`picked`).
    """
    params = ctx.command.params
    options = {name.lstrip("-").replace("-", "_"): spelling(param) for param in params for name in param.opts}
    own = {str(param.name): spelling(param) for param in params if param.name}
    return own | options if picked else options | own
