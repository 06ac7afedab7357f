"""A signal ends the process with its own line alone, whatever the library makes of it in which it comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from qattention.cli.stopping import Stopping
from qattention.errors import Stopped

from .calls import environment

SWALLOWED = (
    "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGTERM)\nexcept BaseException:\n    pass\n"
)
HALF_MADE = """
import os, signal, time

class Held:
    def __init__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        self.held = 1

    def __del__(self):
        del self.held

class Deleted:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)

def half_made(arguments, work):
    Held()

def deleted(arguments, work):
    Deleted()
    time.sleep(60)
"""
CALLS = {
    "in an import": "with Stopping():\n    import swallowing",
    "in the work": f"with Stopping():\n    exec({SWALLOWED!r})\n    import time; time.sleep(60)",
}


def ends_with_its_line_alone(code: str, folder: Path) -> None:
    """Of a Python program that sends itself SIGTERM."""
    command = [sys.executable, "-c", code]
    where: dict[str, Any] = {"cwd": folder, "env": environment(), "timeout": 30}
    done = subprocess.run(command, **where, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (143, "qattention: stopped by SIGTERM\n")


@pytest.mark.parametrize("case", CALLS)
def test_a_signal_that_is_swallowed_ends_the_process(case: str, tmp_path: Path) -> None:
    (tmp_path / "swallowing.py").write_text(SWALLOWED + "raise ImportError('something failed to import')\n")
    ends_with_its_line_alone("from qattention.cli.stopping import Stopping\n" + CALLS[case], tmp_path)


@pytest.mark.parametrize("work", ["half_made", "deleted"])
def test_an_object_that_a_signal_left_half_made_says_nothing(work: str, tmp_path: Path) -> None:
    """What raises in a finalizer is told by Python, not raised: neither may be told beside the last words."""
    (tmp_path / "library.py").write_text(HALF_MADE)
    code = "import library; from qattention.cli import main as command; "
    ends_with_its_line_alone(f"{code}command._run = library.{work}; command.main()", tmp_path)


def test_what_is_ignored_is_told_again_after_work_that_was_stopped() -> None:
    told = sys.unraisablehook
    with pytest.raises(Stopped), Stopping():
        os.kill(os.getpid(), signal.SIGTERM)
    assert sys.unraisablehook is told
