"""`RowGroups`: query rows grouped by what they cost; typical rows where there is no data."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from statistics import NormalDist

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.circuit import InnerProductKind, LoaderKind
from qattention.costs import AnyIntArray, IntArray
from qattention.formulas import RowSums, SharedSums
from qattention.problem import AttentionProblem
from qattention.real_heads import union_share

# Costs differ by 2 % from seed to seed at d = 128; this one is nearest to the mean of seeds 0..19 there.
TYPICAL_SEED = 3
GOLDEN = (5**0.5 - 1) / 2
MEASURED = "measured"
N_GROUPS = 2**12  # causal rows beyond this many are costed by groups of neighbours


@attrs.frozen(kw_only=True, eq=False)
class RowGroups:
    """Group g stands for `count[g]` loads, each shared by `n_rows[g]` neighbouring query rows.

    Attributes:
        n_keys: keys that are searched, those that the last of the rows sees; int64, shape (n_groups,),
            ascending unless the rows come from data.
        n_rows: int64, shape (n_groups,); 1 where rows are searched one by one.
        count: Python integers, shape (n_groups,); count * n_rows sums to n_queries.
        sums: weights and thresholds; one row for all, or one a query row in order, every count being 1.
        head_dim: d.
        rows: the first query row of one of the group's loads, shape (n_groups,).
        load_bits: bits of a key that its rows weigh, shape (n_groups,); None: all.
        n_union: distinct heavy keys of the rows of a load, shape (n_groups,); None: as if no two rows had one
            in common.
    """

    n_keys: IntArray
    n_rows: IntArray
    count: AnyIntArray
    sums: RowSums
    head_dim: int
    rows: AnyIntArray
    load_bits: IntArray | None = None
    n_union: IntArray | None = None

    @property
    def n_groups(self) -> int:
        """How many groups there are."""
        return len(self.n_keys)

    @property
    def word_bits(self) -> int:
        """Bits w of a key."""
        return self.sums.word_bits

    def looked_up_bits(self, loader: LoaderKind, product: InnerProductKind) -> IntArray:
        """Bits of a key that each load looks up, shape (n_groups,).

        A device serves whole words, and some products multiply by zeros too.
        """
        if self.load_bits is None or loader.is_device or product.weighs_zeros:
            return np.full(self.n_groups, self.word_bits, dtype=np.int64)
        return self.load_bits

    def shared_sums(self, product: InnerProductKind) -> SharedSums:
        """The sums on each group's load, in this form of the inner product; worked out once."""
        return _shared_sums(self, product)


@lru_cache(maxsize=64)
def _shared_sums(groups: RowGroups, product: InnerProductKind) -> SharedSums:
    return SharedSums.of(groups.sums, groups.rows, groups.n_rows, product)


def typical_weights(head_dim: int, query_bits: int, seed: int = TYPICAL_SEED) -> NDArray[np.int64]:
    """Weights uniform over the `query_bits`-bit words, shape (head_dim,): a row without data."""
    half = 1 << (query_bits - 1)
    return np.random.default_rng(seed).integers(-half, half - 1, head_dim, endpoint=True)


def typical_threshold(weights: NDArray[np.int64], key_bits: int, n_keys: int, n_heavy: int) -> int:
    """T that `n_heavy` of `n_keys` keys of uniform words reach: mean + z(1 - k/n) standard deviations.

    A uniform b-bit word has mean -1/2 and variance (4**b - 1) / 12; the sum of many is nearly normal.
    With k = n every key is heavy: the least possible sum.
    """
    exact = [int(q) for q in weights]
    if n_heavy >= n_keys:
        return -(sum(map(abs, exact)) << (key_bits - 1))
    deviation = math.sqrt(sum(q * q for q in exact)) * math.sqrt((4.0**key_bits - 1.0) / 12.0)
    return math.ceil(-sum(exact) / 2.0 - NormalDist().inv_cdf(n_heavy / n_keys) * deviation)


