"""Certificates from ordinary Grover runs: lengths whose misses multiply to what the history still lacks.

A miss with m iterations lowers the likelihood of t items left by cos^2((2 m + 1) theta_t). The lengths are
chosen by a greedy cover of the cells of counts and then shortened one by one; any choice is valid, as the
result is checked in every cell (`cells.py`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled

TOLERANCE = 1e-9  # relative; rounding stays below 1e-12


@compiled(**BORROWS)
def first_of(values: NDArray[np.float64]) -> int:
    """The first index whose value (n,), n >= 1, is the greatest, up to TOLERANCE."""
    most, first = values[0], 0
    for at in range(1, len(values)):
        most = max(most, values[at])
    while values[first] < most - TOLERANCE * abs(most):
        first += 1
    return first


Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

N_DENSE, N_SPARSE = 96, 200  # cells looked at from the start: every small count, then geometric
POWERS = (1.25, 2.0)  # a nat lacking at t is worth t**-power; the best of these covers is taken
N_MORE = 128  # cells brought in together when the cover fails them
MOST_RUNS = 400  # no cover needs as many; it ends the loop if no length helps
ROUNDING = 1e-9  # nats that a cover may lack by the order of summation; callers ask for more than that
N_PASSES = 4  # of shortening


class Cover:
    """Chooses among runs of given lengths (r,), ascending.

    first (c,): the least count of each cell. log_miss (r, c): bound on the log miss probability there.
    """

    def __init__(self, lengths: Ints, log_miss: Floats, first: Ints) -> None:
        self._lengths = lengths
        self._by_run = log_miss
        self._by_cell = np.ascontiguousarray(log_miss.T)  # a cell's lengths side by side
        sparse = np.searchsorted(first, np.geomspace(1, first[-1], N_SPARSE), side="right") - 1
        looked_at = np.zeros(len(first), dtype=np.bool_)
        looked_at[:N_DENSE], looked_at[sparse] = True, True
        self._looked_at = looked_at
        self._worth = first[None, :].astype(np.float64) ** -np.array(POWERS)[:, None]

    def cheapest(self, lacking: Floats) -> list[int] | None:
        """Indices of lengths, longest first, whose log misses sum to <= -lacking (n,) in the first n cells.

        None if there are none; where nothing is lacking no run is made.
        """
        best: list[int] | None = None
        for worth in self._worth:
            chosen = _cover(self._lengths, self._by_run, self._by_cell, worth, self._looked_at, lacking)
            if chosen[0] < 0:
                continue
            cover = sorted(chosen[1:].tolist(), reverse=True)
            if best is None or self._cost(cover) < self._cost(best):
                best = cover
        return best

    def _cost(self, cover: list[int]) -> tuple[int, int]:
        return int(self._lengths[cover].sum()), len(cover)


@compiled()
def _cover(
    lengths: Ints, by_run: Floats, by_cell: Floats, worth: Floats, looked_at: Bools, lacking: Floats
) -> Ints:
    """0 and the chosen; -1 where no length helps."""
    looked_at = looked_at[: len(lacking)].copy()
    chosen = np.empty(MOST_RUNS + 1, dtype=np.int64)
    chosen[0], n = 0, np.int64(1)  # no literal, as in `buckets`
    short = lacking.copy()
    while n <= MOST_RUNS:
        n = _greedy(lengths, by_run, by_cell, worth, looked_at, short, chosen, n)
        fails = np.flatnonzero(short > ROUNDING)
        if not len(fails):
            n = _shorten(by_run, by_cell, short, chosen, n)
            return chosen[:n]
        if looked_at[fails].any():
            break  # no length helps there
        looked_at[fails[np.argsort(-short[fails])[:N_MORE]]] = True
    chosen[0] = -1
    return chosen[:1]


@compiled()
def _greedy(
    lengths: Ints,
    by_run: Floats,
    by_cell: Floats,
    worth: Floats,
    looked_at: Bools,
    short: Floats,
    chosen: Ints,
    n: int,
) -> int:
    """Add the length with the best weighted gain per iteration until nothing lacks in the cells looked at."""
    cells = np.flatnonzero(looked_at)
    after = np.empty(len(lengths))
    while n <= MOST_RUNS:
        cells = cells[short[cells] > 0]
        if not len(cells):
            break
        before, after[:] = 0.0, 0.0
        for cell in cells:
            lacks, each = short[cell], worth[cell]
            before += lacks * each
            for run in range(len(after)):
                after[run] += max(lacks + by_cell[cell, run], 0.0) * each
        best = _best(before, after, lengths)
        if after[best] >= before:
            break
        chosen[n] = best
        n += 1
        short += by_run[best, : len(short)]
    return n


@compiled()
def _best(before: float, after: Floats, lengths: Ints) -> int:
    """The first length that leaves nothing; else the first of the best, rounding aside (`ties.py`)."""
    most, first = -1.0, 0
    for run in range(len(after)):
        if after[run] == 0.0:
            return run
        gain = (before - after[run]) / (lengths[run] + 1.0)
        if gain > most * (1.0 + TOLERANCE):
            first = run
        most = max(most, gain)
    return first


@compiled()
def _shorten(by_run: Floats, by_cell: Floats, short: Floats, chosen: Ints, n: int) -> int:
    """Replace each run, longest first, by the shortest that suffices; drop it if none is needed."""
    for _ in range(N_PASSES):
        before = -np.sort(-chosen[1:n])
        n = 1
        for run in before:
            short -= by_run[run, : len(short)]
            shorter = _shortest(by_cell, short, run)
            if shorter >= 0:
                chosen[n] = shorter
                n += 1
                short += by_run[shorter, : len(short)]
        if n - 1 == len(before) and (before == -np.sort(-chosen[1:n])).all():
            break
    return n


@compiled()
def _shortest(by_cell: Floats, short: Floats, longest: int) -> int:
    """The shortest length <= `longest` that covers what is short; -1 if nothing is."""
    lacks = np.flatnonzero(short > ROUNDING)
    if not len(lacks):
        return -1
    covers = np.ones(longest + 1, dtype=np.bool_)
    for cell in lacks:
        for run in range(longest):
            covers[run] &= by_cell[cell, run] <= ROUNDING - short[cell]
    return int(np.argmax(covers))
