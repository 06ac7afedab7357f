"""Lemmas 4.3 to 4.5 and 5.2, and part 2 of Theorem 1.3, with the constants that are exactly true.

P = D(A)^-1 A and P~ = D(B)^-1 B, B with the paper's fill of 1 (Definition 4.2). Everything rests on the gap
condition: light logits in [-eta, 0], the upper end included. It is measured, not assumed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from qattention.errors import SpecError, bad
from qattention.problem import AttentionHead
from qattention.reference import (
    Fill,
    attention,
    light_logits,
    log_normaliser,
    sparse_attention,
    sparse_attention_matrix,
    spread_bound,
    weight_errors,
)
from qattention.reference.exact import IndexArray
from qattention.theorems.checked import Checked

Sets = Sequence[IndexArray]


def gap_eta(head: AttentionHead, sets: Sets) -> float | None:
    """The least eta of the gap condition (Theorem 1.3 (ii)); None if a light logit is above 0.

    0 where nothing is light. The paper also asks for eta < 0.1, which is not needed for what is here.
    """
    light = light_logits(head, sets)
    if not light.count.any():
        return 0.0
    return None if np.nanmax(light.high) > 0.0 else float(max(0.0, -np.nanmin(light.low)))


def error_theorems(head: AttentionHead, sets: Sets) -> tuple[Checked, ...]:
    """Each bound of the paper's regime beside what this head measures; O(n^2 d).

    Raises:
        SpecError: a light logit above 0, where fill 1 has no such bound (`spread_theorem` has one).
    """
    eta = gap_eta(head, sets)
    if eta is None:
        raise SpecError(bad("sets", "a light logit above 0", "with all light logits in [-eta, 0]"))
    b = sparse_attention_matrix(head, sets, "one")
    light, errors = light_logits(head, sets), weight_errors(head, b)
    difference = np.abs(sparse_attention(head, b) - attention(head))
    spans, peak, half = np.ptp(head.v, axis=0), float(np.abs(head.v).max()), math.tanh(eta / 4)
    low = np.where(light.count > 0, light.low, 0.0)
    # Columns of one value have no error to speak of; of the others the one that comes nearest to its bound.
    shares = difference.max(axis=0)[spans > 0] / spans[spans > 0]
    log_ratio = b.log_normaliser - log_normaliser(head)
    return (
        Checked(
            quantity="entry of A - B, outside the find sets",
            bound=-math.expm1(-eta),
            measured=float(-np.expm1(low.min())),
            tight=True,
        ),
        Checked(quantity="log D(B) - log D(A)", bound=eta, measured=float(log_ratio.max()), tight=True),
        Checked(quantity="log D(A) - log D(B)", bound=0.0, measured=float(-log_ratio.min()), tight=True),
        Checked(
            quantity="l1 norm of a row of P - P~",
            bound=2 * half,
            measured=float(errors.row_l1.max()),
            tight=True,
        ),
        Checked(quantity="entry of P - P~", bound=half, measured=float(errors.max_entry.max()), tight=True),
        Checked(
            quantity="entry of (P - P~) V over its column's spread",
            bound=half,
            measured=float(shares.max(initial=0.0)),
            tight=True,
        ),
        Checked(
            quantity="entry of (P - P~) V",
            bound=2 * half * peak,
            measured=float(difference.max()),
            tight=True,
        ),
        _small_values(eta, float(difference.max()), peak),
    )


def _small_values(eta: float, largest: float, peak: float) -> Checked:
    """Lemma 5.2's eta^2: the same error with V scaled so that its largest entry is eta."""
    return Checked(
        quantity="entry of (P - P~) V, with max |V| = eta",
        bound=eta**2 / 2,
        measured=largest * eta / peak if peak else 0.0,
        tight=False,  # it is at most 2 eta tanh(eta / 4): as near as one likes only for small eta
    )


def spread_theorem(head: AttentionHead, sets: Sets, fill: Fill = "mean-logit") -> Checked:
    """Row l1 of P - P~ <= 2 tanh((beta - alpha) / 4) with light logits and fill within [alpha, beta].

    No gap condition. The row that comes nearest to its own bound is told. Raises SpecError for
    `first-order`, whose weights are not of this kind.
    """
    if fill == "first-order":
        raise SpecError(bad("fill", fill, "one whose light keys weigh the same"))
    light = light_logits(head, sets)
    b = sparse_attention_matrix(head, sets, fill, light=light)
    bounds, measured = spread_bound(light, b.fill_log), weight_errors(head, b).row_l1
    row = int(np.argmax(measured / np.where(bounds > 0, bounds, np.inf)))
    return Checked(
        quantity="l1 norm of a row of P - P~, any fill inside",
        bound=float(bounds[row]),
        measured=float(measured[row]),
        tight=True,
    )