def rounded_union(n_union: ArrayLike) -> IntArray:
    """Counts rounded up, to one of four an octave beyond eight: so few promises are made, each kept."""
    exact = np.maximum(np.asarray(n_union, dtype=np.float64), 1.0)
    steps = np.ceil(np.exp2(np.ceil(4 * np.log2(exact) - 1e-9) / 4))
    return np.where(exact <= 8, np.ceil(exact), steps).astype(np.int64)


def sharing_keys(groups: RowGroups, problem: AttentionProblem, share: float | str | None) -> RowGroups:
    """Groups whose rows have heavy keys in common.

    Args:
        share: distinct keys of R rows on a load over R k, at least those of one row; "measured": as
            neighbouring rows of real heads have them; None: 1.
    """
    if share is None or int(np.max(groups.n_rows)) == 1:
        return groups
    each = [union_share(rows) if share == MEASURED else float(share) for rows in groups.n_rows.tolist()]
    k = float(problem.n_searched)
    distinct = np.maximum(k, np.array(each) * groups.n_rows * k)
    return attrs.evolve(groups, n_union=np.ceil(distinct - 1e-9).astype(np.int64))


def typical_rows(problem: AttentionProblem, rows_per_load: int = 1, seed: int = TYPICAL_SEED) -> RowGroups:
    """The rows of a problem without data: one typical row of weights and threshold for all."""
    sums = _typical_sums(
        problem.head_dim, problem.query_bits, problem.key_bits, problem.n_keys, problem.n_heavy, seed
    )
    loads = visible_loads(problem, rows_per_load)
    return RowGroups(
        n_keys=np.array([problem.n_visible(last) for _, last, _ in loads], dtype=np.int64),
        n_rows=np.array([last - first + 1 for first, last, _ in loads], dtype=np.int64),
        count=_objects([count for _, _, count in loads]),
        sums=sums,
        head_dim=problem.head_dim,
        rows=_objects([first for first, _, _ in loads]),
    )


@lru_cache(maxsize=256)
def _typical_sums(
    head_dim: int, query_bits: int, key_bits: int, n_keys: int, n_heavy: int, seed: int
) -> RowSums:
    """One value for equal questions: what is played of its gates is kept by it, however many rows share."""
    weights = typical_weights(head_dim, query_bits, seed)
    threshold = typical_threshold(weights, key_bits, n_keys, n_heavy)
    return RowSums.from_weights(weights, [threshold], key_bits)


def visible_loads(
    problem: AttentionProblem, rows_per_load: int = 1, n_groups: int | None = None
) -> list[tuple[int, int, int]]:
    """(first row, last row, number of such loads) of each group of loads, without data.

    R neighbouring rows share a load, the last one takes what is left. Causal loads up to `n_groups` (N_GROUPS
    unless given) stand alone; more are cut into as many stretches of nearly equal length, each costed at one
    of its loads.
    """
    n_groups = n_groups or N_GROUPS
    n_full, left = divmod(problem.n_queries, rows_per_load)
    last = [(n_full * rows_per_load, problem.n_queries - 1, 1)] if left else []
    n_stretches = min(n_full, n_groups) if problem.causal else min(n_full, 1)
    edges = [i * n_full // n_stretches for i in range(n_stretches + 1)] if n_stretches else []
    loads = [(_within(i, a, b), b - a) for i, (a, b) in enumerate(pairwise(edges))]
    if loads:
        loads[-1] = (n_full - 1, loads[-1][1])  # sees most keys: it sets the qubits
    full = [(at * rows_per_load, (at + 1) * rows_per_load - 1, count) for at, count in loads]
    return full + last


def _within(index: int, first: int, end: int) -> int:
    """A load of first..end-1, at a place that moves evenly from stretch to stretch (by the golden ratio).

    Middles of regular stretches would all see multiples of a power of two, whose start states are cheap.
    """
    return first + int((index + 0.5) * GOLDEN % 1.0 * 2**30) * (end - first) // 2**30


def _objects(values: list[int]) -> AnyIntArray:
    boxed = np.empty(len(values), dtype=object)
    boxed[:] = values
    return boxed
