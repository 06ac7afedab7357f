"""Text from outside: of a file, or of stdin; never more of it than a limit, never from a pipe or device."""

from __future__ import annotations

import os
import stat
import sys

from qattention.errors import SpecError, bad

MAX_BYTES = 2**23  # an estimate has 20 kB, a config.json with all labels of a classifier 2 MB


def read_text(path: str | os.PathLike[str], field: str, max_bytes: int = MAX_BYTES) -> str:
    """The UTF-8 text of a file, a byte order mark left out; of stdin for "-".

    Args:
        field: what the file is called in messages.
        max_bytes: what is refused beyond.
    Raises:
        SpecError: it is absent, no regular file, unreadable, too large or not UTF-8.
    """
    name = os.fspath(path)
    try:
        data = _of_stdin(max_bytes) if name == "-" else _of_file(name, field, max_bytes)
        if len(data) > max_bytes:
            raise SpecError(bad(field, name, f"a file of at most {max_bytes} bytes"))
        return data.decode("utf-8-sig")
    except (OSError, ValueError) as error:  # a null character in a path; not UTF-8
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise SpecError(bad(field, name, f"a readable file ({reason})")) from None


def _of_stdin(max_bytes: int) -> bytes:
    if sys.stdin is None:
        raise OSError(0, "stdin is closed")
    return sys.stdin.buffer.read(max_bytes + 1)


def _of_file(name: str, field: str, max_bytes: int) -> bytes:
    """At most one byte more than the limit. What is no file is not even opened: a device may act on it."""
    _refuse_foreign(os.stat(name), name, field)
    handle = os.open(name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe put there since would block
    with open(handle, "rb") as stream:
        _refuse_foreign(os.fstat(handle), name, field)
        return stream.read(max_bytes + 1)


def _refuse_foreign(status: os.stat_result, name: str, field: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or a device"
        raise SpecError(bad(field, name, f"a file (this is {kind})"))
