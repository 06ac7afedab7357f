"""Runs calls of the command one after another, each in a fork of this process: imports are paid once.

Reads a line of JSON a call ({"words": [...], "folder": ...}) and writes one: exit code, outputs, processor
time, memory and what is left of it. Run by `test_generated.py`; QATTENTION is on its import path.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import Any

MAX_CPU_S = 60  # a call beyond is killed
MAX_BYTES = 2**34  # of address space: stops what would take the machine with it
WARM_UP = (
    ["estimate", "--n-tokens", "8", "--head-dim", "2", "--n-heavy", "1", "--json"],
    ["inspect", "smollm2-alice", "--json"],
    ["search", "--n-items", "8", "--n-marked", "1", "--trials", "10", "--json"],
    ["verify", "--n-keys", "4", "--head-dim", "1", "--n-heavy", "1", "--key-bits", "2", "--json"],
    ["run", "smollm2-alice", "--rows", "0:1", "--json"],
    ["diagram", "full-adder", "--format", "txt"],
    ["export", "full-adder"],
)


def here(words: list[str]) -> int:
    from qattention.cli.main import main

    return main(words)


def call(words: list[str], folder: str) -> dict[str, Any]:
    outputs = [os.path.join(folder, name) for name in (".stdout", ".stderr")]
    child = os.fork()
    if child == 0:
        os.setsid()
        os.chdir(folder)
        for number, path in zip((1, 2), outputs, strict=True):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for name, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
            setattr(sys, name, io.TextIOWrapper(io.FileIO(number, mode, closefd=False), encoding="utf-8"))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
        code = here(words)
        sys.stdout.flush()
        os._exit(code)
    _, status, usage = os.wait4(child, 0)
    left = [session_of(child)]
    for _ in range(40):
        left = session_of(child)
        if not left:
            break
        time.sleep(0.05)
    out, err = (Path(path).read_bytes().decode(errors="replace") for path in outputs)
    for path in outputs:
        os.unlink(path)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "out": out,
        "err": err,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "bytes": usage.ru_maxrss * 1024,
        "left": left,
    }


def session_of(leader: int) -> list[str]:
    """Names of processes of that session that live."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name, rest = (entry / "stat").read_text().rsplit(")", 1)
            except OSError:
                continue
            state, _, _, session = rest.split()[:4]
            if int(session) == leader and state not in "ZX":
                found.append(name)
    return found


def main() -> None:
    warnings.simplefilter("ignore")  # Python 3.12 warns of forks where libraries have threads
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for words in WARM_UP:
        if here(words) != 0:
            raise SystemExit(f"{words} failed")
    for line in sys.stdin:
        asked = json.loads(line)
        replies.write(json.dumps(call(asked["words"], asked["folder"])) + "\n")
        replies.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main()
