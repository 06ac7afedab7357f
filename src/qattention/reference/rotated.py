"""A head in the joint eigenbasis of Q and K, in fixed point of unequal widths: fewer bits, fewer digits.

Keys are words of b_c bits in the channels of `eigenbasis`, channels of no use are dropped; each row's
weights are fitted to the words by least squares, then spend signed digits only where they pay. One price, in
squared logit error a Toffoli, settles both; it is the highest that keeps within a budget. O(n d^2) in all.
"""

from __future__ import annotations

from functools import lru_cache
from numbers import Real

import attrs
import numpy as np

from qattention.errors import SpecError, bad
from qattention.problem import AttentionHead
from qattention.reference.exact import FloatArray
from qattention.reference.quantised import QuantisedHead, check_logit_steps, rounding_unit
from qattention.reference.word_fit import (
    Fit,
    JointBasis,
    as_integers,
    channel_steps,
    fit_words,
    joint_basis,
    settle_price,
)

LOGIT_BUDGET = 0.2
LEAST_BUDGET = 1e-3  # 16 bits a channel reach it, unless single entries tower over their channel


def rotate_head(
    head: AttentionHead, logit_budget: float = LOGIT_BUDGET, margin: float = 2.0
) -> QuantisedHead:
    """Quantise Q and K in their joint eigenbasis.

    Args:
        logit_budget: standard deviation of the logit error, as a share of the spread of a row's logits;
            root mean square over rows.
        margin: by how many standard deviations of its own logit error each row's threshold is lowered.
    Raises:
        SpecError: a budget outside 0.001..1, a negative margin, or entries so small that a step underflows.
    """
    check_settings(logit_budget, margin)
    fitted = _fitted(head, logit_budget)
    return attrs.evolve(fitted, margin=margin * fitted.margin)


@lru_cache(maxsize=1)  # several margins of one fit are tried
def _fitted(head: AttentionHead, logit_budget: float) -> QuantisedHead:
    """The rotated head with a margin of one standard deviation."""
    centre = head.k.mean(axis=0)
    q_peak, k_peak = (float(np.abs(x).max()) or 1.0 for x in (head.q, head.k - centre))
    queries, keys = head.q / q_peak, (head.k - centre) / k_peak
    basis = joint_basis(queries, keys)
    steps = channel_steps(basis.k)
    price = settle_price(basis, steps, logit_budget)
    fit = fit_words(steps, basis.q, basis.k, price)
    integers, unit = as_integers(fit.weights(price))
    weights = integers * unit[:, None]
    logit = head.scale * (q_peak * k_peak) * basis.spread  # of one unit of an inner product in the basis
    check_logit_steps(head, logit * unit)
    of_inputs = (
        rounding_unit(head.head_dim)
        * head.scale
        * (np.abs(head.q) @ (np.abs(head.k).max(axis=0) + np.abs(centre)))
    )
    return QuantisedHead(
        head=head,
        q_int=integers,
        k_int=fit.words,
        logit_step=logit * unit,
        shift=head.scale * (head.q @ centre) - logit * (weights @ fit.mean),
        channel_bits=tuple(fit.widths.tolist()),
        query_bits=1 + int(np.abs(integers).max()).bit_length(),
        row_error_bound=logit * fit_error(basis, fit, weights, queries, keys) + of_inputs,
        margin=logit * fit.noise(basis.q, weights),
    )


def check_settings(logit_budget: float, margin: float) -> None:
    """Raise SpecError unless LEAST_BUDGET <= logit_budget <= 1 and margin >= 0."""
    problems = []
    if not (_is_number(logit_budget) and LEAST_BUDGET <= logit_budget <= 1):
        problems.append(
            bad("logit_budget", logit_budget, f"a share of a row's logit spread, {LEAST_BUDGET:g}..1")
        )
    if not (_is_number(margin) and 0 <= margin < float("inf")):
        problems.append(bad("logit_margin", margin, "a finite number of standard deviations, at least 0"))
    if problems:
        raise SpecError(problems)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def fit_error(
    basis: JointBasis, fit: Fit, weights: FloatArray, queries: FloatArray, keys: FloatArray
) -> FloatArray:
    """Bounds on |query_i . key_j / spread_i - weights_i . (x_j - mean)| over j, shape (n_queries,); O(n d^2).

    With q, k in the basis, k = F (x - mean) + r and t = q F: the difference is (t - weights) . (x - mean) +
    q . r, each summed with its channel's largest factor. To that come what solving for q left, and rounding.
    A row whose logits are all alike has q = 0: it is what solving left.
    """
    centred = np.abs(fit.words - fit.mean).max(axis=0)
    proper = np.abs(fit.target - weights) @ centred + np.abs(basis.q) @ np.abs(fit.residual).max(axis=0)
    key_peak = np.abs(keys).max(axis=0)
    scaled = queries / basis.spread[:, None]
    unsolved = np.abs(scaled - basis.q @ basis.basis.T) @ key_peak
    size = (np.abs(basis.q) @ np.abs(basis.basis).T + np.abs(scaled)) @ key_peak
    size += (np.abs(basis.q) @ np.abs(fit.keys_on_words)) @ centred
    size += np.abs(weights) @ (np.abs(fit.words).max(axis=0) + np.abs(fit.mean))
    error: FloatArray = proper + unsolved + rounding_unit(queries.shape[1]) * size
    return error
