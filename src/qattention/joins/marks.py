"""How many marked items a block has: probabilities of 0, 1, .., cut where they are negligible."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TAIL = 1e-9  # of a distribution, left out
MOST_MARKED = 64  # in a block that is planned; more only where the first block is as dense


def trimmed(chances: Floats) -> Floats:
    """Without its tail, at least two entries, summing to 1."""
    kept = int(np.searchsorted(np.cumsum(chances), 1.0 - TAIL)) + 1
    cut = np.zeros(max(2, min(kept, len(chances))))
    cut[: min(kept, len(chances))] = chances[:kept]
    return cut / cut.sum()


def poisson(mean: float) -> Floats:
    """Marks that lie independently."""
    most = int(mean + 10 * math.sqrt(mean) + 10)
    t = np.arange(most + 1)
    logs = t * math.log(mean) - mean - np.array([math.lgamma(x + 1.0) for x in t]) if mean > 0 else None
    return trimmed(np.exp(logs)) if logs is not None else np.array([1.0, 0.0])


def binomial(n_pairs: int, density: float) -> Floats:
    """Of a block of pairs, each of them marked by itself with this probability."""
    if density >= 1.0 and n_pairs <= MOST_MARKED:
        return np.eye(n_pairs + 1)[n_pairs]
    if density >= 1.0 or n_pairs > 2**20 or n_pairs * density > MOST_MARKED:
        return poisson(n_pairs * density)
    t = np.arange(n_pairs + 1 if n_pairs < 4 * MOST_MARKED else 4 * MOST_MARKED)
    counts = np.array(
        [math.lgamma(n_pairs + 1.0) - math.lgamma(x + 1.0) - math.lgamma(n_pairs - x + 1.0) for x in t]
    )
    logs = counts + t * math.log(density) + (n_pairs - t) * math.log1p(-density) if density else counts
    return trimmed(np.exp(logs)) if density else np.array([1.0, 0.0])


def summed(chances: Floats, n_times: int) -> Floats:
    """The sum of so many independent ones; of many, as many as are in all in a Poisson's places."""
    mean = float(np.arange(len(chances)) @ chances) * n_times
    if mean > MOST_MARKED or n_times > 2**20:
        return poisson(mean)
    total, power = np.array([1.0]), chances
    while n_times:
        if n_times & 1:
            total = trimmed(np.convolve(total, power))
        power, n_times = trimmed(np.convolve(power, power)), n_times >> 1
    return trimmed(total)
