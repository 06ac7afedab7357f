"""A certificate from ordinary Grover runs of random length: r runs, each m uniform on 0..M-1, all missing.

Bound (docs/search.md): the miss probability of one such run is 1/2 + sin(4 M theta) / (4 M sin 2 theta)
(Boyer, Brassard, Hoyer, Tapp 1998, Lemma 2), a closed form, so its supremum over all counts 1..n_items is
found from the counts at both ends and a monotone envelope between them; no prior enters.

Apart from `adaptive` because it is a bound of its own, whatever the schedule that ends with such runs.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qattention.search.angles import theta

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

N_ENDS = 64  # counts taken one by one at either end; the envelope covers the rest
GRID_M = np.linspace(0.25, 3.0, 276)  # M in units of sqrt(n_items / n_least)


@frozen(kw_only=True)
class RandomRuns:
    """So many runs, n_runs, each of a length uniform on 0..n_lengths - 1."""

    n_runs: int
    n_lengths: int

    @property
    def mean_iterations(self) -> float:
        """Expected iterations of the whole certificate when nothing is left."""
        return self.n_runs * (self.n_lengths - 1) / 2.0


def worst_miss(n_items: int, n_lengths: Ints, n_least: int = 1) -> Floats:
    """Supremum over n_least..n_items marked of the random run's miss probability; n_lengths (g,) -> (g,)."""
    few = np.arange(n_least, min(n_least + N_ENDS, n_items))
    many = np.arange(max(n_least, n_items - N_ENDS), n_items)
    ends = np.concatenate([few, many])  # n_items itself is never missed
    if not len(ends):
        return np.zeros(len(n_lengths))
    big_m = n_lengths.astype(np.float64)
    worst = np.max(random_miss(n_items, ends[None, :], big_m[:, None]), axis=1)
    if n_least + N_ENDS < n_items - N_ENDS:
        # Within a quarter period of n_items the wave is negative; past it theta is at least pi / (4 M) away.
        near = np.maximum(theta(n_items, N_ENDS + 1), np.pi / (4 * big_m))
        far = float(theta(n_items, n_least + N_ENDS))
        sines = np.minimum(np.sin(2 * far), np.sin(2 * np.minimum(near, np.pi / 4)))
        worst = np.maximum(worst, np.where(big_m > 1, 0.5 + 1.0 / (4 * big_m * sines), 0.0))
    return np.asarray(np.minimum(worst, 1.0))


def random_miss(n_items: int, n_marked: Ints, n_lengths: Floats) -> Floats:
    """Miss probability of a run of a length uniform on 0..n_lengths - 1, 0 < n_marked < n_items.

    1/2 + sin(4 M theta) / (4 M sin 2 theta), written with pi/2 - theta past a half.
    """
    low = n_marked <= n_items / 2
    angle = theta(n_items, np.where(low, n_marked, n_items - n_marked))
    wave = np.sin(4 * n_lengths * angle) / (4 * n_lengths * np.sin(2 * angle))
    return np.asarray(0.5 + np.where(low, wave, -wave))


@lru_cache(maxsize=4096)
def random_runs(n_items: int, eps: float, n_least: int = 1) -> RandomRuns:
    """The cheapest, by mean iterations + runs, that misses each of n_least..n_items with at most eps."""
    unit = math.sqrt(n_items / n_least)
    lengths = np.unique(np.maximum(1, np.rint(GRID_M * unit))).astype(np.int64)
    miss = np.clip(worst_miss(n_items, lengths, n_least), 1e-300, 1.0 - 1e-12)
    runs = np.maximum(1, np.ceil(np.log(eps) / np.log(miss) - 1e-12))
    best = int(np.argmin(runs * ((lengths - 1) / 2.0 + 1.0)))
    return RandomRuns(n_runs=int(runs[best]), n_lengths=int(lengths[best]))
