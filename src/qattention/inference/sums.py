"""The sums over all keys that Algorithm 2 needs once, kept up to date as a cache of keys grows."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.errors import SpecError, bad

Floats = NDArray[np.floating]


@attrs.frozen(kw_only=True, eq=False)
class KeySums:
    """Sums over the cached keys, float64 whatever the arrays' own type.

    With them a decoding step costs O(k d) (O(k d + d d_v) with the first-order fill), not O(n d).

    Attributes:
        n_keys: how many keys are in them.
        keys: sum of k_j, shape (d,). values: u, the sum of v_j, shape (d_v,).
        products: sum of k_j v_j^T, shape (d, d_v).
    """

    n_keys: int
    keys: NDArray[np.float64]
    values: NDArray[np.float64]
    products: NDArray[np.float64]

    @classmethod
    def of(cls, k: Floats, v: Floats) -> KeySums:
        """Of keys (n_keys, d) and values (n_keys, d_v); O(n d d_v), once."""
        return cls(
            n_keys=len(k),
            keys=k.sum(axis=0, dtype=np.float64),
            values=v.sum(axis=0, dtype=np.float64),
            products=np.asarray(k.T @ v, dtype=np.float64),
        )

    def check_against(self, k: Floats, v: Floats) -> None:
        """Raise SpecError unless the sums are of as many keys and values, of their widths."""
        got, want = (self.n_keys, *self.products.shape), (len(k), k.shape[1], v.shape[1])
        if got != want:
            raise SpecError(bad("sums", got, f"of these keys: (n_keys, d, d_v) = {want}"))

    def appended(self, k: Floats, v: Floats) -> KeySums:
        """With further keys (m, d) and values (m, d_v)."""
        more = KeySums.of(k, v)
        return KeySums(
            n_keys=self.n_keys + more.n_keys,
            keys=self.keys + more.keys,
            values=self.values + more.values,
            products=self.products + more.products,
        )
