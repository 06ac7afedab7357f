"""A signal ends the process with its own line alone, whatever the library makes of it in which it comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.parametrize("case", CALLS)
def test_a_signal_that_is_swallowed_ends_the_process(case: str, tmp_path: Path) -> None:
    (tmp_path / "swallowing.py").write_text(SWALLOWED + "raise ImportError('something failed to import')\n")
    code = "from qattention.cli.stopping import Stopping\n" + CALLS[case]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (143, "qattention: stopped by SIGTERM\n")


@pytest.mark.parametrize("work", ["half_made", "deleted"])
def test_an_object_that_a_signal_left_half_made_says_nothing(work: str, tmp_path: Path) -> None:
    """What raises in a finalizer is told by Python, not raised: neither may be told beside the last words."""
    (tmp_path / "library.py").write_text(HALF_MADE)
    code = (
        "import library; from qattention.cli import main as command; "
        f"command._run = library.{work}; "
        "command.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (143, "qattention: stopped by SIGTERM\n")


def test_what_is_ignored_is_told_again_after_work_that_was_stopped() -> None:
    told = sys.unraisablehook
    with pytest.raises(Stopped), Stopping():
        os.kill(os.getpid(), signal.SIGTERM)
    assert sys.unraisablehook is told
