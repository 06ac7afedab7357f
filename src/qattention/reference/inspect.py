"""`inspect_head`: is this head sparse enough for the algorithm, at which k, fill and width?"""

from __future__ import annotations

import math

import attrs
import numpy as np

from qattention.errors import SpecError, bad
from qattention.problem import AttentionHead
from qattention.reference.advice import advise
from qattention.reference.errors import OutputError, output_error
from qattention.reference.exact import FloatArray, IndexArray, attention, logit_blocks
from qattention.reference.fills import FILLS, Fill, centre_keys
from qattention.reference.find import (
    FindSets,
    check_n_heavy,
    find_sets,
    kth_largest,
    midway_thresholds,
    pair_codes,
    row_thresholds,
    set_sizes,
    threshold_rows,
)
from qattention.reference.light import LightLogits, light_logits
from qattention.reference.quantised import integer_thresholds, quantise_head, quantised_find_sets
from qattention.reference.report import (
    BitsQuality,
    FillError,
    Goodness,
    InspectReport,
    NumericalRank,
    RankObstruction,
    summarise,
)
from qattention.reference.sparse import SparseAttentionMatrix, sparse_attention_matrix
from qattention.reference.verdict import keys_for_errors, verdict_of

RANK_TOLERANCE = 1e-3  # relative to the largest singular value: finer than any error measured on real heads
RANK_ROWS = 512  # an SVD of 512 x 4096 takes a second; of 4096 x 4096, minutes
PAPER_ETA = 0.1  # Theorem 1.3 (ii): eta in (0, 0.1)


def numerical_rank(head: AttentionHead, sets: FindSets, n_heavy: int) -> NumericalRank:
    """The numerical rank of D(B)^-1 B, fill `one`, against k + 1."""
    n_rows = min(head.n_queries, RANK_ROWS)
    rows = np.unique(np.linspace(0, head.n_queries - 1, n_rows).astype(np.intp))
    b = sparse_attention_matrix(head, [sets[row] for row in rows], "one", rows)
    values = np.linalg.svd(b.weights(np.arange(len(rows))), compute_uv=False)
    rank = int((values > RANK_TOLERANCE * values[0]).sum())
    return NumericalRank(rank=rank, n_heavy_plus_one=n_heavy + 1, n_rows=len(rows), tolerance=RANK_TOLERANCE)


def head_rank_obstruction(
    head: AttentionHead, b: SparseAttentionMatrix, eta: float = PAPER_ETA
) -> RankObstruction:
    """The least head_dim of any head with these heavy logits and its light logits within `eta` of 0.

    M, the logits of the m matched queries and keys, has rank at most d and at least tr(M)^2 / ||M||_F^2
    (Cauchy-Schwarz on its eigenvalues and Frobenius norm); its heavy entries are known, its light ones at
    most eta. With m heavy entries about s in it, k a row, that is m / (k + m (eta / s)^2) (PAPER.md, 3.4).
    """
    from scipy.sparse import csr_array  # takes longer to import than most commands run
    from scipy.sparse.csgraph import maximum_bipartite_matching

    heavy = b.heavy_logits
    pattern = csr_array((np.ones(heavy.nnz, np.int8), heavy.indices, heavy.indptr), shape=heavy.shape)
    partner = maximum_bipartite_matching(pattern, perm_type="column")
    queries = np.flatnonzero(partner >= 0)
    diagonal, squares, n_heavy = _matched_logits(b, queries, partner[queries])
    frobenius = squares + (len(queries) ** 2 - n_heavy) * eta**2
    needed = math.ceil(diagonal.sum() ** 2 / frobenius * (1 - 1e-12)) if frobenius else 0
    return RankObstruction(
        n_matching=len(queries),
        heavy_logit=float(diagonal.mean()) if len(queries) else 0.0,
        eta=eta,
        required_head_dim=needed,
        feasible=needed <= head.head_dim,
    )


