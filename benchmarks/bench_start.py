"""Whole commands, and the run for all outcomes, against an older checkout: side by side in one run.

    git worktree add ../old e7400ee
    python benchmarks/bench_start.py --against ../old [--runs 3]

Every command is run in a process of its own with the sources (src) of either side, in turn, once before it is
measured so that both find their kernels compiled; the least of the runs counts. Processor time is user and
system of the process, its end included. The last two lines are those of `bench_exact.py`.
"""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import attrs
import bench_exact

HERE = Path(__file__).parent
SIZES = "--n-tokens 2**20 --head-dim 128 --n-heavy 16"
ROWS = (  # command, least ratio of processor time, most of the older side's memory
    (f"estimate {SIZES} --no-physical", 3.0, 0.5),
    (f"estimate {SIZES}", 2.0, None),
    ("diagram flag-phase", 1.5, None),
    ("verify minilm-code", 1.5, None),
    ("search --n-items 2**14 --n-marked 16", 4.0, None),
    ("scaling", 3.0, None),
    ("run minilm-pride --search top-k --rows 0:64", 4.0, None),
)


@attrs.frozen
class Taken:
    """Seconds of processor time, and peak MiB."""

    seconds: float
    peak_mib: float


def once(sources: Path, words: str, folder: str) -> Taken:
    """One run in a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(sources)}
    command = [sys.executable, "-m", "qattention", *shlex.split(words)]
    with open(os.devnull, "wb") as nowhere:
        child = subprocess.Popen(command, env=env, cwd=folder, stdout=nowhere, stderr=nowhere)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, words
    return Taken(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def line(words: str, sides: list[Path], runs: int, least: float, most: float | None) -> str:
    """Both sides of one command."""
    with tempfile.TemporaryDirectory() as folder:
        for side in sides:
            once(side, words, folder)
        taken = [[once(side, words, folder) for side in sides] for _ in range(runs)]
    old, new = (min((pair[i] for pair in taken), key=lambda one: one.seconds) for i in range(2))
    memory = "" if most is None else f" (at most {most:g})"
    return (
        f"{words}: {old.seconds:.2f} s, {new.seconds:.2f} s, ratio {old.seconds / new.seconds:.2f} (at least "
        f"{least:g}); peak {old.peak_mib:.0f}, {new.peak_mib:.0f} MiB, "
        f"{new.peak_mib / old.peak_mib:.2f}{memory}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--against", type=Path, default=HERE.parent, help="a checkout; this one by default")
    parser.add_argument("--runs", type=int, default=1, help="of each side and command")
    options = parser.parse_args()
    sides = [(options.against / "src").resolve(), (HERE.parent / "src").resolve()]
    for words, least, most in ROWS:
        print(line(words, sides, options.runs, least, most), flush=True)
    for size in bench_exact.SIZES:
        print(bench_exact.line(size, sides[0]), flush=True)


if __name__ == "__main__":
    main()
