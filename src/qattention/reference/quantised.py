"""A head in fixed point: what the circuit sees, and how far its logits can be from the true ones."""

from __future__ import annotations

from fractions import Fraction

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.errors import SpecError, bad
from qattention.numerics import AnyIntArray, FixedPointArray, exact_matmul, integer_threshold, quantise
from qattention.problem import AttentionHead
from qattention.reference.exact import FloatArray, Rows, n_visible, row_indices, uncapped, visible
from qattention.reference.find import FindSets, check_n_heavy, kth_largest, sets_from_mask, threshold_rows


@attrs.frozen(kw_only=True, eq=False)
class QuantisedHead:
    """Integer queries and keys: logit_ij is about `acc_ij * logit_step_i + shift_i`, acc = q_int @ k_int.T.

    Attributes:
        head: the head that was quantised (its mask and sizes).
        q_int: int64 words of `query_bits` bits, shape (n_queries, n_channels); n_channels is d unless the
            head was rotated.
        k_int: int64 words of `channel_bits` bits, shape (n_keys, n_channels).
        logit_step: the logit of one unit of a row's acc, shape (n_queries,); positive.
        shift: shape (n_queries,); 0 unless the keys were centred. It is constant along a row, so softmax
            does not see it, but a threshold on the logit does.
        row_error_bound: shape (n_queries,): no |quantised logit - logit| of the row exceeds it.
        margin: logits by which a row's threshold is lowered unless told otherwise, shape (n_queries,).
    """

    head: AttentionHead
    q_int: NDArray[np.int64]
    k_int: NDArray[np.int64]
    logit_step: FloatArray
    shift: FloatArray
    channel_bits: tuple[int, ...]
    query_bits: int
    row_error_bound: FloatArray
    margin: FloatArray

    @property
    def key_bits(self) -> int:
        """The widest channel's."""
        return max(self.channel_bits)

    @property
    def word_bits(self) -> int:
        """Bits of one key."""
        return sum(self.channel_bits)

    @property
    def logit_error_bound(self) -> float:
        """The worst case over all rows and keys of |quantised logit - logit|."""
        return float(self.row_error_bound.max())

    def accumulators(self, rows: Rows = None) -> AnyIntArray:
        """Integers acc, shape (n_rows, n_keys), exact; causal keys are not masked."""
        chosen = row_indices(self.head, rows)
        return exact_matmul(self.q_int[chosen], self.k_int, self.query_bits, self.key_bits)


def quantise_head(
    head: AttentionHead,
    key_bits: int = 8,
    query_bits: int = 8,
    center_keys: bool = False,
    balance_channels: bool = False,
) -> QuantisedHead:
    """Quantise Q and K, symmetric, one step a tensor (PAPER.md, section 4).

    Args:
        center_keys: subtract the mean key first; its logit goes into `shift`.
        balance_channels: divide channel c of K and multiply that of Q by s_c, so that both span the same
            range; channels without a non-zero entry on either side are left alone.
    Raises:
        SpecError: widths outside 1..64, or entries so small that a logit step underflows.
    """
    centre = head.k.mean(axis=0) if center_keys else np.zeros(head.head_dim)
    ratio = _channel_ratio(head.q, head.k - centre) if balance_channels else np.ones(head.head_dim)
    q, k = head.q * ratio, (head.k - centre) / ratio
    q_fixed, k_fixed = quantise(q, query_bits, "query_bits"), quantise(k, key_bits, "key_bits")
    logit_step = np.full(head.n_queries, head.scale * (q_fixed.step * k_fixed.step))
    check_logit_steps(head, logit_step)
    return QuantisedHead(
        head=head,
        q_int=q_fixed.values,
        k_int=k_fixed.values,
        logit_step=logit_step,
        shift=head.scale * (head.q @ centre),
        channel_bits=(key_bits,) * head.head_dim,
        query_bits=query_bits,
        row_error_bound=_row_error_bound(head, (q, q_fixed), (k, k_fixed), centre),
        margin=np.zeros(head.n_queries),
    )


def with_margin(quantised: QuantisedHead, deviations: float) -> QuantisedHead:
    """The same with thresholds lowered by `deviations` standard deviations of each row's logit error.

    The error q.k - step q_int.k_int over all keys has the variance (q, -step q_int) C (q, -step q_int)^T, C
    the covariance of (k, k_int): O(n d^2).
    """
    head = quantised.head
    both = np.hstack([head.k - head.k.mean(axis=0), quantised.k_int - quantised.k_int.mean(axis=0)])
    rows = np.hstack([head.scale * head.q, -quantised.logit_step[:, None] * quantised.q_int])
    variance = np.einsum("ic,ic->i", rows @ (both.T @ both / head.n_keys), rows)
    return attrs.evolve(quantised, margin=deviations * np.sqrt(np.maximum(variance, 0.0)))


def check_logit_steps(head: AttentionHead, steps: FloatArray) -> None:
    """Raise SpecError if the logit of a unit of acc is not a positive float64."""
    if not (steps > 0).all():
        raise SpecError(
            bad("scale", head.scale, "large enough, with `q` and `k`, that logits do not underflow")
        )


