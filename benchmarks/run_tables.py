"""The tables of docs/runs.md: totals of three heads, k-maximum finding, and memories that err.

python benchmarks/run_tables.py [totals] [errors] [tolerable]
"""

from __future__ import annotations

import sys

from tolerance import KINDS, largest_tolerable, recall_at

from qattention.estimates.request import Request
from qattention.problem import load_head
from qattention.simulate.run import run_head

HEADS = ("minilm-code", "minilm-pride", "smollm2-alice")
SEEDS = range(5)
RATES = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)


def totals(n_rows: int = 64) -> None:
    """Iterations against n and sqrt(n k), and misses over seeds."""
    print(
        "| head | search | seeds | missed, extra | iterations a row | over n | over sqrt(n k) | certificate |"
    )
    for name in HEADS:
        head = load_head(name)
        rows = range(head.n_queries - n_rows, head.n_queries)
        for search, chosen in (("adaptive", rows), ("top-k", rows[::8])):
            asked = Request.of(head, n_heavy=16, search=search)
            reports = [run_head(asked.question, asked.totals, chosen, seed=seed).report for seed in SEEDS]
            mean = {
                key: sum(r.iterations[key] for r in reports) / len(reports) for key in reports[0].iterations
            }
            print(
                f"| {name} | {search} | {len(reports)} x {len(chosen)} rows "
                f"| {sum(r.missed for r in reports)}, {sum(r.extra for r in reports)} | {mean['mean']:.0f} "
                f"| {mean['per_key']:.2f} | {mean['per_sqrt_nk']:.2f} "
                f"| {mean['certificate'] / mean['total']:.0%} |",
                flush=True,
            )


def errors() -> None:
    """Recall against error rate."""
    asked, rows = Request.of(load_head("minilm-code"), n_heavy=16), range(0, 256, 8)
    for kind in KINDS:
        found = [recall_at(asked, rows, kind, rate) for rate in RATES]
        print(
            kind, *(f"{rate:g}: {recall:.3f}" for rate, recall in zip(RATES, found, strict=True)), flush=True
        )


def tolerable() -> None:
    """The largest error rate at recall 0.99 and 0.9."""
    asked, rows = Request.of(load_head("minilm-code"), n_heavy=16), range(0, 256, 8)
    for kind in KINDS:
        for recall in (0.99, 0.9):
            held, lost = largest_tolerable(asked, rows, kind, recall)
            print(f"{kind} at recall {recall}: {held:.2g} held, {lost:.2g} lost", flush=True)


if __name__ == "__main__":
    tables = {"totals": totals, "errors": errors, "tolerable": tolerable}
    for name in sys.argv[1:] or tables:
        tables[name]()
