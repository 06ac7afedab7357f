"""`inspect_head`: is this head sparse enough for the algorithm, at which k, fill and width?"""

from __future__ import annotations

import math

import attrs
import numpy as np

from qattention.errors import SpecError, bad
from qattention.problem import AttentionHead
from qattention.reference.advice import advise
from qattention.reference.exact import FloatArray
from qattention.reference.find import (
    check_n_heavy,
    find_sets,
    midway_thresholds,
    row_thresholds,
    set_sizes,
    threshold_rows,
)
from qattention.reference.goodness import one_threshold
from qattention.reference.light import LightLogits, light_logits
from qattention.reference.ranks import PAPER_ETA, head_rank_obstruction, numerical_rank
from qattention.reference.report import InspectReport, summarise
from qattention.reference.sparse import SparseAttentionMatrix, sparse_attention_matrix
from qattention.reference.trials import bits_qualities, fill_errors
from qattention.reference.verdict import keys_for_errors, verdict_of

DEFAULT_N_HEAVY = 16  # of the reference case


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
