"""The entry of `qattention`: finds the command, runs it, and turns every error into lines and an exit code.

Exit codes: 0 done, 1 a check failed, 2 bad input, 3 infeasible, 70 an internal error (a bug: please report
it; QATTENTION_TRACEBACK=1 shows the traceback), 130 interrupted, 141 the reader of the output has gone away.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

import click

from qattention import __version__
from qattention.cli.lazy import LazyGroup
from qattention.cli.usage import usage_line
from qattention.errors import QAttentionError

INTERNAL_ERROR, INTERRUPTED, PIPE_CLOSED = 70, 130, 141
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
    "export": ("qattention.cli.export", "Write a bloq for other tools."),
    "study": ("qattention.cli.study", "Run a study.toml, point by point."),
    "diff": ("qattention.cli.diff", "Explain why two estimates differ."),
    "sync": ("qattention.cli.sync", "Regenerate bloqs/ and estimates/, or check them."),
}


@click.group(cls=LazyGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="qattention", message="%(prog)s %(version)s")
def cli() -> None:
    """Compile Grover-search sparse attention (arXiv:2307.08045) to fault-tolerant circuits and cost it.

    HEAD is an .npz file with q, k, v (optional scale, meta), or the name of a packaged sample.
    Numbers accept 4096, 4e3, 2**12. Every command takes --json.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code and never raises for what a user can do."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="replace"
            )  # a terminal without Unicode gets question marks, no traceback
    try:
        code = cli.main(args=arguments, prog_name="qattention", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except (
        BrokenPipeError,
        SystemExit,
    ):  # commands never exit by themselves: this is click's way with a pipe
        # The interpreter flushes once more at its end; let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except (KeyboardInterrupt, click.Abort):
        return _fail(["interrupted"], INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        return _fail([usage_line(error)], 2)
    except QAttentionError as error:
        return _fail(str(error).splitlines(), error.exit_code)
    except Exception as error:
        if os.environ.get("QATTENTION_TRACEBACK"):
            raise
        text = " ".join(str(error).split())[:300]
        return _fail([f"internal error: {type(error).__name__}: {text}"], INTERNAL_ERROR)


def _fail(lines: Sequence[str], code: int) -> int:
    for line in lines:
        click.echo(f"qattention: {line}", err=True)
    return code
