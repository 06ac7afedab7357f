"""What no logit of a rotated head can be off by: proved row by row, float64 rounding included."""

from __future__ import annotations

import numpy as np

from qattention.reference.eigenbasis import JointBasis
from qattention.reference.exact import FloatArray
from qattention.reference.quantised import rounding_unit
from qattention.reference.word_fit import Fit


def fit_error(
    basis: JointBasis, fit: Fit, weights: FloatArray, queries: FloatArray, keys: FloatArray
) -> FloatArray:
    """Bounds on |query_i . key_j / spread_i - weights_i . (x_j - mean)| over j, shape (n_queries,); O(n d^2).

    With q, k in the basis, k = F (x - mean) + r and t = q F: the difference is (t - weights) . (x - mean) +
    q . r, each summed with its channel's largest factor. To that come what solving for q left, and rounding.
    A row whose logits are all alike has q = 0: it is what solving left.
    """
    centred = np.abs(fit.words - fit.mean).max(axis=0)
    proper = np.abs(fit.target - weights) @ centred + np.abs(basis.q) @ np.abs(fit.residual).max(axis=0)
    key_peak = np.abs(keys).max(axis=0)
    scaled = queries / basis.spread[:, None]
    unsolved = np.abs(scaled - basis.q @ basis.basis.T) @ key_peak
    size = (np.abs(basis.q) @ np.abs(basis.basis).T + np.abs(scaled)) @ key_peak
    size += (np.abs(basis.q) @ np.abs(fit.keys_on_words)) @ centred
    size += np.abs(weights) @ (np.abs(fit.words).max(axis=0) + np.abs(fit.mean))
    error: FloatArray = proper + unsolved + rounding_unit(queries.shape[1]) * size
    return error
