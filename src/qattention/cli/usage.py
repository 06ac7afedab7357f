"""Click's errors as one line: the field, the value, what is allowed."""

from __future__ import annotations

import click

from qattention.errors import near


def usage_line(error: click.ClickException) -> str:
    """One line for any error of the command line itself."""
    if isinstance(error, click.NoSuchOption):
        return _no_such_option(error)
    if isinstance(error, click.MissingParameter):
        name = _name(error.param, error.ctx) if error.param and error.ctx else "argument"
        return f"`{name}`: is missing; see qattention {_command(error)} --help"
    if isinstance(error, click.BadParameter) and error.param is not None:
        return " ".join(error.message.split()) if error.message.startswith("`") else _bad_parameter(error)
    if isinstance(error, click.UsageError):
        return _other_usage(error)
    return " ".join(error.format_message().split())


def _command(error: click.UsageError) -> str:
    return error.ctx.info_name or "" if error.ctx and error.ctx.parent else ""


def _name(param: click.Parameter, ctx: click.Context) -> str:
    """As the user writes it: --n-items, HEAD."""
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.make_metavar(ctx)


def _no_such_option(error: click.NoSuchOption) -> str:
    known = [name for param in error.ctx.command.params for name in param.opts] if error.ctx else []
    hint = near(error.option_name, known)
    see = f"see qattention {_command(error)}".rstrip()
    return f"`{error.option_name}`: no such option; {see} --help{hint}"


def _bad_parameter(error: click.BadParameter) -> str:
    assert error.param is not None
    name = max(error.param.opts, key=len)
    return f"`{name}`: {' '.join(error.message.split())}"


def _other_usage(error: click.UsageError) -> str:
    """An unknown command, or an argument too many."""
    text = " ".join(error.message.split())
    quoted = text.split("'")
    if text.startswith("No such command") and error.ctx:
        commands = error.ctx.command.list_commands(error.ctx)  # type: ignore[attr-defined]
        return f"`{quoted[1]}`: no such command; one of {', '.join(commands)}{near(quoted[1], commands)}"
    return text
