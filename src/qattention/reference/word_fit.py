"""Words of the keys and the weights fitted to them, at a price in squared logit error a Toffoli.

Apart from `rotated` because fitting weights to words by least squares is an algorithm that no budget
decides.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.reference.digit_choice import sparse_weights
from qattention.reference.eigenbasis import JointBasis
from qattention.reference.exact import FloatArray
from qattention.reference.key_words import ChannelSteps

# Toffolis a key bit costs in an iteration: a load of it, and an And for each digit of its weight (about 1.5).
BIT_TOFFOLI = 3.0
MOST_HALVINGS = 60  # of the squared price: 2**-30 is below what 16 bits a channel resolve
SAMPLE_ROWS = 256  # on which the price is settled
RIDGE = 1e-9  # relative; words that say the same do not make the fit singular


@attrs.frozen(kw_only=True, eq=False)
class Fit:
    """Words of the keys and what they explain, in the units of `JointBasis`.

    Attributes:
        widths: bits of each channel kept, shape (n_channels,).
        words: int64, shape (n_keys, n_channels). mean: of the words, shape (n_channels,).
        covariance: of the words.
        keys_on_words: F of the least-squares fit k = F (word - mean) + residual, shape (d, n_channels).
        target: q F, the weights of the best fit, shape (n_rows, n_channels).
        residual: shape (n_keys, d).
    """

    widths: NDArray[np.int64]
    words: NDArray[np.int64]
    mean: FloatArray
    covariance: FloatArray
    keys_on_words: FloatArray
    target: FloatArray
    residual: FloatArray

    def weights(self, price: float) -> FloatArray:
        """Few-digit weights at this price, shape (n_rows, n_channels)."""
        prices = np.full(len(self.target), price)
        return sparse_weights(self.target, self.covariance, prices, self.widths)

    def noise(self, q: FloatArray, weights: FloatArray) -> FloatArray:
        """Standard deviation over the keys of each row's logit error, in units of its spread; (n_rows,)."""
        left = self.target - weights
        of_keys = np.square(q @ _root(self.residual.T @ self.residual / len(self.residual))).sum(axis=1)
        of_weights = np.einsum("ic,ic->i", left @ self.covariance, left)
        noise: FloatArray = np.sqrt(of_keys + np.maximum(of_weights, 0.0))
        return noise


def _root(covariance: FloatArray) -> FloatArray:
    """S with S S^T = covariance: sums of squares cannot come out negative."""
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def fit_words(steps: ChannelSteps, q: FloatArray, k: FloatArray, price: float) -> Fit:
    """Choose widths at a price a Toffoli and fit the words to the keys; channels of equal words go.

    A circuit needs a channel: where none is of use, one bit that is 0 in all words stays.
    """
    widths = steps.widths(BIT_TOFFOLI * price)
    words = steps.words(k, widths)
    differ = (words != words[:1]).any(axis=0)
    words, widths = words[:, differ], widths[widths > 0][differ]
    if not len(widths):
        words, widths = np.zeros((len(k), 1), dtype=np.int64), np.ones(1, dtype=np.int64)
    mean = words.mean(axis=0)
    centred = words - mean
    covariance = centred.T @ centred / len(k)
    deviation = np.sqrt(np.diag(covariance))
    unit = np.where(deviation > 0, deviation, 1.0)
    ridged = covariance / np.outer(unit, unit) + RIDGE * np.eye(len(unit))
    keys_on_words = np.linalg.solve(ridged, (centred / unit).T @ k / len(k)).T / unit
    return Fit(
        widths=widths,
        words=words,
        mean=mean,
        covariance=covariance,
        keys_on_words=keys_on_words,
        target=q @ keys_on_words,
        residual=k - centred @ keys_on_words.T,
    )


def settle_price(basis: JointBasis, steps: ChannelSteps, budget: float) -> float:
    """The highest price, of the powers of 2**(1/2), at which the rows' errors are within `budget` (rms)."""
    rows = np.flatnonzero(basis.searched)
    if not len(rows):
        return 1.0
    q = basis.q[rows[np.linspace(0, len(rows) - 1, min(SAMPLE_ROWS, len(rows))).astype(np.intp)]]

    def within(halvings: int) -> bool:
        price = 2.0 ** (-halvings / 2)
        fit = fit_words(steps, q, basis.k, price)
        return bool(np.square(fit.noise(q, fit.weights(price))).mean() <= budget**2)

    low, high = 0, MOST_HALVINGS
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if within(middle) else (middle + 1, high)
    return float(2.0 ** (-low / 2))
