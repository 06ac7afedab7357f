"""Exponents by regression of logarithms, and the finite differences that they must agree with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qattention.errors import CheckFailed

DECIMALS = 6  # of an exponent: noise of the arithmetic never reaches a file
TOLERANCE = 0.02  # between an exponent fitted to circuits and the closed form's on the same grid


def slope(sizes: Sequence[int], values: Sequence[float]) -> tuple[float, float]:
    """(exponent, standard error) of values ~ sizes**exponent by least squares; all positive."""
    x, y = np.log(_floats(sizes)), np.log(_floats(values))
    if np.ptp(y) == 0.0:  # of a constant the residual over the variance is 0 / 0
        return 0.0, 0.0
    if len(x) == 2:  # the line meets both points
        return round(float(np.diff(y)[0] / np.diff(x)[0]), DECIMALS), 0.0
    (exponent, _), covariance = np.polyfit(x, y, 1, cov=True)
    return round(float(exponent), DECIMALS), round(float(np.sqrt(covariance[0, 0])), DECIMALS)


def ends(sizes: Sequence[int], values: Sequence[float]) -> tuple[float, float]:
    """Local exponents between the first two and between the last two of at least three sizes."""
    x, y = np.log(_floats(sizes)), np.log(_floats(values))
    local = np.round(np.diff(y) / np.diff(x), DECIMALS)
    return float(local[0]), float(local[-1])


def finite_difference_slope(sizes: Sequence[int], values: Sequence[float]) -> float:
    """Mean of the slopes between neighbours, each with the weight that a regression gives it.

    A regression line's slope is a mean of its points' neighbouring slopes, with weights
    (x_j+1 - x_j) sum_{i > j} (x_i - mean x).
    """
    x, y = np.log(_floats(sizes)), np.log(_floats(values))
    weights = np.diff(x) * np.cumsum((x - x.mean())[::-1])[::-1][1:]
    return float(np.average(np.diff(y) / np.diff(x), weights=weights))


def require_agreement(what: str, fitted: float, formula: float) -> None:
    """Raises CheckFailed if circuits and closed form do not scale alike."""
    if not abs(fitted - formula) <= TOLERANCE:
        raise CheckFailed(
            f"`{what}`: circuits scale as n^{fitted:.3f}, the closed form as n^{formula:.3f}; "
            f"must agree within {TOLERANCE}"
        )


def _floats(values: Sequence[float]) -> NDArray[np.float64]:
    return np.array([float(value) for value in values])
