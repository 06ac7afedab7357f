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


def of_rows(n_keys: int, n_marked: int, n_block: int, n_rows: int) -> Floats:
    """In `n_block` of `n_keys` keys, `n_marked` of them marked in each of `n_rows` rows, at random.

    A row's number is hypergeometric; rows add up.
    """
    if n_marked * n_rows * n_block / n_keys > MOST_MARKED or n_keys > 2**30:
        return poisson(n_marked * n_rows * n_block / n_keys)
    t = np.arange(min(n_marked, n_block) + 1)
    logs = _choose(n_block, t) + _choose(n_keys - n_block, n_marked - t) - _choose(n_keys, n_marked)
    return summed(trimmed(np.exp(logs)), n_rows)


def _choose(n: int, k: NDArray[np.int64] | int) -> Floats:
    """log of n over k; -inf where k is not in 0..n."""
    counts = np.atleast_1d(np.asarray(k))
    return np.array(
        [
            math.lgamma(n + 1.0) - math.lgamma(x + 1.0) - math.lgamma(n - x + 1.0) if 0 <= x <= n else -np.inf
            for x in counts.tolist()
        ]
    )


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
