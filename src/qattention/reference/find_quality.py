"""What the oracles of a quantised head mark, against the exact find sets."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import ArrayLike

from qattention.numerics import AnyIntArray
from qattention.reference.exact import BLOCK, IndexArray, Rows, logit_blocks, row_indices, visible
from qattention.reference.find import threshold_rows
from qattention.reference.quantised import QuantisedHead, heavy_mask


@attrs.frozen(kw_only=True, eq=False)
class FindQuality:
    """Over the selected rows.

    Attributes:
        n_marked: visible keys that each row's oracle marks, shape (n_rows,).
        recall: share of the (row, key) pairs of the exact find sets that are marked; 1 without any.
        precision: share of the marked pairs that are in the exact find sets; None if nothing is marked.
    """

    n_marked: IndexArray
    recall: float
    precision: float | None


def marked_counts(quantised: QuantisedHead, thresholds: AnyIntArray, rows: Rows = None) -> IndexArray:
    """Visible keys that each row's oracle marks, shape (n_rows,); blocks of rows at a time."""
    chosen = row_indices(quantised.head, rows)
    counts = [
        heavy_mask(quantised, thresholds[part], chosen[part]).sum(axis=1)
        for part in (slice(start, start + BLOCK) for start in range(0, len(chosen), BLOCK))
    ]
    return np.concatenate([np.empty(0, dtype=np.intp), *counts])


def find_quality(
    quantised: QuantisedHead, thresholds: AnyIntArray, tau: ArrayLike, rows: Rows = None
) -> FindQuality:
    """Compare acc >= T with L >= tau; O(n_rows n_keys d), blocks of rows at a time.

    Args:
        thresholds: T of each row, shape (n_rows,). tau: logits, one or one a row.
    """
    chosen = row_indices(quantised.head, rows)
    taus, n_marked = threshold_rows(tau, len(chosen)), np.zeros(len(chosen), dtype=np.intp)
    n_true = n_both = 0
    for positions, block in logit_blocks(quantised.head, chosen):
        seen = visible(quantised.head, chosen[positions])
        heavy = (block >= taus[positions, None]) & seen
        marked = heavy_mask(quantised, thresholds[positions], chosen[positions])
        n_marked[positions] = marked.sum(axis=1)
        n_true, n_both = n_true + int(heavy.sum()), n_both + int((heavy & marked).sum())
    total = int(n_marked.sum())
    return FindQuality(
        n_marked=n_marked,
        recall=n_both / n_true if n_true else 1.0,
        precision=n_both / total if total else None,
    )
