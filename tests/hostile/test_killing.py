"""Work that is killed at a random time: its exit code, no half of a file, no process left, and it goes on."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .calls import LONG, STUDY, environment, start, survivors

ROOT = Path(__file__).parents[2]
SIGNALS = ("SIGKILL", "SIGTERM", "SIGHUP", "SIGINT")
TIMES = 20 if LONG else 1  # of every signal; five kills a command with the first one once more
LATEST_S = 8.0 if LONG else 5.0  # of a kill: some find the work done
FIRST_S = 0.1
CODES = {"SIGKILL": -9, "SIGTERM": 143, "SIGHUP": 129, "SIGINT": 130}
TOLD = {
    "SIGTERM": ["qattention: stopped by SIGTERM"],
    "SIGHUP": ["qattention: stopped by SIGHUP"],
    "SIGINT": ["qattention: interrupted"],
}
PATIENCE_S = 2.0  # from a signal to the end


def kills(seed: int) -> list[tuple[str, float]]:
    """(signal, seconds after the start): each signal as often as asked, the first once more in CI."""
    rng = random.Random(seed)
    asked = [name for name in SIGNALS for _ in range(TIMES)] + ([] if LONG else [SIGNALS[0]])
    return [(name, rng.uniform(FIRST_S, LATEST_S)) for name in asked]


def has_handlers(work: subprocess.Popen[bytes]) -> bool:
    """Whether the command is so far that it acts on signals, by the system's own list of what is caught."""
    status = Path(f"/proc/{work.pid}/status").read_text()
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return work.poll() is not None or bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def kill_one(words: list[object], name: str, after_s: float, cwd: Path) -> int:
    """Run, kill, and check all that holds for any command; the exit code."""
    work = start(*words, cwd=cwd, stdout=subprocess.DEVNULL)
    try:
        work.wait(after_s)
    except subprocess.TimeoutExpired:
        while not has_handlers(work):
            time.sleep(0.01)
        work.send_signal(getattr(signal, name))
    sent = time.monotonic()
    _, told = work.communicate(timeout=60)
    took = time.monotonic() - sent
    assert survivors(work.pid) == []
    if work.returncode != 0:
        assert work.returncode == CODES[name], told
        assert took < PATIENCE_S + 3 * (not LONG), "machines of CI are shared"
        if name != "SIGKILL":
            assert told.decode().splitlines() == TOLD[name]
    return work.returncode


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def finish(*words: object, cwd: Path | None = None) -> None:
    """Run undisturbed."""
    work = start(*words, cwd=cwd)
    _, told = work.communicate()
    assert work.returncode == 0, told


def resumed(study: list[object], folder: Path, seed: int, whole: dict[str, bytes]) -> dict[str, bytes]:
    """What a study comes to that is killed again and again, then left to end."""
    for name, after_s in kills(seed):
        if kill_one([*study, "--output", folder], name, after_s, folder) != 0:
            written = {name: text for name, text in contents(folder).items() if not name.startswith(".")}
            assert written.items() <= whole.items()
        else:
            for path in folder.iterdir():
                path.unlink()
    finish(*study, "--output", folder)
    return contents(folder)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("asked") / "study.toml"
    path.write_text(STUDY)
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, study: Path) -> dict[str, bytes]:
    """What the study comes to when nobody disturbs it."""
    folder = tmp_path_factory.mktemp("whole")
    finish("study", study, "--output", folder, "--workers", 1)
    return contents(folder)