def _matched_logits(
    b: SparseAttentionMatrix, queries: IndexArray, keys: IndexArray
) -> tuple[FloatArray, float, int]:
    """Matched heavy logits (m,), the sum of squares of all heavy ones among them, and how many those are."""
    heavy = b.heavy_logits
    position = np.full(heavy.shape[1], -1)
    position[keys] = queries
    row = np.repeat(np.arange(heavy.shape[0]), b.n_heavy)
    inside = np.isin(row, queries) & (position[heavy.indices] >= 0)
    matched = position[heavy.indices] == row
    return heavy.data[matched], float(np.square(heavy.data[inside]).sum()), int(inside.sum())


DEFAULT_N_HEAVY = 16  # of the reference case
ERROR_N_HEAVY = (4, 16, 64)  # PAPER.md, section 4
INSPECTED_BITS = (6, 8, 10)  # PAPER.md, section 4


def inspect_head(
    head: AttentionHead, *, n_heavy: int | None = None, tau: float | None = None
) -> InspectReport:
    """Measure everything that decides whether sparse attention suits `head`.

    Args:
        n_heavy: k; unless given, 16 or all keys if there are fewer.
        tau: one threshold for all rows, a logit; unless given, the k heaviest keys of each row are heavy.
    Raises:
        SpecError: n_heavy not in 1..n_keys, or tau not finite.
    """
    k = min(DEFAULT_N_HEAVY, head.n_keys) if n_heavy is None else n_heavy
    check_n_heavy(k, head.n_keys)
    if tau is not None and not math.isfinite(tau):
        raise SpecError(bad("tau", tau, "a finite logit"))
    thresholds = row_thresholds(head, k) if tau is None else threshold_rows(tau, head.n_queries)
    sets = find_sets(head, thresholds)
    sizes, light = set_sizes(sets), light_logits(head, sets)
    b = sparse_attention_matrix(head, sets, "one")
    high, low = _row_range(head)
    report = InspectReport(
        **{
            f: getattr(head, f)
            for f in ("name", "n_queries", "n_keys", "head_dim", "v_dim", "scale", "causal")
        },
        verdict=verdict_of(head),
        keys=keys_for_errors(head),
        thresholds="row-wise" if tau is None else "single",
        n_heavy=k,
        max_heavy=int(sizes.max()),
        mean_heavy=float(sizes.mean()),
        tied_rows=int((sizes > k).sum()) if tau is None else 0,
        rows_without_heavy=int((sizes == 0).sum()),
        rows_without_light=int((light.count == 0).sum()),
        goodness=one_threshold(head, k, tau),
        gap=summarise(_gap(b, light)),
        eta=summarise(light.eta),
        gap_condition_rows=int(((light.low >= -PAPER_ETA) & (light.high <= 0)).sum()),  # NaN: no light
        logit_spread=summarise(high - low),
        tail_mass=summarise(light.tail_mass),
        numerical_rank=numerical_rank(head, sets, k),
        rank_obstruction=head_rank_obstruction(head, b),
        errors=fill_errors(head, k),
        bits=bits_qualities(head, midway_thresholds(head, k) if tau is None else thresholds, sets),
    )
    return attrs.evolve(report, advice=advise(report))


def _row_range(head: AttentionHead) -> tuple[FloatArray, FloatArray]:
    """Largest and smallest visible logit of each row: the light ones when nothing is heavy."""
    everything = light_logits(head, [np.empty(0, dtype=np.intp)] * head.n_queries)
    return everything.high, everything.low


def _gap(b: SparseAttentionMatrix, light: LightLogits) -> FloatArray:
    """Smallest heavy minus largest light logit; NaN in rows that lack either."""
    heavy = b.heavy_logits
    rows = np.split(heavy.data, heavy.indptr[1:-1])
    smallest = np.array([row.min() if len(row) else np.nan for row in rows])
    gaps: FloatArray = smallest - light.high
    return gaps


