"""A certificate from ordinary Grover runs of random length: r runs, each m uniform on 0..M-1, all missing.

Bound (docs/search.md): the miss probability of one such run is 1/2 + sin(4 M theta) / (4 M sin 2 theta)
(Boyer, Brassard, Hoyer, Tapp 1998, Lemma 2), a closed form, so its supremum over all counts 1..n_items is
found from the counts at both ends and a monotone envelope between them; no prior enters.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qattention.search.angles import theta

Floats = NDArray[np.float64]

N_ENDS = 64  # counts taken one by one at either end; the envelope covers the rest
GRID_M = np.linspace(0.25, 3.0, 276)  # M in units of sqrt(n_items)


@frozen(kw_only=True)
class RandomRuns:
    """n_runs runs, each of a length uniform on 0..n_lengths - 1."""

    n_runs: int
    n_lengths: int

    @property
    def mean_iterations(self) -> float:
        """Expected iterations of the whole certificate when nothing is left."""
        return self.n_runs * (self.n_lengths - 1) / 2.0


def worst_miss(n_items: int, n_lengths: NDArray[np.int64]) -> Floats:
    """Supremum over 1..n_items marked of the random run's miss probability; n_lengths (g,) -> (g,)."""
    ends = min(N_ENDS, n_items // 2)
    counts = np.arange(1, max(ends, 1) + 1)
    angles = theta(n_items, counts)[None, :]
    big_m = n_lengths[:, None].astype(np.float64)
    wave = np.sin(4 * big_m * angles) / (4 * big_m * np.maximum(np.sin(2 * angles), 1e-300))
    few = 0.5 + wave
    # n - t marked: theta -> pi/2 - theta turns the wave's sign; t = n itself is never missed.
    many = 0.5 - wave
    worst = np.maximum(few.max(axis=1), np.where(counts[None, :] < n_items, many, 0.0).max(axis=1))
    if n_items <= 2 * N_ENDS + 1:
        return np.asarray(np.where(n_items == 1, 0.0, np.minimum(worst, 1.0)))
    envelope = 0.5 + 1.0 / (4 * n_lengths * np.sin(2 * float(theta(n_items, ends + 1))))
    return np.asarray(np.minimum(np.maximum(worst, envelope), 1.0))


@lru_cache(maxsize=4096)
def random_runs(n_items: int, eps: float) -> RandomRuns:
    """The cheapest, by mean iterations + runs, that misses every count 1..n_items with probability <= eps."""
    lengths = np.unique(np.maximum(1, np.rint(GRID_M * math.sqrt(n_items)))).astype(np.int64)
    miss = np.clip(worst_miss(n_items, lengths), 1e-300, 1.0 - 1e-12)
    runs = np.maximum(1, np.ceil(np.log(eps) / np.log(miss) - 1e-12))
    best = int(np.argmin(runs * ((lengths - 1) / 2.0 + 1.0)))
    return RandomRuns(n_runs=int(runs[best]), n_lengths=int(lengths[best]))


def share_after(eps: float, n_found: NDArray[np.int64]) -> Floats:
    """The part of eps spent on certificates begun after n_found finds: eps / ((h + 1)(h + 2)), sum eps."""
    found = n_found.astype(np.float64)
    return np.asarray(eps / ((found + 1.0) * (found + 2.0)))