def _channel_ratio(q: FloatArray, k: FloatArray) -> FloatArray:
    """s_c = sqrt(max|k_c| / max|q_c|), shape (d,)."""
    q_peak, k_peak = np.abs(q).max(axis=0), np.abs(k).max(axis=0)
    both = (q_peak > 0) & (k_peak > 0)
    return np.where(both, np.sqrt(np.where(both, k_peak, 1.0)) / np.sqrt(np.where(both, q_peak, 1.0)), 1.0)


def _row_error_bound(
    head: AttentionHead,
    queries: tuple[FloatArray, FixedPointArray],
    keys: tuple[FloatArray, FixedPointArray],
    centre: FloatArray,
) -> FloatArray:
    """scale * sum over channels of |dq_ic| max_j |k_jc| + |q~_ic| max_j |dk_jc|, shape (n_queries,); O(n d).

    q~ and k~ are the words' reals, dq = q - q~ and dk = k - k~: then q.k - q~.k~ = dq.k + q~.dk. The last
    term covers float64 rounding of the logits, residuals, centring and balancing.
    """
    (q, q_fixed), (k, k_fixed) = queries, keys
    q_real, k_peak = q_fixed.to_float(), np.abs(k).max(axis=0)
    rounding_error = np.abs(q - q_real) @ k_peak + np.abs(q_real) @ np.abs(k - k_fixed.to_float()).max(axis=0)
    unit = rounding_unit(head.head_dim)
    magnitude = (np.abs(q) + np.abs(q_real)) @ (k_peak + np.abs(k_fixed.to_float()).max(axis=0))
    magnitude += np.abs(head.q) @ (np.abs(head.k).max(axis=0) + np.abs(centre))
    bound: FloatArray = head.scale * (rounding_error + unit * magnitude)
    return bound


def rounding_unit(head_dim: int) -> float:
    """Relative error that a few float64 inner products over `head_dim` channels keep within.

    Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1: gamma_d for each.
    """
    return 4 * (head_dim + 16) * float(np.finfo(np.float64).eps)


def integer_thresholds(
    quantised: QuantisedHead, tau: ArrayLike, rows: Rows = None, margin: ArrayLike | None = None
) -> AnyIntArray:
    """T_i with acc >= T_i exactly when acc * logit_step_i + shift_i >= tau_i - margin_i, in rationals.

    Args:
        tau: a logit of the given Q, K and scale, before any centring; one, or shape (n_rows,). Of a head with
            a soft cap a capped one: the circuit's sums are compared with what it was before the cap.
        margin: logits by which to lower tau, the head's own unless given; with `row_error_bound` no truly
            heavy key is missed.
    Returns:
        Python integers, object array of shape (n_rows,).
    """
    chosen = row_indices(quantised.head, rows)
    taus = uncapped(quantised.head, threshold_rows(tau, len(chosen)))
    margins = threshold_rows(quantised.margin[chosen] if margin is None else margin, len(chosen))
    if not (np.isfinite(taus).all() and np.isfinite(margins).all()):
        raise SpecError(bad("tau", "infinity", "finite, and `margin` too"))
    exact = np.empty(len(chosen), dtype=object)
    exact[:] = [
        Fraction(t) - Fraction(m) - Fraction(s)
        for t, m, s in zip(taus.tolist(), margins.tolist(), quantised.shift[chosen].tolist(), strict=True)
    ]
    return integer_threshold(exact, quantised.logit_step[chosen])


def quantised_row_thresholds(quantised: QuantisedHead, n_heavy: int, rows: Rows = None) -> AnyIntArray:
    """The `n_heavy`-th largest visible accumulator of each row (Python integers), as `row_thresholds`."""
    check_n_heavy(n_heavy, quantised.head.n_keys)
    seen = n_visible(quantised.head, rows)
    acc = quantised.accumulators(rows)
    smallest = acc.min()  # hidden keys sort to the bottom, where counts <= seen never reach them
    masked = np.where(visible(quantised.head, rows), acc, smallest)
    return kth_largest(masked, np.minimum(n_heavy, seen)).astype(object)


def heavy_mask(quantised: QuantisedHead, thresholds: ArrayLike, rows: Rows = None) -> NDArray[np.bool_]:
    """Whether acc_ij >= T_i and row i sees j, shape (n_rows, n_keys): what the circuits' oracles mark."""
    acc = quantised.accumulators(rows)
    limits = np.asarray(thresholds, dtype=object)
    if acc.dtype == np.int64:  # beyond int64 no accumulator lies: clipping changes no comparison
        info = np.iinfo(np.int64)
        limits = np.clip(limits, info.min, info.max).astype(np.int64)
    heavy = np.asarray(acc >= limits.reshape(-1, 1), dtype=bool)
    return np.asarray(heavy & visible(quantised.head, rows))


def quantised_find_sets(quantised: QuantisedHead, thresholds: ArrayLike, rows: Rows = None) -> FindSets:
    """Each row's visible j with acc_ij >= T_i, ascending."""
    return sets_from_mask(heavy_mask(quantised, thresholds, rows))
