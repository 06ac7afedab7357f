"""Generated calls: documented exit codes, short lines, little time and memory, nothing left behind."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .calls import LONG, environment
from .cases import Case, generated

N_CASES = 3000 if LONG else 210  # ten of each kind
SEED = int(os.environ.get("QATTENTION_HOSTILE_SEED", "1"))
LOG = os.environ.get("QATTENTION_HOSTILE_LOG")
MAX_CPU_S, MAX_BYTES = 5.0, 2**30  # of a refused call
MAX_LINES, MAX_CHARACTERS = 24, 1100  # 20 problems and a count; a few of click's
CODES = {0, 1, 2, 3, 74}
CHECKS = {"verify"}  # commands that may end with 1
FAILED_STREAM = "/dev/full"  # the only way to 74 here
KILLED = {-9, -24}  # by the limit of processor time: accepted, and long


@pytest.fixture(scope="module")
def server() -> Iterator[subprocess.Popen[str]]:
    script = Path(__file__).with_name("server.py")
    few = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "QATTENTION_TRACEBACK": ""}
    with subprocess.Popen(
        [sys.executable, str(script)],
        env=environment() | few,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        yield running
        assert running.stdin is not None
        running.stdin.close()


def ask(server: subprocess.Popen[str], words: tuple[str, ...], folder: Path) -> dict[str, Any]:
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps({"words": words, "folder": str(folder)}) + "\n")
    server.stdin.flush()
    return json.loads(server.stdout.readline())  # type: ignore[no-any-return]


def small_head() -> bytes:
    rng = np.random.default_rng(0)
    stream = io.BytesIO()
    np.savez(stream, **{name: rng.normal(size=(6, 2)) for name in ("q", "k", "v")})
    return stream.getvalue()


def faults(case: Case, done: dict[str, Any], before: dict[str, bytes], folder: Path) -> list[str]:
    """What is wrong with the outcome of a call."""
    code, lines = done["code"], done["err"].splitlines()
    found = []
    if code in KILLED:
        return []
    if code not in CODES or (code == 1 and case.words[0] not in CHECKS):
        found.append(f"exit {code}")
    if code == 74 and FAILED_STREAM not in case.words:
        found.append("74 without a reason")
    if "Traceback" in done["err"] or "internal error" in done["err"]:
        found.append("a traceback")
    if code in (2, 3):
        after = {path.name: path.read_bytes() for path in folder.iterdir()}
        checks = {
            "something on stdout": bool(done["out"]),
            "no line": not lines,
            "foreign lines": any(not line.startswith("qattention: ") for line in lines),
            "many lines": len(lines) > MAX_LINES,
            "a long line": max(map(len, lines), default=0) > MAX_CHARACTERS,
            "vague": any(word in done["err"] for word in ("unknown error", "extra fields", "expected tuple")),
            "something written": after != before,
            "much time": done["cpu_s"] > MAX_CPU_S,
            "much memory": done["bytes"] > MAX_BYTES,
        }
        found += [name for name, wrong in checks.items() if wrong]
    if code == 0 and "--json" in case.words and case.words[-1] == "--json" and "--help" not in case.words:
        json.loads(done["out"])
    if any(path.name.startswith(".") for path in folder.iterdir()):
        found.append("a temporary file")
    if done["left"]:
        found.append(f"processes left: {done['left']}")
    return found


def test_generated_calls(server: subprocess.Popen[str], tmp_path: Path) -> None:
    made = ask(
        server, ("estimate", "--n-tokens", "8", "--head-dim", "2", "--n-heavy", "1", "--json"), tmp_path
    )
    estimate, head = json.loads(made["out"]), small_head()
    wrong, n_killed, codes = [], 0, set()
    with open(LOG or os.devnull, "w") as log:
        for i, case in enumerate(generated(SEED, N_CASES, estimate, head)):
            folder = tmp_path / str(i)
            folder.mkdir()
            for name, data in case.files.items():
                (folder / name).write_bytes(data)
            done = ask(server, case.words, folder)
            n_killed += done["code"] in KILLED
            codes.add(done["code"])
            found = faults(case, done, case.files, folder)
            told = {name: done[name] for name in ("code", "cpu_s", "bytes")} | {"err": done["err"][:2000]}
            words = [word[:100] for word in case.words]
            log.write(json.dumps({"i": i, "words": words, **told, "faults": found}) + "\n")
            if found:
                wrong.append(f"{i}: {words}: {found}: {done['err'][:300]}")
            else:
                for path in folder.iterdir():
                    path.unlink()
    assert not wrong, "\n".join(wrong)
    assert n_killed <= N_CASES // 100
    assert {0, 2} <= codes


def test_a_planted_fault_is_caught(tmp_path: Path) -> None:
    """What the checks above are for: each kind of outcome that must not be."""
    case = Case(("inspect", "h.npz"), {})
    sound = {"code": 2, "out": "", "err": "qattention: `head`: x\n", "cpu_s": 1.0, "bytes": 2**28, "left": []}
    planted: dict[str, dict[str, Any]] = {
        "exit 70": {"code": 70},
        "exit 1": {"code": 1},
        "74 without a reason": {"code": 74},
        "a traceback": {"err": "qattention: Traceback\n"},
        "something on stdout": {"out": "x"},
        "no line": {"err": ""},
        "foreign lines": {"err": "UserWarning: x\n"},
        "many lines": {"err": "qattention: x\n" * 30},
        "a long line": {"err": "qattention: " + "x" * 2000},
        "much time": {"cpu_s": 6.0},
        "much memory": {"bytes": 2**31},
        "processes left: ['python']": {"left": ["python"]},
    }
    assert faults(case, sound, {}, tmp_path) == []
    for name, change in planted.items():
        assert name in faults(case, sound | change, {}, tmp_path)
    (tmp_path / ".half").write_bytes(b"")
    assert {"something written", "a temporary file"} == set(faults(case, sound, {}, tmp_path))
