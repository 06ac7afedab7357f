"""Miss amplitudes of runs with chosen phases: odd polynomials in cos(theta), told by their roots.

With l pairs of phases the miss amplitude is, up to a phase, an odd polynomial p of degree 2 l + 1 in
x = cos(theta), p(1) = 1. Here all its roots are real: p is x times the product of 1 - sin^2(theta) / u_j,
0 < u_j < 1. A stride k (odd) puts k theta in the place of theta, that is T_k(x) in the place of x: k times
the iterations, and phases only at every k-th of them.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.search.angles import theta

Floats = NDArray[np.float64]

N_REDUCED = 512  # a stride is taken that leaves no fewer items than this in the place of n_items
N_CHECKED = 24  # points a lobe at which |p| <= 1 is checked


def stride_for(n_items: int) -> int:
    """The largest odd k with n_items / k**2 >= N_REDUCED, at least 1."""
    most = math.isqrt(n_items // N_REDUCED)
    return max(1, most - (most + 1) % 2)


def amplitude(sine_squared: Floats, roots: Floats) -> Floats:
    """|p| at sin^2 of the (strided) angle, any shape; roots (l,) ascending."""
    product = np.sqrt(1.0 - sine_squared)
    for root in roots:
        product = product * np.abs(1.0 - sine_squared / root)
    return np.asarray(product)


def polynomial_miss(n_items: int, n_marked: ArrayLike, roots: ArrayLike, stride: int) -> Floats:
    """Miss probability p(cos(stride theta))**2 with n_marked of n_items marked, any shape."""
    marked = np.asarray(n_marked)
    sine_squared = np.sin(stride * theta(n_items, marked)) ** 2
    miss = amplitude(sine_squared, np.asarray(roots, dtype=np.float64)) ** 2
    return np.asarray(np.where(marked == 0, 1.0, np.where(marked == n_items, 0.0, np.minimum(miss, 1.0))))


def stays_below_one(roots: Floats, most: float) -> bool:
    """Whether |p| <= most past the first root, by a grid; before it p falls from 1, all roots being real."""
    first = np.arcsin(np.sqrt(roots[0]))
    angles = np.linspace(first, np.pi / 2.0, N_CHECKED * (len(roots) + 1))
    return bool(np.max(amplitude(np.sin(angles) ** 2, roots)) <= most)
