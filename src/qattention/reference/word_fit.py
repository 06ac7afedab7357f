"""Words of the keys and the weights fitted to them, at a price in squared logit error a Toffoli.

Apart from `rotated` because fitting weights to words by least squares is an algorithm that no budget
decides.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.reference.exact import FloatArray

FLOOR = 1e-9  # least eigenvalue kept, relative to the largest: B stays invertible for any rank of Q
ALIKE = 1e-7  # a row's logits are all alike if they spread less, relative to what its length allows
GRID_BITS = 20  # B is rounded so: any invertible B will do, and this one does not depend on the last bits


@attrs.frozen(kw_only=True, eq=False)
class JointBasis:
    """Channels in descending order of variance: query_i . key_j = spread_i * q_i . k_j.

    Attributes:
        basis: B, invertible, shape (d, d).
        q: shape (n_queries, d), rows scaled to logits of variance 1; 0 where the logits are all alike.
        k: shape (n_keys, d).
        spread: standard deviation of each row's logits over all keys, shape (n_queries,); 1 where q is 0.
    """

    basis: FloatArray
    q: FloatArray
    k: FloatArray
    spread: FloatArray

    @property
    def searched(self) -> NDArray[np.bool_]:
        """Rows whose logits differ, shape (n_queries,)."""
        return np.asarray(self.q.any(axis=1), dtype=bool)


def joint_basis(queries: FloatArray, keys: FloatArray) -> JointBasis:
    """The basis of queries (n_queries, d) and centred keys (n_keys, d); O(n d^2).

    Both may be of any rank, and zero. Entries should be of order 1: their squares must not overflow.
    """
    covariance = keys.T @ keys / len(keys)
    deviation = np.sqrt(np.maximum(np.einsum("id,id->i", queries @ covariance, queries), 0))
    differ = deviation > ALIKE * np.linalg.norm(queries, axis=1) * np.sqrt(np.trace(covariance))
    spread = np.where(differ, deviation, 1.0)
    unit = np.where(differ, 1 / spread, 0.0)[:, None] * queries
    moments, axes = np.linalg.eigh(unit.T @ unit / len(queries))
    root = np.sqrt(np.maximum(moments, FLOOR * moments[-1])) if moments[-1] > 0 else np.ones(len(moments))
    _, rotation = np.linalg.eigh((axes * root).T @ covariance @ (axes * root))
    basis = _rounded(((axes * root) @ rotation)[:, ::-1])
    rotated = np.asarray(np.linalg.solve(basis, unit.T).T, dtype=np.float64)
    return JointBasis(basis=basis, q=rotated, k=keys @ basis, spread=spread)


def _rounded(basis: FloatArray) -> FloatArray:
    """On a grid, and with signs that do not depend on how an eigenvector came out."""
    generic = np.cos(np.arange(1.0, len(basis) + 1))  # orthogonal to no eigenvector met in practice
    signed = basis * np.where(generic @ basis < 0, -1.0, 1.0)
    grid = np.exp2(np.floor(np.log2(np.abs(signed).max(axis=0))) - GRID_BITS)
    rounded: FloatArray = np.rint(signed / grid) * grid
    return rounded


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


MOST_BITS = 16  # a channel
SAMPLE = 1024  # keys on which steps are chosen
CLIPPED_BITS = 8  # beyond, nothing is gained by clipping the largest entries
# Steps tried, in units of the one that clips nothing: short words gain by clipping outliers.
STEPS = np.geomspace(0.25, 1.0, 14)


@attrs.frozen(kw_only=True, eq=False)
class ChannelSteps:
    """Error and step of each channel at each width 0..MOST_BITS, shape (d, MOST_BITS + 1) each.

    A word x stands for (x + 1/2) step: b bits hold 2**b values symmetric about 0, one bit two of them.
    """

    error: FloatArray
    step: FloatArray

    def widths(self, price: float) -> NDArray[np.int64]:
        """The width of each channel that is least in squared error + price * bits, shape (d,)."""
        cost = self.error + price * np.arange(MOST_BITS + 1)
        return np.argmin(cost, axis=1).astype(np.int64)

    def words(self, keys: FloatArray, widths: NDArray[np.int64]) -> NDArray[np.int64]:
        """The words of the channels of positive width, shape (n_keys, n_channels)."""
        kept = np.flatnonzero(widths)
        return _words(keys[:, kept], self.step[kept, widths[kept]], widths[kept]).astype(np.int64)


def channel_steps(keys: FloatArray) -> ChannelSteps:
    """The best steps for `keys`, shape (n_keys, d), centred."""
    sample = keys[np.unique(np.linspace(0, len(keys) - 1, min(SAMPLE, len(keys))).astype(np.intp))]
    peak = np.where((top := np.abs(keys).max(axis=0)) > 0, top, 1.0)
    error = np.full((keys.shape[1], MOST_BITS + 1), np.inf)
    step = np.ones_like(error)
    error[:, 0] = np.square(sample).mean(axis=0)
    for bits in range(1, MOST_BITS + 1):
        for share in STEPS if bits <= CLIPPED_BITS else STEPS[-1:]:
            tried = 2 * share * peak / 2**bits
            rounded = (_words(sample, tried, bits) + 0.5) * tried
            mean = np.square(sample - rounded).mean(axis=0)
            better = mean < error[:, bits]
            error[better, bits], step[better, bits] = mean[better], tried[better]
    return ChannelSteps(error=error, step=step)


def _words(keys: FloatArray, step: FloatArray, bits: NDArray[np.int64] | int) -> FloatArray:
    half = np.exp2(np.asarray(bits) - 1)
    words: FloatArray = np.clip(np.floor(keys / step), -half, half - 1)
    return words


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
