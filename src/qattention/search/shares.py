"""How the failure probability is shared out over finds and counts; the proof is in docs/search.md.

An episode that stops after h finds while T are marked has t = T - h left. Each such stop may spend
eps * share(t, h). The shares of one T, summed over h = 0..T-1, are at most 1: so the failure is at most eps.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BY_COUNT = 0.75  # part of eps shared out by the count left, the rest by the number found
DECAY, OFFSET = (
    1.5,
    0.5,
)  # share by count ~ (t + OFFSET)**-DECAY; all three by measurement, any values are valid


@lru_cache(maxsize=4)
def _totals(n: int) -> tuple[Floats, Floats]:
    """(terms, their running sums), each (n + 1,), index t; the term of t = 0 is 0."""
    terms = np.concatenate([[0.0], (np.arange(1, n + 1) + OFFSET) ** -DECAY])
    return terms, np.cumsum(terms)


def by_count(n_left: int, found: int) -> Floats:
    """Shares (n_left,) of t = 1..n_left left: (t + 1/2)**-3/2 normalised over 1..max(T, 2), T = t + found.

    T = 1 leaves a part unused: a failure as likely as eps would look like more in a sample of runs.
    """
    terms, sums = _totals(max(n_left + found, 2))
    total = np.arange(found + 1, found + n_left + 1)
    return np.asarray(terms[1 : n_left + 1] / sums[np.maximum(total, 2)])


@lru_cache(maxsize=65536)
def by_found(found: int, n_promised: int) -> float:
    """Shares by the number found: half evenly on 0..n_promised, half decaying beyond; their sum is <= 1."""
    even = n_promised + 1
    return 0.5 / even if found <= n_promised else 0.5 * even / (found * (found + 1.0))


def share(n_left: int, found: int, n_promised: int) -> Floats:
    """The parts (n_left,) of eps for ending with t = 1..n_left items left after `found` finds."""
    return BY_COUNT * by_count(n_left, found) + (1.0 - BY_COUNT) * by_found(found, n_promised)


def least_share(found: int, n_promised: int) -> float:
    """A lower bound on share(t, found) over all t >= 1, however large."""
    return (1.0 - BY_COUNT) * by_found(found, n_promised)
