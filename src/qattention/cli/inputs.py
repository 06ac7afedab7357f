"""Text from outside: a file, or stdin."""

from __future__ import annotations

import sys
from pathlib import Path

from qattention.errors import SpecError, bad

MAX_BYTES = 2**26  # an estimate is 20 kB


def read_text(path: str, field: str) -> str:
    """The text of a file; of stdin for "-".

    Raises:
        SpecError: it is absent, unreadable, too large or not UTF-8.
    """
    try:
        if path == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(path).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise SpecError(bad(field, path, f"a file of at most {MAX_BYTES} bytes"))
        return data.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise SpecError(bad(field, path, f"a readable file ({reason})")) from None
