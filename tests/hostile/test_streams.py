"""Streams that are closed, full or gone: the exit code says what happened, stderr has a line at most."""

from __future__ import annotations

from pathlib import Path

import pytest

from .calls import shell

LIST = "$Q diagram --list"
WRONG = "$Q sync --root /nowhere"
REFUSED = (
    "qattention: `--root`: got '/nowhere'; must be a checkout of qattention "
    "(its pyproject.toml is not there)\n"
)
FULL = "qattention: `stdout`: cannot be written to: No space left on device\n"
CLOSED = "qattention: `stdout`: cannot be written to: Bad file descriptor\n"

LINES: dict[str, tuple[int, str]] = {
    f"{LIST} > /dev/full": (74, FULL),
    f"{LIST} >&-": (74, CLOSED),
    "$Q --help > /dev/full": (74, FULL),
    "$Q > /dev/full": (74, FULL),
    "$Q search --n-items 8 --n-marked 1 --json > /dev/full": (74, FULL),
    f"{LIST} > /dev/full 2>&1": (74, ""),
    f"{LIST} >&- 2>&- <&-": (74, ""),
    f"{LIST} > /dev/null 2>&-": (0, ""),
    f"{WRONG} 2>&-": (2, ""),
    f"{WRONG} 2> /dev/full": (2, ""),
    f"{WRONG} > /dev/full 2>&1": (2, ""),
    f"{WRONG} >&-": (2, REFUSED),
    f"({WRONG}; echo $? > code) 2>&1 | true; sleep 2; exit $(cat code)": (2, ""),
    f"({LIST}; echo $? > code) | true; sleep 2; exit $(cat code)": (141, ""),
    "$Q diagram full-adder --format svg --output /dev/full": (
        74,
        "qattention: `output`: '/dev/full' could not be written: No space left on device\n",
    ),
}


@pytest.mark.parametrize("line", LINES)
def test_a_stream_that_fails_is_no_bug_and_no_failed_check(line: str, tmp_path: Path) -> None:
    code, told = shell(line, tmp_path)
    wanted_code, wanted = LINES[line]
    assert (code, told) == (wanted_code, wanted)


def test_caches_without_a_place_are_not_spoken_of(tmp_path: Path) -> None:
    nowhere = "HOME=/proc/x XDG_CACHE_HOME=/proc/x XDG_CONFIG_HOME=/proc/x MPLCONFIGDIR=/proc/x"
    code, told = shell(f"export {nowhere}; $Q diagram full-adder --format png --output x.png", tmp_path)
    assert (code, told) == (0, "")
    assert (tmp_path / "x.png").stat().st_size > 1000
