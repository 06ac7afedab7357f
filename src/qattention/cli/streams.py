"""Standard streams that may be closed, full or gone: told of once, and never taken for a bug."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

from qattention.errors import ResourceError

PIPE_CLOSED = 141  # as shells have it: 128 + SIGPIPE
MOST_CHARACTERS = 1000  # of a line on stderr


def prepare() -> None:
    """Give closed streams a file to fail on, so that nothing else is written where they were.

    Python has None for a stream that was closed before it began, and the system gives its number to the
    next file that is opened. A terminal without Unicode gets question marks.
    """
    for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None and not _is_open(number):
            os.open(os.devnull, os.O_RDONLY)  # the lowest number that is free: this one
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.FileIO(os.open(os.devnull, os.O_RDONLY), "w"))
    if sys.stderr is None:
        sys.stderr = io.TextIOWrapper(io.FileIO(os.devnull, "w"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _is_open(number: int) -> bool:
    with suppress(OSError):
        os.fstat(number)
        return True
    return False


def finish(code: int) -> int:
    """The exit code of a command once what it wrote is out: another where it was to be 0, and is not out."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
        return code or PIPE_CLOSED
    except OSError as error:
        silence(sys.stdout)
        return code or failed(error)
    return code


def failed(error: OSError) -> int:
    """Tell that stdout cannot be written to; the exit code for it."""
    silence(sys.stdout)
    say([f"`stdout`: cannot be written to: {error.strerror or error}"])
    return ResourceError.exit_code


def say(lines: Iterable[str]) -> None:
    """Lines on stderr, long ones cut; where that is gone, to nobody."""
    try:
        for line in lines:
            cut = line if len(line) <= MOST_CHARACTERS else f"{line[:MOST_CHARACTERS]}..."
            sys.stderr.write(f"qattention: {cut}\n")
        sys.stderr.flush()
    except (OSError, ValueError):  # ValueError: closed
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """Let what is left in the stream go nowhere: the interpreter flushes once more at its end."""
    with suppress(OSError, ValueError):  # no file, in a test; closed
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)
