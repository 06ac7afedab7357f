"""Progress: after a while, on a terminal, gone when the work is done."""

from __future__ import annotations

import io
import sys
import time

import pytest

from qattention.cli import progress as module
from qattention.cli.progress import progress


class Terminal(io.StringIO):
    """What a person would see go by."""

    def isatty(self) -> bool:
        return True


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """From here on; in a fixture it would be lost, for capturing begins anew after it."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    return stream


def wait_for(stream: Terminal, text: str) -> bool:
    """Whether it is written within ten seconds."""
    patient_until = time.monotonic() + 10
    while text not in stream.getvalue() and time.monotonic() < patient_until:
        time.sleep(0.02)
    return text in stream.getvalue()


@pytest.mark.parametrize("total", [1, 7])
def test_a_long_first_piece_of_work_shows_itself(total: int, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    monkeypatch.setattr(module, "PATIENCE_S", 0.05)
    with progress("Working", total):
        assert wait_for(terminal, "Working")
    assert terminal.getvalue().rstrip("\n\r").endswith("\x1b[2K")  # the line is wiped


def test_short_work_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    with progress("Working", 3) as advance:
        for _ in range(3):
            advance()
    assert "Working" not in terminal.getvalue()


def test_nothing_goes_to_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    monkeypatch.setattr(module, "PATIENCE_S", 0.0)
    with progress("Working") as advance:
        advance()
    assert pipe.getvalue() == ""
