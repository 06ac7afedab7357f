"""The parameters that the claims' formulas take, and how they are measured on a head."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.errors import InfeasibleError, refuse_unsound
from qattention.problem import AttentionHead
from qattention.reference.error_target import sparsity_for_error
from qattention.reference.find import midway_thresholds
from qattention.reference.quantised import integer_thresholds, quantise_head, quantised_find_sets, with_margin

EPS = 0.1  # accuracy asked of a row
ERROR_TARGET = 0.1  # relative Frobenius error that k is measured for
REGULARISATION = 0.1  # lambda, of the kernel's mean diagonal entry
MOST_POINTS = 2048  # queries and keys whose kernel is decomposed: seconds; more are sampled
COARSE_BITS, FULL_BITS, COARSE_MARGIN = 2, 8, 2.0  # a coarse oracle's words; standard deviations of its error
SEED = 0


@attrs.frozen(kw_only=True)
class Parameters:
    """Of one head; None where only a head's activations tell and there are none.

    Attributes:
        n: n_keys, to which n_queries is equal in every formula. head_dim: d.
        n_heavy: k; None if no k of at most half the keys meets the error target.
        n_heavy_source: how k was come by.
        eps: accuracy of a row.
        statistical_dimension: s = tr E (E + lambda)^-1 of the exponential kernel E of all queries and keys,
            lambda a tenth of its mean diagonal entry.
        n_sampled: of the queries and keys it is of; None: all.
        row_distortion: d / srank(V), which alpha is at most (2602.00874, abstract).
        q_norm, k_norm, v_norm: Frobenius norms, the scale divided evenly over Q and K.
        max_logit: largest magnitude of a logit.
        coarse_share: of the keys that 2-bit words do not rule out within two standard deviations.
    """

    n: int
    head_dim: int
    n_heavy: int | None
    n_heavy_source: str
    eps: float = EPS
    statistical_dimension: float | None = None
    n_sampled: int | None = None
    row_distortion: float | None = None
    q_norm: float | None = None
    k_norm: float | None = None
    v_norm: float | None = None
    max_logit: float | None = None
    coarse_share: float | None = None

    def __attrs_post_init__(self) -> None:
        refuse_unsound({"eps": (self.eps, 0 < self.eps < np.inf, "a number above 0")})


def sized_parameters(n: int, head_dim: int, n_heavy: int, eps: float = EPS) -> Parameters:
    """Of sizes alone."""
    return Parameters(n=n, head_dim=head_dim, n_heavy=n_heavy, n_heavy_source="assumed", eps=eps)


def measure_parameters(head: AttentionHead, n_heavy: int | None = None, eps: float = EPS) -> Parameters:
    """Of a head: k for a 10 % error unless given, O(n^3) for the statistical dimension.

    Masks are left out of account: the kernel is of all queries and keys.
    """
    k, source = (n_heavy, "given") if n_heavy is not None else _heavy(head)
    root = np.sqrt(head.scale)
    points, sampled = _points(head)
    norms = (float(np.linalg.norm(array)) for array in (root * head.q, root * head.k, head.v))
    q_norm, k_norm, v_norm = norms
    return Parameters(
        n=head.n_keys,
        head_dim=head.head_dim,
        n_heavy=k,
        n_heavy_source=source,
        eps=eps,
        statistical_dimension=statistical_dimension(root * points),
        n_sampled=sampled,
        row_distortion=row_distortion(head.v, head.head_dim),
        q_norm=q_norm,
        k_norm=k_norm,
        v_norm=v_norm,
        max_logit=float(np.abs(head.scale * head.q @ head.k.T).max()),
        coarse_share=None if k is None else coarse_share(head, k),
    )


def statistical_dimension(points: NDArray[np.float64], share: float = REGULARISATION) -> float:
    """Trace of E (E + lambda I)^-1 for E = exp(<x_i, x_j>), lambda = share times the mean of E's diagonal.

    E is divided by its largest entry first, which changes nothing: lambda is divided too.
    """
    exponents = points @ points.T
    values = np.linalg.eigvalsh(np.exp(exponents - exponents.max())).clip(min=0.0)
    regular = share * values.sum() / len(values)
    return float((values / (values + regular)).sum())


def row_distortion(v: NDArray[np.float64], head_dim: int) -> float:
    """Ratio d / srank(V) = d ||V||^2 / ||V||_F^2, what alpha is at most; d where V is 0."""
    frobenius = float(np.linalg.norm(v))
    return head_dim * (float(np.linalg.norm(v, 2)) / frobenius) ** 2 if frobenius else float(head_dim)


def coarse_share(head: AttentionHead, n_heavy: int) -> float:
    """Mean share of a row's keys that are still possible after a test with 2-bit words."""
    words = with_margin(quantise_head(head, COARSE_BITS, FULL_BITS), COARSE_MARGIN)
    left = quantised_find_sets(words, integer_thresholds(words, midway_thresholds(head, n_heavy)))
    pairs = sum(len(keys) for keys in left)
    seen = head.n_keys - (head.n_queries - 1) / 2 if head.causal else head.n_keys
    return float(pairs / (seen * head.n_queries))


def _heavy(head: AttentionHead) -> tuple[int | None, str]:
    try:
        found = sparsity_for_error(head, ERROR_TARGET)
    except InfeasibleError:
        return None, "not sparse: no k of at most half the keys gives a 10 % error"
    return found.n_heavy, f"measured: 10 % error of the output, from {found.n_sampled} rows"


def _points(head: AttentionHead) -> tuple[NDArray[np.float64], int | None]:
    """Queries and keys, and how many they are if not all."""
    points = np.vstack([head.q, head.k])
    if len(points) <= MOST_POINTS:
        return points, None
    chosen = np.random.default_rng(SEED).choice(len(points), MOST_POINTS, replace=False)
    return points[chosen], MOST_POINTS
