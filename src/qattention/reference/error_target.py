"""The k that an error target asks for, from sampled rows: is this head sparse enough, and at what cost?"""

from __future__ import annotations

import attrs
import numpy as np

from qattention.errors import InfeasibleError, SpecError, bad
from qattention.problem import AttentionHead
from qattention.reference.exact import FloatArray, n_visible
from qattention.reference.fills import Fill, centre_keys
from qattention.reference.sparsity import (
    MOST_SHARE,
    NONE_KEPT,
    Kept,
    first_met,
    row_errors_by_k,
)

N_SAMPLED = 1024  # rows; a head of no more is read whole
# Standard errors. Rows' errors have heavy tails: on the packaged heads at k = 4 and 16 the limit holds for
# 91 to 99.7 % of the samples (1.645, the normal quantile of 95 %, for 78 to 94 %).
MARGIN = 3.0


@attrs.frozen(kw_only=True)
class SparsityEstimate:
    """How k was derived.

    Attributes:
        n_heavy: k.
        error_target: relative Frobenius error asked for.
        error: of the sampled rows, with the chosen fill, at k.
        error_limit: MARGIN standard errors above, for all rows; `error` itself where all were read.
        n_sampled: rows.
        inner_products: computed for the sample, head_dim multiplications each.
    """

    n_heavy: int
    error_target: float
    error: float
    error_limit: float
    n_sampled: int
    inner_products: int


def sparsity_for_error(
    head: AttentionHead,
    error_target: float,
    fill: Fill = "mean-logit",
    center_keys: bool = False,
    seed: int = 0,
    n_sampled: int = N_SAMPLED,
    kept: Kept = NONE_KEPT,
) -> SparsityEstimate:
    """The smallest k whose error is within the target, by the search of `inspect`: every k in turn.

    A head of no more than `n_sampled` rows is read whole: the error is that of its output. Of a longer one so
    many rows are drawn without replacement, and it is the error's limit for all rows that meets the target.

    Args:
        kept: the last and first keys that a row sees, taken without a search; k is of the others, perhaps 0.
    Raises:
        SpecError: a target that is not above 0, or a fill that no k is searched for.
        InfeasibleError: no k of at most an eighth of the keys meets it: the head is not sparse.
    """
    if not error_target > 0:
        raise SpecError(bad("error_target", error_target, "above 0"))
    rng = np.random.default_rng((seed, head.n_queries))
    rows = np.sort(rng.permutation(head.n_queries)[:n_sampled])
    seen = centre_keys(head) if center_keys else head

    def limits(ks: range) -> FloatArray:
        off, norm = row_errors_by_k(seen, ks, fill, rows, kept)
        return np.array([ratio_limit(one, norm, head.n_queries)[1] for one in off.T])

    largest = max(1, head.n_keys // MOST_SHARE)
    met = first_met(largest, error_target, limits, 0 if any(kept) else 1)
    if met is None:
        least = float(limits(range(largest, largest + 1))[0])
        nearest = f"{least:.3g} at k = {largest}, an eighth of the keys: this head is not sparse"
        raise InfeasibleError("error_target", error_target, nearest)
    off, norm = row_errors_by_k(seen, range(met[0], met[0] + 1), fill, rows, kept)
    error, limit = ratio_limit(off[:, 0], norm, head.n_queries)
    return SparsityEstimate(
        n_heavy=met[0],
        error_target=error_target,
        error=error,
        error_limit=limit,
        n_sampled=len(rows),
        inner_products=int(n_visible(head, rows).sum()),
    )


def ratio_limit(off: FloatArray, norm: FloatArray, n_rows: int) -> tuple[float, float]:
    """Root of sum `off` over sum `norm` of a sample of `n_rows` rows, and its upper limit for all of them.

    The standard error of the ratio is that without replacement (Cochran, Sampling Techniques, 3rd ed.,
    section 6.4): 0 where every row is sampled.
    """
    if not norm.sum():
        return 0.0, 0.0
    ratio, n = float(off.sum() / norm.sum()), len(off)
    spread = 0.0 if n < 2 else float(np.square(off - ratio * norm).sum() / (n - 1))
    error = np.sqrt((1 - n / n_rows) * spread / n) / norm.mean()
    return float(np.sqrt(ratio)), float(np.sqrt(ratio + MARGIN * error))
