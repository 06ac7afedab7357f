"""What a find costs when the number of marked items is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from qattention.search.angles import grover_miss, theta
from qattention.search.schedule import SearchCost

Floats = NDArray[np.float64]

BEST_ANGLE = 1.1655611852072113  # radians: tan(x) = 2 x, the maximum of sin(x)**2 / x


def best_length(n_items: int, n_marked: int) -> int:
    """Length m of least (m + 1) / P_m, n_marked >= 1: repeated until a hit (Boyer et al. 1998, section 3)."""
    middle = BEST_ANGLE / (2.0 * float(theta(n_items, n_marked)))
    candidates = np.unique(np.maximum(0, np.round(middle) + np.arange(-3.0, 2.0)))
    hits = 1.0 - grover_miss(n_items, n_marked, candidates)
    return int(candidates[np.argmax(hits / (candidates + 1.0))])


def find_cost(n_items: int, n_marked: int) -> tuple[float, float]:
    """Mean (iterations, runs) of one find by repeating the best length."""
    length = best_length(n_items, n_marked)
    hit = 1.0 - float(grover_miss(n_items, n_marked, length))
    return length / hit, 1.0 / hit


def known_count_cost(n_items: int, n_from: int, n_to: int) -> SearchCost:
    """Finds with n_to, ..., n_from + 1 left: the sum."""
    total = summed(lambda left: find_cost(n_items, left), n_from + 1, n_to)
    return SearchCost(find=float(total[0]), certificate=0.0, runs=float(total[1]))


def summed(cost: Callable[[int], tuple[float, ...]], low: int, high: int) -> Floats:
    """The sum cost(low) + ... + cost(high), low <= high: by quadrature over 64 points an octave when long."""
    return summed_at(lambda counts: np.array([cost(int(t)) for t in counts], dtype=np.float64), low, high)


def summed_at(costs_of: Callable[[NDArray[np.int64]], Floats], low: int, high: int) -> Floats:
    """The same where all costs, a row a count, are found at once."""
    counts = _nodes(low, high)
    costs = costs_of(counts)
    widths = np.diff(counts)[:, None].astype(np.float64)
    # Trapezium over the nodes, exact where they are consecutive.
    inner = (widths * (costs[:-1] + costs[1:]) / 2.0 + (costs[:-1] - costs[1:]) / 2.0).sum(axis=0)
    return np.asarray(costs[-1] + inner)


def _nodes(low: int, high: int) -> NDArray[np.int64]:
    if high - low < 4096:
        return np.arange(low, high + 1)
    points = np.geomspace(low, high, int(64 * np.log2(high / low)) + 2)
    return np.unique(np.rint(points).astype(np.int64))
