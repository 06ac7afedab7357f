"""Run the command as users do, in a session of its own, and see what is left of it.

QATTENTION_HOSTILE=1 makes the suite long, as it is meant to be run now and then outside CI: 3,000 generated
calls and 20 kills a signal and command, logged to the file that QATTENTION_HOSTILE_LOG names.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[2] / "src"
LONG = bool(os.environ.get("QATTENTION_HOSTILE"))
STUDY = """
title = "t"
question = "q"
[problem]
head_dim = 2
n_heavy = 1
[sweep]
"problem.n_tokens" = [4, 5, 6, 7]
"plan.loader" = ["qrom", "one-hot"]
[[columns]]
path = "logical.expected.toffoli"
label = "Toffoli"
"""


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SOURCE)}


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """`qattention *arguments`, a leader of its own session."""
    command = [sys.executable, "-m", "qattention", *map(str, arguments)]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen(command, start_new_session=True, env=environment(), **options)


def shell(line: str, folder: Path) -> tuple[int, str]:
    """(exit code, stderr) of a shell line in which $Q is the command; stderr as far as the line leaves it."""
    whole = f'Q="{sys.executable} -m qattention"; {line}'
    done = subprocess.run(
        ["bash", "-c", whole], env=environment(), cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


def alive(session: int) -> list[str]:
    """Processes of a session that are not just waiting to be reaped."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                _, rest = (entry / "stat").read_text().rsplit(")", 1)
                state, _, _, its_session = rest.split()[:4]
                if int(its_session) == session and state not in "ZX":
                    found.append((entry / "cmdline").read_text().replace("\0", " "))
            except OSError:  # it ended meanwhile
                continue
    return found


def survivors(session: int, patience_s: float = 5.0) -> list[str]:
    """Processes of a session that are there for longer than that."""
    until = time.monotonic() + patience_s
    while (found := alive(session)) and time.monotonic() < until:
        time.sleep(0.05)
    return found
