"""The progress bar: on terminals once work has lasted, and nothing anywhere else."""

import io
import sys
import time

import pytest

from qattention.cli import progress


class Terminal(io.StringIO):
    """Standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def open_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Called by each test: pytest puts its own stream in place after the fixtures."""
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "PATIENCE_S", 0.1)
    return terminal


@pytest.mark.parametrize("n_done", [0, 2])
def test_it_appears_before_the_first_piece_is_done(monkeypatch: pytest.MonkeyPatch, n_done: int) -> None:
    terminal = open_terminal(monkeypatch)
    with progress.progress("Working", 3) as advance:
        for _ in range(n_done):
            advance()
        time.sleep(0.6)
    assert "Working" in terminal.getvalue()


def test_quick_work_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE_S", 60.0)
    with progress.progress("Working", 3) as advance:
        for _ in range(3):
            advance()
    assert "Working" not in terminal.getvalue()


def test_pipes_see_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setattr(progress, "PATIENCE_S", 0.0)
    with progress.progress("Working", 1) as advance:
        advance()
        time.sleep(0.1)
    assert sys.stderr.getvalue() == ""  # type: ignore[attr-defined]
