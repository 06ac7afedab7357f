"""Trials of a head at several k, fills and widths: the tables that `inspect_head` prints."""

from __future__ import annotations

import numpy as np

from qattention.problem import AttentionHead
from qattention.reference.errors import OutputError, output_error
from qattention.reference.exact import FloatArray, attention
from qattention.reference.fills import FILLS, Fill, centre_keys
from qattention.reference.find import FindSets, find_sets, pair_codes, row_thresholds
from qattention.reference.light import light_logits
from qattention.reference.quantised import integer_thresholds, quantise_head, quantised_find_sets
from qattention.reference.report import BitsQuality, FillError
from qattention.reference.sparse import sparse_attention_matrix

ERROR_N_HEAVY = (4, 16, 64)  # PAPER.md, section 4
INSPECTED_BITS = (6, 8, 10)  # PAPER.md, section 4


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
