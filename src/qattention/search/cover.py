"""Certificates from ordinary Grover runs: lengths whose misses multiply to what the history still lacks.

A miss with m iterations lowers the likelihood of t items left by cos^2((2 m + 1) theta_t). The lengths are
chosen by a greedy cover of the counts t = 1, 2, .. and then shortened one by one; any choice is valid, as
the result is checked at every count.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qattention.search.ties import first_best

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

N_DENSE, N_SPARSE = 96, 96  # counts looked at from the start: every small one, then geometric
POWERS = (1.25, 2.0)  # a nat lacking at t is worth t**-power; the best of these covers is taken
N_MORE = 128  # counts brought in together when the cover fails them
MOST_RUNS = 400  # no cover needs as many; it ends the loop if no length helps
ROUNDING = 1e-9  # nats that a cover may lack by the order of summation; callers ask for more than that
N_PASSES = 4  # of shortening


class Cover:
    """Chooses among runs of given lengths, ascending; log_miss (n_lengths, n_counts) at 1..n_counts left."""

    def __init__(self, lengths: Ints, log_miss: Floats) -> None:
        self._lengths, self._log_miss = lengths, log_miss
        n_counts = log_miss.shape[1]
        sparse = np.geomspace(1, n_counts, N_SPARSE).astype(np.int64) - 1
        self._grid = np.unique(np.concatenate([np.arange(min(N_DENSE, n_counts)), sparse]))

    def cheapest(self, lacking: Floats) -> list[int] | None:
        """Indices of lengths, longest first, whose log misses sum to <= -lacking (n,) at 1..n; or None.

        n may be below n_counts; where nothing is lacking no run is made.
        """
        covers = [self._cover(lacking, power) for power in POWERS]
        found = [cover for cover in covers if cover is not None]
        return min(found, key=lambda cover: (self._lengths[cover].sum(), len(cover))) if found else None

    def _cover(self, lacking: Floats, power: float) -> list[int] | None:
        grid = self._grid[self._grid < len(lacking)]
        chosen: list[int] = []
        while len(chosen) < MOST_RUNS:
            chosen = self._greedy(lacking, grid, chosen, power)
            short = self._short(lacking, chosen, slice(len(lacking)))
            fails = np.flatnonzero(short > ROUNDING)
            if not len(fails):
                return sorted(self._shorten(lacking, chosen), reverse=True)
            if np.isin(fails, grid).any():
                return None  # no length helps there
            grid = np.concatenate([grid, fails[np.argsort(-short[fails])[:N_MORE]]])
        return None

    def _short(self, lacking: Floats, chosen: list[int], at: slice | Ints) -> Floats:
        return np.asarray(lacking[at] + self._log_miss[chosen][:, : len(lacking)][:, at].sum(axis=0))

    def _greedy(self, lacking: Floats, grid: Ints, chosen: list[int], power: float) -> list[int]:
        """Add the length with the best weighted gain per iteration until nothing lacks on the grid."""
        table, worth = self._log_miss[:, grid], (grid + 1.0) ** -power
        chosen, short = list(chosen), self._short(lacking, chosen, grid)
        while short.max() > 0 and len(chosen) < MOST_RUNS:
            after = np.maximum(short + table, 0.0)
            ends = np.flatnonzero(~after.any(axis=1))
            gain = (np.maximum(short, 0.0) @ worth - after @ worth) / (self._lengths + 1.0)
            best = int(ends[0]) if len(ends) else int(first_best(gain))
            if gain[best] <= 0:
                break
            chosen.append(best)
            short = short + table[best]
        return chosen

    def _shorten(self, lacking: Floats, chosen: list[int]) -> list[int]:
        """Replace each run, longest first, by the shortest that suffices; drop it if none is needed."""
        n_counts = len(lacking)
        short = self._short(lacking, chosen, slice(n_counts))
        for _ in range(N_PASSES):
            before = sorted(chosen, reverse=True)
            chosen = []
            for run in before:
                rest = short - self._log_miss[run, :n_counts]
                shorter = self._shortest(rest, run)
                short = rest
                if shorter is not None:
                    chosen.append(shorter)
                    short = rest + self._log_miss[shorter, :n_counts]
            if before == sorted(chosen, reverse=True):
                break
        return chosen

    def _shortest(self, rest: Floats, longest: int) -> int | None:
        """The shortest length <= `longest` that covers `rest`; None if nothing lacks."""
        worst = int(np.argmax(rest))
        if rest[worst] <= ROUNDING:
            return None
        candidates = np.arange(longest + 1)
        while len(candidates) > 1:
            candidates = candidates[self._log_miss[candidates, worst] <= -rest[worst]]
            short = rest + self._log_miss[candidates[0], : len(rest)] if len(candidates) else rest
            worst = int(np.argmax(short))
            if short[worst] <= ROUNDING:
                return int(candidates[0])
        return longest
