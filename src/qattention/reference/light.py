"""What lies outside the find sets: range, sum and mass of the light logits of each row."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from qattention.problem import AttentionHead
from qattention.reference.exact import (
    FloatArray,
    IndexArray,
    Rows,
    log_sum_exp,
    logit_blocks,
    n_visible,
    row_indices,
)
from qattention.reference.find import set_sizes


@attrs.frozen(kw_only=True, eq=False)
class LightLogits:
    """The visible logits outside S_i, one entry a row.

    Attributes:
        count: how many there are.
        low, high: their range [alpha_i, beta_i]; NaN where there are none.
        log_sum: log of the sum of their exponentials; -inf where there are none.
        log_total: log D(A)_ii, heavy ones included.
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


def light_logits(head: AttentionHead, sets: Sequence[IndexArray], rows: Rows = None) -> LightLogits:
    """Measure the light logits of the selected rows; O(n_rows n_keys d)."""
    chosen = row_indices(head, rows)
    n_rows = len(chosen)
    low, high, log_sum, log_total = (np.full(n_rows, np.nan) for _ in range(4))
    for positions, block in logit_blocks(head, chosen):
        log_total[positions] = log_sum_exp(block)
        sizes = set_sizes([sets[p] for p in positions])
        heavy_keys = np.concatenate([sets[p] for p in positions])
        block[np.repeat(np.arange(len(positions)), sizes), heavy_keys] = -np.inf
        high[positions] = block.max(axis=1)
        low[positions] = np.where(np.isinf(block), np.inf, block).min(axis=1)
        log_sum[positions] = log_sum_exp(block)
    count = n_visible(head, chosen) - set_sizes(sets)
    low[count == 0] = high[count == 0] = np.nan
    return LightLogits(count=count, low=low, high=high, log_sum=log_sum, log_total=log_total)
