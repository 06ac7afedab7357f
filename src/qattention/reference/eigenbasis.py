"""The joint eigenbasis of Q and K: channels in which the logits' variance is concentrated.

Logits are kept by any invertible B: q.k = (B^-1 q).(B^T k). With A the second moment of the queries and C
the covariance of the keys, B = A^(1/2) U, U the eigenvectors of A^(1/2) C A^(1/2), makes the channels of
B^-1 q uncorrelated of variance 1 and those of B^T k uncorrelated with the squared singular values of the
logit matrix as variances. A key's error counts alike in all channels, and small channels can be dropped.
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
