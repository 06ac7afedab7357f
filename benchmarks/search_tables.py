"""Measures the tables of docs/search.md: `python benchmarks/search_tables.py [--trials 300]`.

Iterations are in units of sqrt(n k) for finds, sqrt(n) for certificates and totals. Seeded.
"""

from __future__ import annotations

import argparse
import math

from qattention.search import make_schedule, simulate_schedule
from qattention.search.angles import fixed_point_length
from qattention.search.certificate import random_runs

SEED = 2307
SIZES = ((2**10, 1), (2**10, 16), (2**14, 4), (2**14, 16), (2**14, 64), (2**20, 64))
FINDERS = ("known-k-exact", "known-k", "bbht", "adaptive", "coupon")
TOTALS = ((4, 1e-3), (4, 6e-8), (16, 1e-3), (16, 6e-8))


def finds(trials: int) -> None:
    """Find iterations / sqrt(n k); bbht and adaptive book the misses after the last find too."""
    print("| n, k | " + " | ".join(FINDERS) + " |")
    print("|---" * (1 + len(FINDERS)) + "|")
    for n_items, k in SIZES:
        cells = []
        for name in FINDERS:
            mean = simulate_schedule(make_schedule(name, n_items, k, 1e-3), k, trials, SEED).mean()
            cells.append(f"{mean.find / math.sqrt(n_items * k):.2f}")
        print(f"| 2^{n_items.bit_length() - 1}, {k} | " + " | ".join(cells) + " |", flush=True)


def certificates(trials: int) -> None:
    """Iterations / sqrt(n) of stand-alone certificates at n = 2**14, nothing marked, nothing credited."""
    unit, n_items = 128.0, 2**14
    print("\n| eps | worst-case | 3/4 rule | random m | fixed point |\n|---|---|---|---|---|")
    for eps in (1e-3, 1e-6, 1e-9):
        # Doubled: half of eps goes to certificates after n_promised finds.
        schedules = [make_schedule(name, n_items, 0, 2 * eps) for name in ("worst-case", "bbht")]
        cells = [simulate_schedule(s, 0, trials, SEED).mean().iterations / unit for s in schedules]
        cells += [random_runs(n_items, eps).mean_iterations / unit, fixed_point_length(n_items, eps) / unit]
        print(f"| {eps:.0e} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |", flush=True)


def totals(trials: int) -> None:
    """Total iterations / sqrt(n): n_promised = t and, for the default, 4 t and t / 4; with phases 2 t."""
    print("\n| n, t, eps | fixed point | adaptive | ± | 4 t promised | t / 4 | phased: 2 t | promised: 2 t |")
    print("|---" * 8 + "|")
    for n_items in (2**10, 2**14):
        for t, eps in TOTALS:
            cases = [(t, "yoder-low-chuang"), (t, "grover"), (4 * t, "grover"), (t // 4, "grover")]
            plans = [make_schedule("adaptive", n_items, k, eps, certificate=kind) for k, kind in cases]
            phased = ("adaptive-phased", "adaptive-promised")
            plans += [make_schedule(name, n_items, 2 * t, eps) for name in phased]
            means = [simulate_schedule(plan, t, trials, SEED).mean() for plan in plans]
            unit = math.sqrt(n_items)
            cells = [f"{mean.iterations / unit:.2f}" for mean in means]
            cells.insert(2, f"{means[1].stderr / unit:.2f}")
            print(f"| 2^{n_items.bit_length() - 1}, {t}, {eps:.0e} | " + " | ".join(cells) + " |", flush=True)


def broken_promises(trials: int) -> None:
    """Share of trials that end with items left, n = 2**12, 8 promised, eps = 0.01 (20 times the trials)."""
    print("\n| t | adaptive | adaptive-promised |\n|---|---|---|")
    for t in (8, 9, 12, 16, 32):
        schedules = [make_schedule(name, 2**12, 8, 1e-2) for name in ("adaptive", "adaptive-promised")]
        missed = [simulate_schedule(schedule, t, 20 * trials, SEED).missed for schedule in schedules]
        print(f"| {t} | " + " | ".join(f"{count / (20 * trials):.4f}" for count in missed) + " |", flush=True)


def finds_alone(trials: int) -> None:
    """Iterations up to the last find / sqrt(n t) at n = 2**14, the belief uniform on 0..256."""
    print("\n| t | finds alone |\n|---|---|")
    for t in (1, 4, 16, 64):
        schedule = make_schedule("adaptive", 2**14, t, 1e-3, most_believed=256)
        mean = simulate_schedule(schedule, t, trials, SEED).until_last_find.mean()
        print(f"| {t} | {mean / math.sqrt(2**14 * t):.2f} |", flush=True)


def top_k(trials: int) -> None:
    """k-maximum finding: find iterations / sqrt(n k), and the total / sqrt(n)."""
    print("\n| n, k | finds / sqrt(n k) | total / sqrt(n) |\n|---|---|---|")
    for n_items, k in ((2**10, 1), (2**10, 16), (2**14, 4), (2**14, 16)):
        mean = simulate_schedule(make_schedule("top-k", n_items, k, 1e-3), k, trials, SEED).mean()
        unit = math.sqrt(n_items)
        row = f"| 2^{n_items.bit_length() - 1}, {k} | {mean.find / unit / math.sqrt(k):.2f} | "
        print(row + f"{mean.iterations / unit:.2f} |", flush=True)


def main() -> None:
    """Print all tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=300)
    trials = parser.parse_args().trials
    for table in (finds, certificates, totals, broken_promises, finds_alone, top_k):
        table(trials)


if __name__ == "__main__":
    main()
