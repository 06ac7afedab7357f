"""How many keys a row an error takes: the smallest k, found by looking at every k in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import numpy as np

from qattention.errors import SpecError, bad
from qattention.problem import AttentionHead
from qattention.problem.free import far_ranges
from qattention.reference.exact import (
    FloatArray,
    IndexArray,
    Rows,
    capped,
    logit_blocks,
    row_indices,
    softmax,
    visible,
)
from qattention.reference.fills import Fill, check_fill, visible_sums

FIRST = 32  # values of k tried at first, then twice as many
MOST_SHARE = 8  # keys over k: a head that needs more than an eighth of its keys is not sparse
Kept = tuple[int, int]  # last and first keys that a row sees, taken without a search
NONE_KEPT: Kept = (0, 0)
MOST_NUMBERS = 2**23  # of partial sums kept at once: 64 MiB


@attrs.frozen(kw_only=True)
class KeysNeeded:
    """The smallest k whose output errs by at most a target, in relative Frobenius norm over some rows.

    Attributes:
        k: keys a row. error: with so many. before: with one less; None at k = 1.
        n_rows: rows that were looked at.
    """

    k: int
    error: float
    before: float | None
    n_rows: int
    target: float

    @property
    def part(self) -> float:
        """Keys k with a fraction: where a straight line from the error before would meet the target."""
        if self.before is None or self.before <= self.error:
            return float(self.k)
        return self.k - (self.target - self.error) / (self.before - self.error)


def keys_needed(
    head: AttentionHead,
    target: float,
    fill: Fill = "mean-logit",
    rows: Rows = None,
    kept: Kept = NONE_KEPT,
) -> KeysNeeded:
    """The smallest k of row-wise top-k sets; with all keys the error is 0, so there is one.

    Errors do not fall steadily with k, so no k is left out below the one that is found. O(n_rows n log n +
    n_rows k d_v) after the logits.

    Args:
        target: relative Frobenius error of the output over the rows.
        kept: see `row_errors_by_k`; k may then be 0.
    """
    chosen = row_indices(head, rows)
    least = 0 if any(kept) else 1
    met = first_met(head.n_keys, target, lambda ks: errors_by_k(head, ks, fill, chosen, kept), least)
    assert met is not None  # with all keys there is no error
    k, error, before = met
    return KeysNeeded(k=k, error=error, before=before, n_rows=len(chosen), target=target)


def keys_by_error(
    head: AttentionHead, targets: Sequence[float], fill: Fill = "mean-logit", rows: Rows = None
) -> tuple[int, ...]:
    """The smallest k of each target, as `keys_needed`, in one search: that of the smallest target."""
    chosen, seen = row_indices(head, rows), list[FloatArray]()

    def errors(ks: range) -> FloatArray:
        seen.append(errors_by_k(head, ks, fill, chosen))
        return seen[-1]

    first_met(head.n_keys, min(targets), errors)
    every = np.concatenate(seen)
    return tuple(int(np.argmax(every <= target)) + 1 for target in targets)


def first_met(
    most: int, target: float, errors: Callable[[range], FloatArray], least: int = 1
) -> tuple[int, float, float | None] | None:
    """(the smallest k of least..most whose error is within the target, its error, the one before), or None.

    Args:
        errors: of each k of a range, asked for in ranges of growing length.
    """
    first, previous = least - 1, None
    while first < most:
        last = min(most, max(FIRST, 2 * first))
        found = errors(range(first + 1, last + 1))
        met = np.flatnonzero(found <= target)
        if len(met):
            at = int(met[0])
            return first + 1 + at, float(found[at]), float(found[at - 1]) if at else previous
        first, previous = last, float(found[-1])
    return None


def errors_by_k(
    head: AttentionHead, ks: range, fill: Fill = "mean-logit", rows: Rows = None, kept: Kept = NONE_KEPT
) -> FloatArray:
    """Relative Frobenius error over the rows for each k, shape (len(ks),); 0 where the output is 0."""
    off, norm = row_errors_by_k(head, ks, fill, rows, kept)
    total = float(norm.sum())
    return np.sqrt(off.sum(axis=0) / total) if total else np.zeros(len(ks))


def row_errors_by_k(
    head: AttentionHead, ks: range, fill: Fill = "mean-logit", rows: Rows = None, kept: Kept = NONE_KEPT
) -> tuple[FloatArray, FloatArray]:
    """(squared errors of each row for each k, shape (n_rows, len(ks)); squared norms of rows of the output).

    Keys that tie with the k-th are heavy too, as in find sets.

    Args:
        kept: the last and the first keys that a row sees, so many of each, are heavy besides; k are then of
            the others, and may be 0.
    """
    check_fill(fill)
    chosen = row_indices(head, rows)
    off, norm = np.empty((len(chosen), len(ks))), np.empty(len(chosen))
    step = max(1, MOST_NUMBERS // (head.n_keys + min(head.n_keys, ks[-1] + sum(kept)) * head.v_dim))
    for positions, block in logit_blocks(head, chosen):
        for start in range(0, len(positions), step):
            part = slice(start, start + step)
            at = positions[part]
            off[at], norm[at] = _block_errors(head, chosen[at], block[part], ks, fill, kept)
    return off, norm


def _block_errors(
    head: AttentionHead, rows: IndexArray, block: FloatArray, ks: range, fill: Fill, kept: Kept = NONE_KEPT
) -> tuple[FloatArray, FloatArray]:
    """The same for a few rows with their logits, shape (n_rows, n_keys), -inf where hidden."""
    exact = softmax(block, head.sink) @ head.v
    ranks, n_kept = _kept_first(head, rows, block, kept)
    order = _leading(ranks, min(head.n_keys, ks[-1] + int(n_kept.max())))
    ranked = np.take_along_axis(block, order, axis=1)
    counts = _with_ties(np.take_along_axis(ranks, order, axis=1), ks, n_kept)
    take, most = (np.arange(len(rows))[:, None], counts - 1), int(counts.max())
    peak = _shift(head, block, fill)
    weights = np.exp(ranked - peak)  # 0 where hidden
    values = np.where(np.isfinite(ranked[:, :most, None]), head.v[order[:, :most]], 0.0)
    heavy_values = np.cumsum(weights[:, :most, None] * values, axis=1)[take]
    light_values = visible_sums(head, head.v, rows)[:, None] - np.cumsum(values, axis=1)[take]
    heavy = np.cumsum(weights, axis=1)[take]
    n_light = np.isfinite(block).sum(axis=1)[:, None] - counts
    each = _light_weight(head, rows, order, counts, n_light, fill)
    if fill == "row-mean":
        light = np.exp(block - peak).sum(axis=1, keepdims=True) - heavy  # below 0 by rounding alone
        filled = np.maximum(light, 0.0) / np.maximum(n_light, 1)
    else:
        filled = np.exp(np.where(n_light > 0, each - peak, -np.inf))
    total = heavy + filled * n_light
    if head.sink is not None:
        total = total + np.exp(head.sink - peak)
    output = (heavy_values + filled[:, :, None] * light_values) / total[:, :, None]
    return np.square(output - exact[:, None, :]).sum(axis=2), np.square(exact).sum(axis=1)


def _kept_first(
    head: AttentionHead, rows: IndexArray, block: FloatArray, kept: Kept
) -> tuple[FloatArray, IndexArray]:
    """(logits with those of kept keys above all, how many each row keeps, shape (n_rows, 1))."""
    if not any(kept):
        return block, np.zeros((len(rows), 1), dtype=np.intp)
    keys, seen = np.arange(head.n_keys), visible(head, rows)
    first, stop = (ends[rows, None] for ends in far_ranges(head, *kept))
    free = seen & ((keys < first) | (keys >= stop))
    return np.where(free, np.inf, block), free.sum(axis=1, keepdims=True)


def _leading(ranks: FloatArray, n_first: int) -> IndexArray:
    """Each row's keys from the highest rank down, as many as `n_first` and what ties with the last of them.

    Shape (n_rows, what the fullest row takes); ties in the order of keys. The others are never sorted: few
    keys are looked at, of many.
    """
    n_keys = ranks.shape[1]
    if n_first < n_keys:
        last = -np.partition(-ranks, n_first - 1, axis=1)[:, n_first - 1 : n_first]
        n_first = max(n_first, int(((ranks >= last) & (ranks > -np.inf)).sum(axis=1).max()))
    if n_first == n_keys:
        return np.argsort(-ranks, axis=1, kind="stable")
    some = np.sort(np.argpartition(-ranks, n_first - 1, axis=1)[:, :n_first], axis=1)
    order = np.argsort(-np.take_along_axis(ranks, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1)


def _with_ties(ranked: FloatArray, ks: range, n_kept: IndexArray) -> IndexArray:
    """Heavy keys of each row at each k, shape (n_rows, len(ks)): k and those that tie, at most all.

    Kept ones come first and tie with each other.
    """
    n_rows, n_keys = ranked.shape
    ends = np.ones((n_rows, n_keys), dtype=bool)
    ends[:, :-1] = ranked[:, 1:] != ranked[:, :-1]
    places = np.where(ends, np.arange(n_keys), n_keys)
    last = np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1]
    seen = (ranked > -np.inf).sum(axis=1)[:, None]
    at = np.minimum(n_kept + np.array(ks) - 1, n_keys - 1)
    return np.minimum(np.take_along_axis(last, at, axis=1) + 1, seen).astype(np.intp)


def _shift(head: AttentionHead, block: FloatArray, fill: Fill) -> FloatArray:
    """What rows' logarithms are taken from, shape (n_rows, 1): none of their weights overflows."""
    peak = block.max(axis=1, keepdims=True)
    peak = peak if head.sink is None else np.maximum(peak, head.sink)
    return np.maximum(peak, 0.0) if fill == "one" else peak


def _light_weight(
    head: AttentionHead,
    rows: IndexArray,
    order: IndexArray,
    counts: IndexArray,
    n_light: IndexArray,
    fill: Fill,
) -> FloatArray:
    """gamma of each row at each k, as in `fill_logs`; `row-mean` is worked out from the weights."""
    if fill == "mean-logit":
        raw = np.take_along_axis((head.scale * head.q[rows]) @ head.k.T, order, axis=1)
        whole = head.scale * np.einsum("rd,rd->r", head.q[rows], visible_sums(head, head.k, rows))
        heavy = np.cumsum(raw, axis=1)[np.arange(len(rows))[:, None], counts - 1]
        return capped(head, (whole[:, None] - heavy) / np.maximum(n_light, 1))
    if fill not in ("one", "drop", "row-mean"):
        raise SpecError(bad("fill", fill, "mean-logit, one, row-mean or drop, to search for k"))
    return np.full(counts.shape, 0.0 if fill == "one" else -np.inf)
