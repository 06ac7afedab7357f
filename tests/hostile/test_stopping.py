"""A signal that a library would swallow ends the process all the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .calls import environment

SWALLOWED = (
    "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGTERM)\nexcept BaseException:\n    pass\n"
)
CALLS = {
    "in an import": "with stopping():\n    import swallowing",
    "in the work": f"with stopping():\n    exec({SWALLOWED!r})\n    import time; time.sleep(60)",
}


@pytest.mark.parametrize("case", CALLS)
def test_a_signal_that_is_swallowed_ends_the_process(case: str, tmp_path: Path) -> None:
    (tmp_path / "swallowing.py").write_text(SWALLOWED + "raise ImportError('something failed to import')\n")
    code = "from qattention.cli.stopping import stopping\n" + CALLS[case]
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
