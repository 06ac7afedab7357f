"""Exact attention (PAPER.md, section 1), a block of rows at a time: an n x n matrix is never kept.

`rows` selects query rows everywhere: None for all, a slice, or indices in any order.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.errors import SpecError, bad
from qattention.problem import AttentionHead

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]
Rows = slice | ArrayLike | None

# Query rows a matrix product. The blocks are aligned, so that a logit has the same last bit whichever
# other rows are asked for: BLAS rounds differently in other shapes, and thresholds are compared with >=.
BLOCK = 128
UNREACHED = 1e30  # a product of queries and keys beyond all that heads may have
EPS = float(np.finfo(np.float64).eps) / 2


def row_indices(head: AttentionHead, rows: Rows = None) -> IndexArray:
    """The selected query rows as indices; raises SpecError outside 0..n_queries - 1."""
    everything = np.arange(head.n_queries)
    if rows is None or isinstance(rows, slice):
        return everything[rows if rows is not None else slice(None)]
    chosen = np.atleast_1d(np.asarray(rows))
    if not chosen.size:  # an empty list has dtype float64
        return everything[:0]
    if chosen.dtype.kind not in "iu" or chosen.ndim != 1 or not np.isin(chosen, everything).all():
        raise SpecError(bad("rows", chosen.tolist(), f"row indices in 0..{head.n_queries - 1}"))
    return chosen.astype(np.intp)


def logit_blocks(head: AttentionHead, rows: Rows = None) -> Iterator[tuple[IndexArray, FloatArray]]:
    """Yield (positions, logits): `logits[p]` belongs to the selected row number `positions[p]`.

    Logits have shape (at most BLOCK, n_keys), and are -inf where a query does not see the key.
    """
    chosen = row_indices(head, rows)
    blocks = chosen // BLOCK
    for block in np.unique(blocks):
        positions = np.flatnonzero(blocks == block)
        start = int(block) * BLOCK
        product = (head.scale * head.q[start : start + BLOCK]) @ head.k.T
        logits = capped(head, product[chosen[positions] - start])
        if head.causal or not head.is_prefix:
            logits[~visible(head, chosen[positions])] = -np.inf
        yield positions, logits


def n_visible(head: AttentionHead, rows: Rows = None) -> IndexArray:
    """Keys that each query sees, shape (n_rows,): all, or i + 1 + n_keys - n_queries in a causal head."""
    first, stop = visible_range(head, rows)
    return stop - first


def visible_range(head: AttentionHead, rows: Rows = None) -> tuple[IndexArray, IndexArray]:
    """(first key, one past the last) that each query sees, shape (n_rows,) each: keys without a gap."""
    chosen = row_indices(head, rows)
    first, stop = head.ranges
    return first[chosen], stop[chosen]


def visible(head: AttentionHead, rows: Rows = None) -> NDArray[np.bool_]:
    """Which keys each query sees, shape (n_rows, n_keys): key j <= i + n_keys - n_queries if causal."""
    (first, stop), keys = visible_range(head, rows), np.arange(head.n_keys)
    return np.asarray((keys >= first[:, None]) & (keys < stop[:, None]))


def capped(head: AttentionHead, logits: FloatArray) -> FloatArray:
    """Logits of the head from products `scale * q.k`: c tanh(x / c) if it caps them."""
    return logits if head.soft_cap is None else head.soft_cap * np.tanh(logits / head.soft_cap)


def uncapped(head: AttentionHead, tau: FloatArray) -> FloatArray:
    """Thresholds on products `scale * q.k` that let in what `tau` lets in of capped logits: monotone.

    What no capped logit can reach, or all do, becomes a number that no product reaches, or all do.
    """
    if head.soft_cap is None:
        return tau
    cap = head.soft_cap
    inside = cap * np.arctanh(np.clip(tau / cap, -1.0 + EPS, 1.0 - EPS))  # at c itself: where tanh is 1
    reached = np.where(tau > cap, UNREACHED, inside)
    return np.where(tau <= -cap, -UNREACHED, reached)


def logits(head: AttentionHead, rows: Rows = None) -> FloatArray:
    """`scale * q @ k.T`, shape (n_rows, n_keys); -inf where a causal query does not see the key."""
    dense = np.empty((len(row_indices(head, rows)), head.n_keys))
    for positions, block in logit_blocks(head, rows):
        dense[positions] = block
    return dense


def softmax(block: FloatArray, sink: float | None = None) -> FloatArray:
    """Row-wise softmax, the row's maximum subtracted first; -inf has no weight.

    Args:
        sink: a logit that the normaliser has besides: rows then sum to less than 1.
    """
    peak = block.max(axis=1, keepdims=True)
    if sink is None:
        weights = np.exp(block - peak)
        return weights / weights.sum(axis=1, keepdims=True)
    peak = np.maximum(peak, sink)
    weights = np.exp(block - peak)
    return weights / (weights.sum(axis=1, keepdims=True) + np.exp(sink - peak))


def attention(head: AttentionHead, rows: Rows = None) -> FloatArray:
    """`D(A)^-1 A V` (Definition 1.1), shape (n_rows, d_v)."""
    output = np.empty((len(row_indices(head, rows)), head.v_dim))
    for positions, block in logit_blocks(head, rows):
        output[positions] = softmax(block, head.sink) @ head.v
    return output


def log_normaliser(head: AttentionHead, rows: Rows = None) -> FloatArray:
    """Logarithms log D(A) of the sums of exp(logits) over visible keys and the sink, shape (n_rows,)."""
    result = np.empty(len(row_indices(head, rows)))
    for positions, block in logit_blocks(head, rows):
        result[positions] = with_sink(head, log_sum_exp(block))
    return result


def with_sink(head: AttentionHead, log_sums: FloatArray) -> FloatArray:
    """Logs of sums of exponentials, the sink's added."""
    return log_sums if head.sink is None else np.logaddexp(log_sums, head.sink)


def log_sum_exp(block: FloatArray) -> FloatArray:
    """Each row's log(sum(exp(.))); -inf for a row without finite entries."""
    peak = block.max(axis=1, initial=-np.inf)
    peak = np.where(np.isfinite(peak), peak, 0.0)
    with np.errstate(divide="ignore"):
        log_sums: FloatArray = peak + np.log(np.exp(block - peak[:, None]).sum(axis=1))
    return log_sums
