"""The entry of `qattention`: finds the command, runs it, and turns every error into lines and an exit code.

Exit codes: 0 done, 1 a check failed, 2 bad input, 3 infeasible, 70 an internal error (a bug: please report
it; QATTENTION_TRACEBACK=1 shows the traceback), 74 what the work stands on failed (a disk, a stream, a
process, memory), 129, 130 and 143 hung up, interrupted and terminated, 141 the reader of the output has
gone away.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from qattention.caches import settled
from qattention.cli import streams
from qattention.cli.stopping import Stopping, exit_code, last_words
from qattention.errors import QAttentionError, ResourceError, Stopped, brief, near, told
from qattention.put_off import put_off
from qattention.version import __version__

INTERNAL_ERROR = 70
WITH_THREADS = {"study", "sync"}  # a module that is put off and first used in two threads is run by halves
COMMANDS = {
    "inspect": ("qattention.cli.inspect_head", "Is this head sparse? Error, gap, bits and advice."),
    "verify": ("qattention.cli.verify", "Lower an oracle to gates and run it on every address."),
    "run": ("qattention.cli.run", "Algorithms 1 and 2 end to end on the simulated circuits."),
    "estimate": ("qattention.cli.estimate", "Compile a problem, cost it, report."),
    "explore": ("qattention.cli.explore", "The plans that none beats in qubits, Toffolis and T depth."),
    "physical": ("qattention.cli.physical", "Machines for logical counts from any source."),
    "diagram": ("qattention.cli.diagram", "Draw one of the bloqs."),
    "search": ("qattention.cli.search", "What a find-all schedule costs, with a Monte-Carlo check."),
    "scaling": ("qattention.cli.scaling", "Exponents of every loader and cost, against the claim."),
    "compare": ("qattention.cli.compare", "Against classical attention: break-even, and what it would need."),
    "claims": ("qattention.cli.claims", "Claims about quantum attention, priced on a head."),
    "export": ("qattention.cli.export", "Write a bloq for other tools."),
    "study": ("qattention.cli.study", "Run a study.toml, point by point."),
    "diff": ("qattention.cli.diff", "Explain why two estimates differ."),
    "sync": ("qattention.cli.sync", "Regenerate bloqs/ and estimates/, or check them."),
}


class LazyGroup(click.Group):
    """`commands_at`: name -> (dotted module with a `command`, one line of help)."""

    def __init__(self, *args: Any, commands_at: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a newcomer meets them."""
        del ctx
        return list(self._at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a known command."""
        del ctx
        if cmd_name not in self._at:
            return None
        command: click.Command = import_module(self._at[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._at.items()])


@click.group(cls=LazyGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="qattention", message="%(prog)s %(version)s")
def cli() -> None:
    """Compile Grover-search sparse attention (arXiv:2307.08045) to fault-tolerant circuits and cost it.

    HEAD is an .npz file with q, k, v (optional scale, meta), or the name of a packaged sample.
    Numbers accept 4096, 4e3, 2**12. Every command takes --json.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code and never raises for what a user can do.

    Args:
        arguments: those of the process unless given; then the process ends here.
    """
    streams.prepare()
    if arguments is None:
        _move_in()
    with Stopping() as work:
        try:
            with settled():
                code = streams.finish(_run(arguments, work))
        except Stopped as stop:
            streams.say([last_words(stop.number)])
            code = streams.finish(exit_code(stop.number))
        if arguments is None:
            work.end(code)
        return code


def _move_in() -> None:
    """What the command may do to its own process, and a library to nobody's.

    OpenBLAS's threads sleep when a product is done; they wait for the next one awake, by default for 2**26
    cycles, which is more than most commands spend on products.
    """
    if not WITH_THREADS & {*sys.argv[1:2]}:
        put_off()
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")


def _run(arguments: Sequence[str] | None, work: Stopping) -> int:
    """The exit code of a command, whatever it ends with, but for Stopped."""
    try:
        return _command(arguments, work)
    except (BrokenPipeError, SystemExit):  # commands never exit by themselves: click's way with a pipe
        streams.silence(sys.stdout)
        return streams.PIPE_CLOSED
    except (KeyboardInterrupt, click.Abort):
        raise Stopped(signal.SIGINT) from None
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        return _fail([usage_line(error)], 2)
    except QAttentionError as error:
        return _fail(str(error).splitlines(), error.exit_code)
    except Exception as error:
        if os.environ.get("QATTENTION_TRACEBACK"):
            raise
        return _unforeseen(error)


def _command(arguments: Sequence[str] | None, work: Stopping) -> int:
    try:
        code = cli.main(args=arguments, prog_name="qattention", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    finally:
        work.check()
    return code if isinstance(code, int) else 0


def _unforeseen(error: Exception) -> int:
    """What failed under the work, and bugs."""
    if isinstance(error, MemoryError):
        return _fail(["memory ran out"], ResourceError.exit_code)
    if not isinstance(error, OSError):
        return _fail([f"internal error: {told(error)}"], INTERNAL_ERROR)
    if error.filename is None:
        return streams.failed(error)
    return _fail([f"`{brief(error.filename)}`: {error.strerror or told(error)}"], ResourceError.exit_code)


def _fail(lines: Sequence[str], code: int) -> int:
    streams.say(lines)
    return code


def usage_line(error: click.ClickException) -> str:
    """One line for any error of the command line itself."""
    if isinstance(error, click.NoSuchOption):
        return _no_such_option(error)
    if isinstance(error, click.MissingParameter):
        name = _name(error.param, error.ctx) if error.param and error.ctx else "argument"
        return f"`{name}`: is missing; see qattention {_command_name(error)} --help"
    if isinstance(error, click.BadParameter) and error.param is not None:
        return " ".join(error.message.split()) if error.message.startswith("`") else _bad_parameter(error)
    if isinstance(error, click.UsageError):
        return _other_usage(error)
    return " ".join(error.format_message().split())


def _command_name(error: click.UsageError) -> str:
    return error.ctx.info_name or "" if error.ctx and error.ctx.parent else ""


def _name(param: click.Parameter, ctx: click.Context) -> str:
    """As the user writes it: --n-items, HEAD."""
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.make_metavar(ctx)


def _no_such_option(error: click.NoSuchOption) -> str:
    known = [name for param in error.ctx.command.params for name in param.opts] if error.ctx else []
    hint = near(error.option_name, known)
    see = f"see qattention {_command_name(error)}".rstrip()
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
