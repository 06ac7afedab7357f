"""The first of the best: a choice that does not hang on the last bit of a sum.

Matrix products and cosines differ in their last bits between processors. Where two choices are equally good
that would decide, and every figure after it would move; so values within TOLERANCE of the best count as best.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-9  # relative; rounding stays below 1e-12


def first_best(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Along the last axis, the first index whose value is the greatest, up to TOLERANCE."""
    best = values.max(axis=-1, keepdims=True)
    return np.asarray(np.argmax(values >= best - TOLERANCE * np.abs(best), axis=-1))
