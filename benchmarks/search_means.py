"""Means of every schedule against fresh episodes: `python benchmarks/search_means.py [--episodes 10000]`.

Prints, per cell, the mean that estimates use with its standard error, that of fresh episodes, and how many
joint standard errors lie between them; at the end the greatest and the root mean square, which is about 1
where standard errors are what they say.
"""

from __future__ import annotations

import argparse
import math
from itertools import product

from qattention.render.tables import sampled
from qattention.search import make_schedule, schedule_names, simulate_schedule

SIZES = (4, 37, 1024, 2**14)
EPS = (0.1, 1e-3)
SEED = 4242


def cells() -> list[tuple[int, int, int, float]]:
    """(n_items, n_marked, promised, eps): none, one, few, half and all marked; promises kept and broken."""
    found = set()
    for n_items, eps in product(SIZES, EPS):
        for marked in (0, 1, 4, 16, n_items // 2, n_items):
            if marked <= min(n_items, 1024):
                promises = (marked, min(n_items, 2 * marked), marked // 4)
                found |= {(n_items, marked, promised, eps) for promised in promises}
    return sorted(found)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, default=10_000)
    parser.add_argument("--search", nargs="*", default=schedule_names())
    parser.add_argument("--every", type=int, default=1, help="take every so many cells")
    options = parser.parse_args()
    print("| schedule | n, t, promised, eps | used | fresh | apart |\n|---|---|---|---|---|")
    for name in options.search:
        distances = []
        for cell in cells()[:: options.every]:
            n_items, marked, promised, eps = cell
            schedule = make_schedule(name, n_items, promised, eps)
            used = schedule.expected(marked)
            fresh = simulate_schedule(schedule, marked, options.episodes, SEED).mean()
            scatter = math.hypot(used.stderr, fresh.stderr)
            apart = (used.iterations - fresh.iterations) / scatter if scatter else 0.0
            distances.append(apart)
            told = (sampled(cost.iterations, cost.stderr) for cost in (used, fresh))
            print(f"| {name} | {cell} | {' | '.join(told)} | {apart:.1f} |", flush=True)
        most = max(map(abs, distances))
        spread = math.sqrt(sum(apart**2 for apart in distances) / len(distances))
        print(f"| {name} | {len(distances)} cells | | greatest {most:.1f} | {spread:.2f} |", flush=True)


if __name__ == "__main__":
    main()
