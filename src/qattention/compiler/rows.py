"""The rows of a problem: typical ones, or those of a quantised head with its thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.errors import SpecError, bad
from qattention.formulas import RowSums
from qattention.numerics import AnyIntArray
from qattention.plan import RowGroups, typical_rows
from qattention.plan.rows import rounded_union
from qattention.problem import AttentionHead, AttentionProblem
from qattention.reference.exact import BLOCK, FloatArray, IndexArray, Rows, n_visible, visible_range
from qattention.reference.find import midway_thresholds
from qattention.reference.find_quality import marked_counts
from qattention.reference.quantisation import Quantisation
from qattention.reference.quantised import QuantisedHead, heavy_mask, integer_thresholds


@attrs.frozen(kw_only=True, eq=False, slots=False)
class HeadConstants:
    """A head as its oracles see it.

    Attributes:
        problem: with the widths of the words, and the mean number of marked keys if thresholds are lowered.
        quantisation: how the head was quantised. quantised: integer queries and keys.
        tau: the logit threshold that was given, for all rows or one a row; None: each row's own.
        thresholds: T of every row, Python integers, shape (n_queries,).
    """

    problem: AttentionProblem
    quantisation: Quantisation
    quantised: QuantisedHead
    tau: float | FloatArray | None
    thresholds: AnyIntArray

    @cached_property
    def sums(self) -> RowSums:
        """Weights and thresholds of all rows; one object, so that what is worked out of it is so once."""
        quantised = self.quantised
        return RowSums.from_weights(quantised.q_int, self.thresholds, quantised.channel_bits)


def head_constants(
    problem: AttentionProblem,
    head: AttentionHead,
    tau: float | FloatArray | None = None,
    quantisation: Quantisation | None = None,
) -> HeadConstants:
    """Quantise a head: plainly with the problem's bits, unless told how.

    Args:
        tau: a logit for all rows, or one a row; without it each row's is midway below its n_heavy
            largest, as in a run.
    Raises:
        SpecError: the head has other sizes than the problem.
    """
    sizes = ("n_queries", "n_keys", "head_dim", "v_dim", "causal")
    wrong = [
        bad(name, getattr(problem, name), f"{getattr(head, name)}, as in the head")
        for name in sizes
        if getattr(problem, name) != getattr(head, name)
    ]
    if wrong:
        raise SpecError(wrong)
    how = quantisation or Quantisation(key_bits=problem.key_bits, query_bits=problem.query_bits)
    quantised = how.apply(head)
    taus = midway_thresholds(head, problem.n_heavy) if tau is None else tau
    thresholds = integer_thresholds(quantised, taus)
    return HeadConstants(
        problem=attrs.evolve(
            problem,
            key_bits=quantised.key_bits,
            query_bits=quantised.query_bits,
            n_marked=marked_keys(quantised, thresholds, problem.n_heavy) if how.margin else None,
        ),
        quantisation=how,
        quantised=quantised,
        tau=tau,
        thresholds=thresholds,
    )


def marked_keys(quantised: QuantisedHead, thresholds: AnyIntArray, n_heavy: int, rows: Rows = None) -> int:
    """Keys that an oracle marks, rounded mean over the rows that see more than `n_heavy`; at least 1."""
    marked = marked_counts(quantised, thresholds, rows)
    many = marked[n_visible(quantised.head, rows) > n_heavy]
    return max(1, round(float(many.mean()))) if len(many) else n_heavy


def problem_rows(
    problem: AttentionProblem, constants: HeadConstants | None = None, rows_per_load: int = 1
) -> RowGroups:
    """Each load of a head by itself, the last one with the rows that are left; typical rows without."""
    if constants is None:
        return typical_rows(problem, rows_per_load)
    first = np.arange(0, problem.n_queries, rows_per_load)
    last = np.minimum(first + rows_per_load, problem.n_queries) - 1
    channel_bits, ends = np.array(constants.quantised.channel_bits), zip(first, last + 1, strict=True)
    bits = [channel_bits[list(weighed_channels(constants.quantised, range(*pair)))].sum() for pair in ends]
    return RowGroups(
        n_keys=_loaded(constants.quantised.head, first),
        n_rows=last - first + 1,
        count=np.ones(len(first), dtype=object),
        sums=constants.sums,
        head_dim=constants.quantised.q_int.shape[1],
        rows=first.astype(object),
        load_bits=np.array(bits, dtype=np.int64),
        n_union=None if rows_per_load == 1 else _unions(constants, first),
    )


def _unions(constants: HeadConstants, first: IndexArray) -> NDArray[np.int64]:
    """Distinct keys that the rows of each load beginning at `first` mark, rounded up, shape (n_loads,)."""
    together = np.bitwise_or.reduceat(_marked_bits(constants), first, axis=0)
    return rounded_union(np.bitwise_count(together).sum(axis=1))


@lru_cache(maxsize=2)
def _marked_bits(constants: HeadConstants) -> NDArray[np.uint8]:
    """What each row's oracle marks, eight keys a byte, shape (n_queries, ceil(n_keys / 8))."""
    quantised = constants.quantised
    every = np.arange(quantised.head.n_queries)
    blocks = [every[start : start + BLOCK] for start in range(0, len(every), BLOCK)]
    return np.concatenate(
        [np.packbits(heavy_mask(quantised, constants.thresholds[rows], rows), axis=1) for rows in blocks]
    )


def _loaded(head: AttentionHead, first: IndexArray) -> NDArray[np.int64]:
    """Keys that some row of each load sees, those of a load beginning at `first`, shape (n_loads,)."""
    starts, stops = visible_range(head)
    n_keys = np.maximum.reduceat(stops, first) - np.minimum.reduceat(starts, first)
    return n_keys.astype(np.int64)


def weighed_channels(quantised: QuantisedHead, rows: Sequence[int]) -> tuple[int, ...]:
    """Channels that some of these rows weigh, at least one: all that a load for them has to look up.

    All for words of one width: there hardly a weight is 0, and rows have one table.
    """
    every = range(len(quantised.channel_bits))
    if len(set(quantised.channel_bits)) == 1:
        return tuple(every)
    weighed = np.flatnonzero(np.any(quantised.q_int[np.asarray(rows)] != 0, axis=0))
    return tuple(weighed.tolist()) or (0,)