def one_threshold(head: AttentionHead, n_heavy: int, tau: float | None) -> Goodness:
    """One threshold for all rows: the one given, or the one that finds n_heavy keys a row on average."""
    wanted = n_heavy * head.n_queries
    largest: FloatArray = np.empty(0)  # the `wanted` largest logits so far
    over = -np.inf  # the largest (n_heavy + 1)-th logit of any row
    for _, block in logit_blocks(head):
        visible = np.concatenate((largest, block[block > -np.inf]))
        largest = np.partition(visible, -wanted)[-wanted:] if len(visible) > wanted else visible
        if n_heavy < head.n_keys:
            over = max(over, float(kth_largest(block, np.full(len(block), n_heavy + 1)).max()))
    chosen = float(largest.min()) if tau is None else float(tau)
    sizes = set_sizes(find_sets(head, chosen))
    least = float(np.nextafter(over, np.inf)) if np.isfinite(over) else None
    at_least = None if least is None else set_sizes(find_sets(head, least))
    return Goodness(
        tau=chosen,
        good=bool(sizes.max() <= n_heavy),
        max_heavy=int(sizes.max()),
        mean_heavy=float(sizes.mean()),
        least_good_tau=least,
        mean_heavy_at_least_good_tau=None if at_least is None else float(at_least.mean()),
        rows_empty_at_least_good_tau=None if at_least is None else int((at_least == 0).sum()),
    )


def fill_errors(head: AttentionHead, n_heavy: int) -> tuple[FillError, ...]:
    """Output errors of every fill, and of `one` on centred keys, at k = 4, 16, 64 and `n_heavy`.

    Without those that a soft cap, a sink or a window rules out (`centre_keys`, `visible_logit_sums`).
    """
    exact, shiftable = attention(head), head.soft_cap is None and head.sink is None
    fills = [fill for fill in FILLS if fill != "first-order" or (head.soft_cap is None and head.is_prefix)]
    centred = centre_keys(head) if shiftable else head
    shift = head.scale * (head.q @ head.k.mean(axis=0))
    errors = []
    for k in sorted({min(k, head.n_keys) for k in (*ERROR_N_HEAVY, n_heavy)}):
        sets = find_sets(head, row_thresholds(head, k))
        light = light_logits(head, sets)
        for fill in fills:
            b = sparse_attention_matrix(head, sets, fill, light=light)
            errors.append(_fill_error(fill, False, k, output_error(head, b, light, exact)))
        if shiftable:
            b = sparse_attention_matrix(centred, sets, "one")
            errors.append(_fill_error("one", True, k, output_error(centred, b, light.shifted(shift), exact)))
    return tuple(errors)


def _fill_error(fill: Fill, center_keys: bool, n_heavy: int, error: OutputError) -> FillError:
    return FillError(
        fill=fill,
        center_keys=center_keys,
        n_heavy=n_heavy,
        relative_frobenius=error.relative_frobenius,
        max_abs=error.max_abs,
        bound=error.bound,
    )


def bits_qualities(head: AttentionHead, thresholds: FloatArray, sets: FindSets) -> tuple[BitsQuality, ...]:
    """Precision and recall of the quantised find sets at 6, 8 and 10 bits, plain and prepared."""
    return tuple(
        _bits_quality(head, thresholds, sets, bits, prepared)
        for prepared in (False, True)
        for bits in INSPECTED_BITS
    )


def _bits_quality(
    head: AttentionHead, thresholds: FloatArray, sets: FindSets, bits: int, prepared: bool
) -> BitsQuality:
    quantised = quantise_head(head, bits, bits, center_keys=prepared, balance_channels=prepared)
    found = quantised_find_sets(quantised, integer_thresholds(quantised, thresholds))
    found_pairs, true_pairs = pair_codes(found, head.n_keys), pair_codes(sets, head.n_keys)
    both = len(np.intersect1d(found_pairs, true_pairs, assume_unique=True))
    return BitsQuality(
        bits=bits,
        prepared=prepared,
        precision=both / len(found_pairs) if len(found_pairs) else None,
        recall=both / len(true_pairs) if len(true_pairs) else 1.0,
        logit_error_bound=quantised.logit_error_bound,
    )
