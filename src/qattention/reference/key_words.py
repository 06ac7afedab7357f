"""How many bits each channel of the keys gets, and the words in them."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.reference.exact import FloatArray

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
