"""Lemma 8.3: maximum inner product by a program that only asks which entries are large.

What it shows: whoever reports all entries of Q K^T >= tau in n^(2 - delta) time solves Max-IP on integers in
that time and a logarithm, which the strong exponential time hypothesis rules out (Theorem 8.2). What it does
not show: a lower bound under the paper's own promise. At the thresholds in between far more than k entries of
a row may be large, so the reporter is asked what (tau, k)-goodness rules out; and the hard instances have no
gap between large and small entries. `MaxInnerProduct.calls` tells how many there were.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.errors import SpecError, bad
from qattention.inference import PackedSets

Integers = NDArray[np.int64]
Reporter = Callable[
    [Integers, Integers, int], PackedSets
]  # (q, k, tau) -> {j : <q_i, k_j> >= tau} of each row

EXACT = 2**52  # sums below it are exact in float64, which reporters may use


@attrs.frozen(kw_only=True)
class Call:
    """One question: the threshold, how many entries were reported, and the most of one row."""

    tau: int
    n_reported: int
    largest_set: int


@attrs.frozen(kw_only=True)
class MaxInnerProduct:
    """The largest <q_i, k_j>, a pair (i, j) that has it, and the calls that found it."""

    value: int
    pair: tuple[int, int]
    calls: tuple[Call, ...]


def max_inner_product(q: ArrayLike, k: ArrayLike, report: Reporter) -> MaxInnerProduct:
    """The maximum of q k^T for integer q (n, d), k (m, d): log2 of its range calls of `report`, nothing else.

    Raises:
        SpecError: not integers, other shapes, or sums that float64 does not hold exactly.
    """
    queries, keys = _integers("q", q), _integers("k", k)
    if queries.shape[1] != keys.shape[1]:
        raise SpecError(bad("k", f"shape {keys.shape}", f"{queries.shape[1]} columns, as `q`"))
    reach = int(np.abs(queries).max()) * int(np.abs(keys).max()) * queries.shape[1]
    if reach > EXACT:
        raise SpecError(bad("q", reach, "with sums of at most 2**52"))
    low, high, calls = -reach, reach + 1, []  # something is at least low, nothing at least high
    pair = (0, 0)
    while high - low > 1:
        tau = (low + high) // 2
        sets = report(queries, keys, tau)
        calls.append(Call(tau=tau, n_reported=len(sets.keys), largest_set=int(sets.sizes.max(initial=0))))
        if len(sets.keys):
            low, pair = tau, (int(np.flatnonzero(sets.sizes)[0]), int(sets.keys[0]))
        else:
            high = tau
    return MaxInnerProduct(value=low, pair=pair, calls=tuple(calls))


def _integers(field: str, value: ArrayLike) -> Integers:
    array = np.asarray(value)
    if array.ndim != 2 or array.size == 0 or array.dtype.kind not in "iu":
        raise SpecError(bad(field, f"shape {array.shape}, dtype {array.dtype}", "integers, two-dimensional"))
    return array.astype(np.int64)
