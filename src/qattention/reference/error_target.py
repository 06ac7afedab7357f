"""The k that an error target asks for, from sampled rows: is this head sparse enough, and at what cost?"""

from __future__ import annotations

import attrs
import numpy as np

from qattention.errors import InfeasibleError, SpecError, bad
from qattention.problem import AttentionHead
from qattention.reference.exact import FloatArray, IndexArray, attention, n_visible
from qattention.reference.fills import Fill, centre_keys
from qattention.reference.find import find_sets, row_thresholds
from qattention.reference.sparse import sparse_attention, sparse_attention_matrix

N_SAMPLED = 64  # rows; a head of no more is read whole
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
) -> SparsityEstimate:
    """The smallest k whose error limit is within the target, from `n_sampled` rows drawn without replacement.

    k is doubled until it meets the target and then bisected: the k given meets it and k - 1 does not (errors
    fall with k but for ripples). The logits of the sampled rows are computed once, all of them.

    Raises:
        SpecError: a target that is not above 0.
        InfeasibleError: no k of at most half the keys meets it: the head is not sparse.
    """
    if not error_target > 0:
        raise SpecError(bad("error_target", error_target, "above 0"))
    rng = np.random.default_rng((seed, head.n_queries))
    rows = np.sort(rng.permutation(head.n_queries)[:n_sampled])
    seen = centre_keys(head) if center_keys else head
    exact = attention(seen, rows)
    largest = max(1, head.n_keys // 2)

    def errors(k: int) -> tuple[float, float]:
        return sampled_error(seen, k, fill, rows, exact)

    failing, n_heavy = 0, 1
    while (limit := errors(n_heavy)[1]) > error_target:
        if n_heavy == largest:
            nearest = f"{limit:.3g} at k = {largest}, half the keys: this head is not sparse"
            raise InfeasibleError("error_target", error_target, nearest)
        failing, n_heavy = n_heavy, min(2 * n_heavy, largest)
    while n_heavy - failing > 1:
        middle = (n_heavy + failing) // 2
        n_heavy, failing = (middle, failing) if errors(middle)[1] <= error_target else (n_heavy, middle)
    error, limit = errors(n_heavy)
    return SparsityEstimate(
        n_heavy=n_heavy,
        error_target=error_target,
        error=error,
        error_limit=limit,
        n_sampled=len(rows),
        inner_products=int(n_visible(head, rows).sum()),
    )


def sampled_error(
    head: AttentionHead, n_heavy: int, fill: Fill, rows: IndexArray, exact: FloatArray
) -> tuple[float, float]:
    """Relative Frobenius error of these rows, and its upper limit for all rows of the head."""
    sets = find_sets(head, row_thresholds(head, n_heavy, rows), rows)
    output = sparse_attention(head, sparse_attention_matrix(head, sets, fill, rows))
    off, norm = np.square(output - exact).sum(axis=1), np.square(exact).sum(axis=1)
    return ratio_limit(off, norm, head.n_queries)


def ratio_limit(off: FloatArray, norm: FloatArray, n_rows: int) -> tuple[float, float]:
    """sqrt(sum of `off` / sum of `norm`) of a sample of `n_rows` rows, and its upper limit for all of them.

    The standard error of the ratio is that without replacement (Cochran, Sampling Techniques, 3rd ed.,
    section 6.4): 0 where every row is sampled.
    """
    if not norm.sum():
        return 0.0, 0.0
    ratio, n = float(off.sum() / norm.sum()), len(off)
    spread = 0.0 if n < 2 else float(np.square(off - ratio * norm).sum() / (n - 1))
    error = np.sqrt((1 - n / n_rows) * spread / n) / norm.mean()
    return float(np.sqrt(ratio)), float(np.sqrt(ratio + MARGIN * error))