def test_a_study_on_processes(tmp_path: Path, study: Path, whole: dict[str, bytes]) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    assert resumed(["study", study, "--workers", 2], folder, seed=1, whole=whole) == whole


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """A Dask scheduler with one worker, in processes of their own."""
    address = tmp_path / "scheduler.json"
    where = ["--scheduler-file", str(address), "--no-dashboard", "--dashboard-address", ":0"]  # any free port
    module = [sys.executable, "-m"]
    commands = [
        [*module, "distributed.cli.dask_scheduler", *where, "--port", "0"],
        [*module, "distributed.cli.dask_worker", *where, "--nthreads", "1", "--no-nanny"],
    ]
    running = []
    for command in commands:
        running.append(
            subprocess.Popen(
                [*command, *(["--host", "127.0.0.1"] if "scheduler" in command[2] else [])],
                env=environment(),
                cwd=tmp_path,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
    while not address.exists() or not address.read_text().strip():
        time.sleep(0.1)
    yield json.loads(address.read_text())["address"]
    for one in running:
        one.kill()
        one.wait()


def test_a_study_on_a_cluster(tmp_path: Path, study: Path, whole: dict[str, bytes], scheduler: str) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    assert resumed(["study", study, "--scheduler", scheduler], folder, seed=2, whole=whole) == whole


WORDS: dict[str, list[object]] = {
    "run": ["run", "minilm-code", "--rows", "0:16"],
    "export": ["export", "inner-product", "--output", "circuit.qasm"],
}


@pytest.mark.parametrize("command", WORDS)
def test_a_command_that_writes_a_file_or_none(command: str, tmp_path: Path) -> None:
    """One that ends by itself has written it; one that is killed has, all of it, or has not."""
    folder, undisturbed = tmp_path / "here", tmp_path / "undisturbed"
    for made in (folder, undisturbed):
        made.mkdir()
    finish(*WORDS[command], cwd=undisturbed)
    wanted = contents(undisturbed)
    assert list(wanted) == ["circuit.qasm"] * (command == "export")
    for name, after_s in kills(seed=3):
        done = kill_one(WORDS[command], name, after_s / 2, folder) == 0
        assert contents(folder) in ([wanted] if done else [wanted, {}])
        for path in folder.iterdir():
            path.unlink()


def test_sync(tmp_path: Path) -> None:
    """Files are what they were or what they are to be, and none is left beside them."""
    for name in ("bloqs", "src/qattention/cli/schema", "src/qattention/estimates/schema"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs/command.md", tmp_path / "docs")
    wanted = contents(tmp_path)
    stale = tmp_path / "bloqs" / "full_adder.svg"
    for killed_by, after_s in kills(seed=4):
        stale.write_text("<svg/>")
        kill_one(["sync", "--root", tmp_path], killed_by, after_s, tmp_path)
        found = contents(tmp_path)
        for name in ("estimates/README.md", "estimates/calibration/report.md"):
            found.pop(name, None)  # written where there are no studies, too
        assert found.keys() == wanted.keys()
        assert {path for path in wanted if found[path] != wanted[path]} <= {"bloqs/full_adder.svg"}


def test_workers_end_with_a_command_that_is_killed_with_all_its_group(tmp_path: Path, study: Path) -> None:
    """As a terminal does it: the workers are told, too, and leave it to the command."""
    for name in ("SIGINT", "SIGHUP"):
        work = start("study", study, "--output", tmp_path, "--workers", 2)
        time.sleep(3)
        os.killpg(work.pid, getattr(signal, name))
        _, told = work.communicate(timeout=60)
        if work.returncode != 0:
            own = [line for line in told.decode().splitlines() if line.startswith("qattention")]
            assert (work.returncode, own) == (CODES[name], TOLD[name])  # Python's tracker is told, too
        assert survivors(work.pid) == []


def test_a_worker_that_is_killed_is_a_line(tmp_path: Path, study: Path) -> None:
    work = start("study", study, "--output", tmp_path, "--workers", 1)
    children = Path(f"/proc/{work.pid}/task/{work.pid}/children")
    workers: list[int] = []
    while work.poll() is None and len(workers) < 2:  # the resource tracker is the first
        workers = [int(word) for word in children.read_text().split()] if children.exists() else []
    os.kill(workers[-1], signal.SIGKILL)
    _, told = work.communicate(timeout=60)
    assert work.returncode == 74
    assert told.decode().startswith("qattention: `workers`: a process was killed or ran out of memory")
    assert [path.name for path in tmp_path.iterdir() if path.name != ".points"] == []


def test_a_signal_that_comes_when_the_work_is_done_changes_nothing() -> None:
    ends_late = (
        "import atexit, os, signal, sys; from qattention.cli.main import main; "
        "names = ('SIGTERM', 'SIGHUP', 'SIGINT'); "
        "atexit.register(lambda: [os.kill(os.getpid(), getattr(signal, n)) for n in names]); "
        "sys.exit(main())"
    )
    command = [sys.executable, "-c", ends_late, "search", "--n-items", "4", "--n-marked", "1"]
    done = subprocess.run(command, env=environment(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
