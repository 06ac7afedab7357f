"""Processor time of searches here and in another checkout: `python benchmarks/bench_search.py OTHER/src`.

Both are run in turns, each as a whole process, and the least of each is taken; what the trials of either
print follows, so that it is seen that the same thing was measured.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parents[1] / "src"
SEARCHES = {
    "2**14, 16 marked": ("search", "--n-items", "2**14", "--n-marked", "16"),
    "2**14, 16 marked, 6.1e-8": ("search", "--n-items", "2**14", "--n-marked", "16", "--p-fail", "6.1e-8"),
    "1024 of 1024": ("search", "--n-items", "1024", "--n-marked", "1024", "--trials", "200"),
    "top-k": ("search", "--n-items", "2**14", "--n-marked", "16", "--search", "top-k", "--trials", "200"),
    "bbht": ("search", "--n-items", "2**14", "--n-marked", "16", "--search", "bbht"),
    "scaling": ("scaling",),
    "estimate": ("estimate", "--n-tokens", "2**14", "--no-physical"),
}


def run(source: Path, arguments: tuple[str, ...]) -> tuple[float, str]:
    """(processor seconds of the process, what it printed)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "qattention", *arguments, "--json"]
    environment = {**os.environ, "PYTHONPATH": str(source)}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def main() -> None:
    """Print a line a search: seconds there, here, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("other", type=Path, help="the source folder of the other checkout")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="searches whose title begins so")
    options = parser.parse_args()
    print("| search | there, s | here, s | ratio | iterations there | here |\n|---|---|---|---|---|---|")
    for title, arguments in SEARCHES.items():
        if not title.startswith(options.only):
            continue
        times: dict[Path, list[float]] = {options.other: [], HERE: []}
        means = {}
        for _ in range(options.rounds):
            for source, spent in times.items():
                seconds, output = run(source, arguments)
                spent.append(seconds)
                means[source] = json.loads(output).get("trials", {}).get("iterations_mean", "")
        there, here = (min(spent) for spent in times.values())
        told = f"{means[options.other]} | {means[HERE]}"
        print(f"| {title} | {there:.2f} | {here:.2f} | {there / here:.1f} | {told} |", flush=True)


if __name__ == "__main__":
    main()
