"""The phases of coherent runs: pairs (on the marked items, on the start state), radians, in order."""

from __future__ import annotations

import math

import numpy as np

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
