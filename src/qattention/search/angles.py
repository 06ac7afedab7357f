"""Closed success formulas of coherent runs, as pure functions of n_items, n_marked and the run.

All are written for miss probabilities, which stay accurate where they are small. n_items up to 2**60.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def theta(n_items: int, n_marked: ArrayLike) -> Floats:
    """The rotation's half angle asin sqrt(n_marked / n_items), radians; n_marked in 0..n_items, any shape."""
    marked = np.asarray(n_marked, dtype=np.float64)
    return np.asarray(np.arctan2(np.sqrt(marked), np.sqrt(n_items - marked)))


def grover_miss(n_items: int, n_marked: ArrayLike, iterations: ArrayLike) -> Floats:
    """Probability cos^2((2 m + 1) theta) that m = `iterations` Grover iterations end on an unmarked item."""
    angle = (2.0 * np.asarray(iterations, dtype=np.float64) + 1.0) * theta(n_items, n_marked)
    # t = n_items is exact at every m; its cosine is 6e-17 in floating point.
    return np.asarray(np.where(np.asarray(n_marked) == n_items, 0.0, np.cos(angle) ** 2))


def fixed_point_miss(n_items: int, n_marked: ArrayLike, iterations: int, eps: float) -> Floats:
    """Miss eps T_L(T_{1/L}(eps**-1/2) sqrt(1 - t/n))**2, L = 2 iterations + 1 (arXiv:1409.3305, eq. 1).

    With T_{1/L}(eps**-1/2) = cosh(b), the argument is 1 - d, d = 2 sin^2(theta/2) - 2 sinh^2(b/2) cos(theta):
    written so because d is about 1/n, below rounding when taken as a difference of numbers near 1.
    """
    order = 2 * iterations + 1
    angle = theta(n_items, n_marked)
    stretch = np.arccosh(eps**-0.5) / order
    d = 2.0 * np.sin(angle / 2.0) ** 2 - 2.0 * np.sinh(stretch / 2.0) ** 2 * np.cos(angle)
    inside = np.cos(order * 2.0 * np.arcsin(np.sqrt(np.clip(d, 0.0, 2.0) / 2.0)))
    outside = np.cosh(order * 2.0 * np.arcsinh(np.sqrt(np.maximum(-d, 0.0) / 2.0)))
    miss = eps * np.where(d >= 0.0, inside, outside) ** 2
    none, full = np.asarray(n_marked) == 0, np.asarray(n_marked) == n_items  # exact at both ends
    return np.asarray(np.where(none, 1.0, np.where(full, 0.0, np.minimum(miss, 1.0))))


def fixed_point_length(n_items: int, eps: float, n_least: float = 1.0) -> int:
    """Least l with miss <= eps for every n_marked >= n_least, about (1/4) ln(4/eps) sqrt(n_items/n_least).

    The condition is T_{1/L}(eps**-1/2) cos(theta) <= 1: cosh(a/L) <= 1/cos(theta) with a = acosh(eps**-1/2).
    """
    if n_least >= n_items:
        return 0
    sine, cosine = np.sqrt(n_least / n_items), np.sqrt(1.0 - n_least / n_items)
    # acosh(1/c) = atanh(s), without cancellation for small s.
    order = np.arccosh(eps**-0.5) / np.arctanh(sine) if cosine > 0 else 1.0
    return max(0, int(np.ceil((order - 1.0) / 2.0 - 1e-12)))
