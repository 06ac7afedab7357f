"""The phases of coherent runs: pairs (on the marked items, on the start state), radians, in order."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.search.angles import theta

Floats = NDArray[np.float64]
Phases = tuple[tuple[float, float], ...]


def fixed_point_phases(iterations: int, eps: float) -> Phases:
    """Yoder, Low and Chuang's: alpha_j = -beta_(l-j+1) = 2 acot(tan(2 pi j / L) sqrt(1 - gamma**2)).

    L = 2 l + 1, 1/gamma = T_(1/L)(eps**-1/2) = cosh(acosh(eps**-1/2) / L) (arXiv:1409.3305, eq. 11; their
    delta**2 is eps). Their iterate puts exp(i beta) on the marked items and exp(-i alpha) on the start state.
    """
    order = 2 * iterations + 1
    gamma = 1.0 / math.cosh(math.acosh(eps**-0.5) / order)
    j = np.arange(1, iterations + 1)
    # acot(x) = atan2(1, x), in (0, pi)
    alpha = 2.0 * np.arctan2(1.0, np.tan(2.0 * math.pi * j / order) * math.sqrt(1.0 - gamma**2))
    beta = -alpha[::-1]
    return tuple(zip(beta.tolist(), (-alpha).tolist(), strict=True))


def exact_length(n_items: int, n_marked: int) -> int:
    """Least m whose phase-matched run cannot miss: ceil(pi / (4 theta) - 1/2) (Hoyer 2000; Long 2001)."""
    return max(0, math.ceil(math.pi / (4.0 * float(theta(n_items, n_marked))) - 0.5 - 1e-12))


def exact_phase(n_items: int, n_marked: int) -> float:
    """phi = 2 asin(sin(pi / (4 m + 2)) / sin theta), on marked items and start state alike (Long 2001)."""
    length, sine = exact_length(n_items, n_marked), math.sin(float(theta(n_items, n_marked)))
    return 2.0 * math.asin(min(1.0, math.sin(math.pi / (4 * length + 2)) / sine))


def exact_phases(n_items: int, n_marked: int) -> Phases:
    """The same pair at each of exact_length iterations; the overall minus of Long's iterate is left out."""
    phase = exact_phase(n_items, n_marked)
    return ((phase, phase),) * exact_length(n_items, n_marked)


def matched_miss(n_items: int, n_marked: ArrayLike, iterations: int, phase: float) -> Floats:
    """Miss probability of `iterations` iterations with `phase` on both sides; n_marked any shape.

    One iterate is a 2 x 2 unitary on (marked, unmarked), raised to its power by squaring: any n_items.
    """
    angle = theta(n_items, n_marked)
    start = np.stack([np.sin(angle), np.cos(angle)], axis=-1).astype(np.complex128)
    about = np.eye(2) + (np.exp(1j * phase) - 1) * start[..., :, None] * start[..., None, :]
    iterate = about * np.array([np.exp(1j * phase), 1.0])
    state = np.linalg.matrix_power(iterate, iterations) @ start[..., None]
    miss = np.abs(state[..., 1, 0]) ** 2
    return np.asarray(np.where(np.asarray(n_marked) == 0, 1.0, np.minimum(miss, 1.0)))
