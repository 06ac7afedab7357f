"""Find sets S_i = {j : L_ij >= tau_i} and the thresholds that give the k heaviest keys of a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.errors import SpecError, bad
from qattention.problem import AttentionHead
from qattention.reference.exact import (
    FloatArray,
    IndexArray,
    Rows,
    logit_blocks,
    n_visible,
    row_indices,
)

FindSets = list[IndexArray]


def row_thresholds(head: AttentionHead, n_heavy: int, rows: Rows = None) -> FloatArray:
    """The `n_heavy`-th largest visible logit of each row, shape (n_rows,).

    A row that sees fewer keys gets its smallest logit: all it sees is heavy. With `>=`, keys that tie
    with the threshold are all heavy, so a find set may exceed `n_heavy` (`InspectReport.tied_rows`).
    """
    check_n_heavy(n_heavy, head.n_keys)
    counts = np.minimum(n_heavy, n_visible(head, rows))
    thresholds = np.empty(len(counts))
    for positions, block in logit_blocks(head, rows):
        thresholds[positions] = kth_largest(block, counts[positions])
    return thresholds


def midway_thresholds(head: AttentionHead, n_heavy: int, rows: Rows = None) -> FloatArray:
    """Thresholds with the same find sets as `row_thresholds`, but as far as can be from any logit.

    They lie halfway between the last heavy logit and the next one, so that quantisation moves as few keys
    across as it can: exactly at the `n_heavy`-th logit, that key itself would fall out half of the time. A
    row that sees no further key gets its smallest logit less its spread (at least 1).
    """
    heavy = row_thresholds(head, n_heavy, rows)
    thresholds = np.empty(len(heavy))
    for positions, block in logit_blocks(head, rows):
        last = heavy[positions]
        following = np.where(block < last[:, None], block, -np.inf).max(axis=1)
        below = last - np.maximum(1.0, block.max(axis=1) - last)
        middle = np.where(np.isfinite(following), following / 2 + last / 2, below)
        thresholds[positions] = np.where(middle > following, middle, last)  # neighbouring floats: no middle
    return thresholds


def check_n_heavy(n_heavy: int, n_keys: int) -> None:
    """Raise SpecError unless 1 <= n_heavy <= n_keys."""
    integral = isinstance(n_heavy, int | np.integer) and not isinstance(n_heavy, bool)
    if not integral or not 1 <= n_heavy <= n_keys:
        raise SpecError(bad("n_heavy", n_heavy, f"an integer in 1..{n_keys} (n_keys)"))


def kth_largest(block: NDArray[np.float64], counts: IndexArray) -> FloatArray:
    """Entry number counts[r] of row r in descending order, shape (n_rows,)."""
    places = np.unique(block.shape[1] - counts)
    ordered = np.partition(block, places, axis=1)
    return ordered[np.arange(len(block)), block.shape[1] - counts]


def threshold_rows(tau: ArrayLike, n_rows: int) -> FloatArray:
    """`tau` (one for all rows, or one a row) as shape (n_rows,); raises SpecError for NaN or other shapes."""
    real = np.asarray(tau, dtype=np.float64)
    if real.shape not in ((), (n_rows,)):
        raise SpecError(bad("tau", f"shape {real.shape}", f"one number, or {n_rows}, one a row"))
    if np.isnan(real).any():
        raise SpecError(bad("tau", float("nan"), "a number"))
    return np.broadcast_to(real, (n_rows,))


def find_sets(head: AttentionHead, tau: ArrayLike, rows: Rows = None) -> FindSets:
    """S_i of each selected row: ascending indices of the visible keys with L_ij >= tau_i.

    Args:
        tau: on the logit scale (Definition 1.2); one for all rows, or shape (n_rows,).
    """
    n_rows = len(row_indices(head, rows))
    tau_rows = threshold_rows(tau, n_rows)
    sets: FindSets = [np.empty(0, dtype=np.intp)] * n_rows
    for positions, block in logit_blocks(head, rows):
        # -inf marks hidden keys: they stay out even when tau is -inf.
        heavy = (block >= tau_rows[positions, None]) & (block > -np.inf)
        for position, keys in zip(positions, sets_from_mask(heavy), strict=True):
            sets[position] = keys
    return sets


def sets_from_mask(heavy: NDArray[np.bool_]) -> FindSets:
    """The true columns of each row, ascending."""
    return np.split(np.nonzero(heavy)[1], np.cumsum(heavy.sum(axis=1))[:-1])


def pair_codes(sets: Sequence[IndexArray], n_keys: int) -> IndexArray:
    """The (row, key) pairs of the sets as row * n_keys + key, rows counted from 0."""
    rows = np.repeat(np.arange(len(sets)), set_sizes(sets))
    return rows * n_keys + np.concatenate([np.empty(0, np.intp), *sets])


def set_sizes(sets: Sequence[IndexArray]) -> IndexArray:
    """|S_i|, shape (n_rows,)."""
    return np.array([len(keys) for keys in sets], dtype=np.intp)
