"""What lies outside the find sets: range, sum and mass of the light logits of each row."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.problem import AttentionHead
from qattention.reference.exact import (
    FloatArray,
    IndexArray,
    Rows,
    log_sum_exp,
    logit_blocks,
    n_visible,
    row_indices,
    with_sink,
)
from qattention.reference.find import pair_codes, set_sizes


@attrs.frozen(kw_only=True, eq=False)
class LightLogits:
    """The visible logits outside S_i, one entry a row.

    Attributes:
        count: how many there are.
        low, high: their range [alpha_i, beta_i]; NaN where there are none.
        log_sum: log of the sum of their exponentials; -inf where there are none.
        log_total: log D(A)_ii, heavy ones and the sink included.
    """

    count: IndexArray
    low: FloatArray
    high: FloatArray
    log_sum: FloatArray
    log_total: FloatArray

    @property
    def eta(self) -> FloatArray:
        """The smallest eta_i with |L_ij| <= eta_i for every light j (NaN without); `high` <= 0 is apart."""
        return np.maximum(np.abs(self.low), np.abs(self.high))

    @property
    def tail_mass(self) -> FloatArray:
        """The attention weight outside S_i."""
        return np.exp(self.log_sum - self.log_total)

    def shifted(self, shift: FloatArray) -> LightLogits:
        """The same after subtracting shift_i from every logit of row i, as centring the keys does."""
        low, high, log_sum, log_total = (
            x - shift for x in (self.low, self.high, self.log_sum, self.log_total)
        )
        return LightLogits(count=self.count, low=low, high=high, log_sum=log_sum, log_total=log_total)


def light_logits(head: AttentionHead, sets: Sequence[IndexArray], rows: Rows = None) -> LightLogits:
    """Measure the light logits of the selected rows; O(n_rows n_keys d)."""
    chosen = row_indices(head, rows)
    n_rows = len(chosen)
    low, high, log_sum, log_total = (np.full(n_rows, np.nan) for _ in range(4))
    for positions, block in logit_blocks(head, chosen):
        log_total[positions] = with_sink(head, log_sum_exp(block))
        heavy = _heavy_mask([sets[p] for p in positions], head.n_keys)
        block[heavy] = -np.inf
        high[positions], log_sum[positions] = block.max(axis=1), log_sum_exp(block)
        block[np.isneginf(block)] = np.inf  # hidden and heavy keys alike
        low[positions] = block.min(axis=1)
    count = n_visible(head, chosen) - set_sizes(sets)
    low[count == 0] = high[count == 0] = np.nan
    return LightLogits(count=count, low=low, high=high, log_sum=log_sum, log_total=log_total)


def _heavy_mask(sets: Sequence[IndexArray], n_keys: int) -> NDArray[np.bool_]:
    mask = np.zeros(len(sets) * n_keys, dtype=bool)
    mask[pair_codes(sets, n_keys)] = True
    return mask.reshape(len(sets), n_keys)
