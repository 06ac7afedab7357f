"""Weights with few signed digits: each digit is bought if it lowers the squared logit error enough."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qattention.reference.exact import FloatArray

SWEEPS = 2  # over the channels
INTEGER_BITS = 40  # a weight spans at most; no digit that far below the largest was ever worth its And's
MOST_DIGITS = 20  # a weight; each one at least halves what is left, so that none is ever cut short


def sparse_weights(
    target: FloatArray, covariance: FloatArray, price: FloatArray, bits: NDArray[np.int64]
) -> FloatArray:
    """Sums of few signed powers of two near `target`, shape (n_rows, n_channels).

    Minimises, channel after channel, (target - W)^T covariance (target - W) + price_i * sum over channels
    of bits_c * digits of W_ic: a digit enters the sum once for each bit of the channel, at one And each.
    Later channels make good what earlier ones left, as far as their words are correlated.

    Args:
        covariance: of the words, shape (n_channels, n_channels).
        price: squared logit error that an And must save in a row, shape (n_rows,).
        bits: of each channel's words, shape (n_channels,).
    """
    weights = np.zeros_like(target)
    variance = np.diag(covariance)
    for _ in range(SWEEPS):
        for channel in np.flatnonzero(variance)[np.argsort(-variance[variance > 0], kind="stable")]:
            pull = (target - weights) @ covariance[:, channel] / variance[channel]
            least_gain = price * (bits[channel] / variance[channel])
            weights[:, channel] = _few_digits(weights[:, channel] + pull, least_gain)
    return weights


def _few_digits(target: FloatArray, least_gain: FloatArray) -> FloatArray:
    """The nearest power of two, again and again while it lowers the squared error enough."""
    total = np.zeros_like(target)
    for _ in range(MOST_DIGITS):
        left = target - total
        digit = _nearest_power(left)
        worth = np.square(left) - np.square(left - digit) > least_gain
        if not worth.any():
            break
        total = np.where(worth, total + digit, total)
    return total


def _nearest_power(values: FloatArray) -> FloatArray:
    """+-2**e nearest to each value; 0 for 0."""
    size = np.abs(values)
    with np.errstate(divide="ignore"):
        power = np.exp2(np.floor(np.log2(size * (4 / 3))))
    return np.where(size > 0, np.copysign(power, values), 0.0)


def as_integers(weights: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
    """(integers, unit of each row): weights = integers * unit, units powers of two, not all integers even.

    Digits beyond INTEGER_BITS below a row's largest weight are rounded away.
    """
    _, exponent = np.frexp(np.abs(weights).max(axis=1))
    grid = np.exp2(exponent.astype(np.float64) - INTEGER_BITS)
    whole = np.rint(weights / grid[:, None]).astype(np.int64)
    lowest = np.where(whole != 0, whole & -whole, np.int64(1) << 62).min(axis=1)
    factor = np.where(whole.any(axis=1), lowest, np.int64(1))
    return whole // factor[:, None], grid * factor
