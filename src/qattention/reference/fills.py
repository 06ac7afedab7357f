"""What stands in for the light logits of a row: one log-weight a row, so that the fill stays rank one.

`first-order` adds a term linear in the logits, of rank d more.
"""

from __future__ import annotations

from typing import Literal, get_args

import attrs
import numpy as np

from qattention.errors import SpecError, bad
from qattention.problem import AttentionHead
from qattention.reference.exact import (
    BLOCK,
    FloatArray,
    IndexArray,
    Rows,
    capped,
    n_visible,
    row_indices,
    visible_range,
)
from qattention.reference.find import FindSets, pair_codes, set_sizes
from qattention.reference.light import LightLogits, light_logits

Fill = Literal["one", "mean-logit", "first-order", "row-mean", "drop"]
FILLS: tuple[Fill, ...] = get_args(Fill)


def check_fill(fill: str) -> None:
    """Raise SpecError for an unknown fill."""
    if fill not in FILLS:
        raise SpecError(bad("fill", fill, "one of " + ", ".join(FILLS)))


def visible_sums(head: AttentionHead, array: FloatArray, rows: Rows = None) -> FloatArray:
    """The sum of `array`'s rows (n_keys, c) over the keys each query sees, shape (n_rows, c).

    One sum for all queries; prefix sums in a causal head, differences of them in a window. O(n_keys c), once
    for all rows.
    """
    if head.is_prefix and not head.causal:
        return np.broadcast_to(array.sum(axis=0), (len(row_indices(head, rows)), array.shape[1]))
    (first, stop), sums = visible_range(head, rows), np.cumsum(array, axis=0)
    return (
        sums[stop - 1] if head.is_prefix else sums[stop - 1] - np.where(first[:, None], sums[first - 1], 0.0)
    )


def visible_logit_sums(head: AttentionHead, rows: Rows = None) -> FloatArray:
    """Each row's sum of L_ij v_j over the keys it sees, shape (n_rows, d_v); O(n d d_v), no n x n matrix.

    q_i times the sum of k_j v_j^T. In a causal head that sum runs along with blocks of keys, and only
    the logits of a row's own block are written out.
    """
    if head.soft_cap is not None or not head.is_prefix:
        what = "soft_cap" if head.soft_cap is not None else "window"
        raise SpecError(
            bad("fill", "first-order", f"another fill: linear logits over all keys, which `{what}` ends")
        )
    chosen = row_indices(head, rows)
    seen, queries = n_visible(head, chosen), head.scale * head.q[chosen]
    sums, outer = np.empty((len(chosen), head.v_dim)), np.zeros((head.head_dim, head.v_dim))
    if not head.causal:
        return np.asarray(queries @ (head.k.T @ head.v))
    for start in range(0, head.n_keys, BLOCK):
        k, v = head.k[start : start + BLOCK], head.v[start : start + BLOCK]
        here = np.flatnonzero((seen > start) & (seen <= start + BLOCK))
        own = (queries[here] @ k.T) * (np.arange(start, start + len(k)) < seen[here, None])
        sums[here] = queries[here] @ outer + own @ v
        outer += k.T @ v
    return sums


def fill_logs(
    head: AttentionHead,
    sets: FindSets,
    heavy_sums: FloatArray,
    fill: Fill,
    rows: Rows = None,
    light: LightLogits | None = None,
) -> FloatArray:
    """Logarithms gamma_i, shape (n_rows,): each visible light key of row i weighs exp(gamma_i).

    - `one`: 0, the paper's (Definition 4.2).
    - `mean-logit`: mu_i = (<q_i, sum_j k_j> - sum over S_i of L_ij) / (n_i - |S_i|); O(n d) (PAPER.md, 3.3).
      With a soft cap the mean of the products before the cap, capped.
    - `first-order`: mu_i too; the weights exp(mu_i) (1 + L_ij - mu_i) have the same sum.
    - `row-mean`: the log of the arithmetic mean of the light weights; needs the exact row sums, O(n^2 d).
    - `drop`: -inf.

    A row whose keys are all heavy has no light key: -inf, whatever the fill. A row without a heavy key is
    uniform over its visible keys under every fill; `drop`, which would leave it empty, joins them (0).

    Args:
        heavy_sums: the sum over S_i of L_ij before any soft cap, shape (n_rows,).
        light: spares `row-mean` the measurement, if it was made before.
    """
    check_fill(fill)
    sizes = set_sizes(sets)
    count = n_visible(head, rows) - sizes
    if fill == "one":
        gamma = np.zeros(len(sizes))
    elif fill in ("mean-logit", "first-order"):
        key_sums = visible_sums(head, head.k, rows)
        total = head.scale * np.einsum("rd,rd->r", head.q[row_indices(head, rows)], key_sums)
        gamma = capped(head, (total - heavy_sums) / np.maximum(count, 1))
    elif fill == "row-mean":
        known = light_logits(head, sets, rows) if light is None else light
        gamma = known.log_sum - np.log(np.maximum(count, 1))
    else:
        gamma = np.where(sizes == 0, 0.0, -np.inf)
    return np.where(count == 0, -np.inf, gamma)


def centre_keys(head: AttentionHead) -> AttentionHead:
    """The same head with the mean key subtracted: softmax is unchanged, fill `one` becomes a good one.

    The mean is over all keys, in a causal head too: any fixed shift of the keys leaves softmax unchanged.

    Raises:
        SpecError: a soft cap or a sink, which a shift of the logits does not leave unchanged.
    """
    for name in ("soft_cap", "sink"):
        if getattr(head, name) is not None:
            raise SpecError(
                bad("center_keys", True, f"absent: logits of a head with a {name} cannot be shifted")
            )
    return attrs.evolve(head, k=head.k - head.k.mean(axis=0))


def check_sets(head: AttentionHead, sets: FindSets, rows: IndexArray) -> None:
    """Raise SpecError unless there is one set a row, of distinct keys that the row sees."""
    if len(sets) != len(rows):
        raise SpecError(bad("sets", f"{len(sets)} sets", f"{len(rows)}, one a row"))
    if any(keys.ndim != 1 for keys in sets):
        raise SpecError(bad("sets", "arrays of other shapes", "one-dimensional, one a row"))
    keys = np.concatenate([np.empty(0, np.intp), *sets])
    first, stop = (np.repeat(ends, set_sizes(sets)) for ends in visible_range(head, rows))
    hidden = (keys < first) | (keys >= stop)
    if hidden.any():
        raise SpecError(bad("sets", int(keys[hidden][0]), "keys that their row sees"))
    if len(np.unique(pair_codes(sets, head.n_keys))) < len(keys):
        raise SpecError(bad("sets", "a key twice in a row", "distinct keys in each row"))
