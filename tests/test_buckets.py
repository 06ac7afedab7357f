"""Buckets stand for the sum they are made from, and V is chosen by adders, not by digits."""

import numpy as np
import pytest

from qattention.buckets import find_buckets, plain_digits
from qattention.numerics import signed_digits


def weights_of(found, d):
    """What the terms make of each component, by adding buckets up from the largest v."""
    sums = np.zeros((len(found.values), d), dtype=object)
    for bucket, source, e, sign in found.terms.tolist():
        added = sums[source - d] if source >= d else np.eye(d, dtype=object)[source]
        sums[bucket] = sums[bucket] + sign * 2**e * added
    return sums[0].tolist()


@pytest.mark.parametrize("bits", [1, 3, 8, 12])
@pytest.mark.parametrize("d", [1, 3, 8, 40])
def test_terms_add_up_to_the_weights(d, bits):
    for seed in range(3):
        rng = np.random.default_rng((seed, d, bits))
        weights = rng.integers(-(2 ** (bits - 1)), 2 ** (bits - 1), d).tolist()
        found = find_buckets(tuple(weights), (4,) * d, 5, bits + 12)
        assert weights_of(found, d) == weights


@pytest.mark.parametrize(("weights", "width"), [((2**13, -5), 30), ((7, 14), 61), ((2**63, 3), 80)])
def test_what_is_too_wide_keeps_ordinary_digits(weights, width):
    found = find_buckets(weights, (4, 4), 0, width)
    assert found.values.tolist() == [1]
    assert weights_of(found, 2) == list(weights)
    assert len(found.terms) == np.count_nonzero(signed_digits(np.array(weights, dtype=object), 64))


def test_a_lone_digit_needs_no_bucket_and_equal_weights_share_one():
    assert find_buckets((40,), (8,), 0, 16).values.tolist() == [1]
    assert len(find_buckets((45, 45, -45, 90), (8,) * 4, 0, 18).values) > 1
    assert plain_digits((45, 45)).values.tolist() == [1]


def test_zero_weights():
    assert len(find_buckets((0, 0), (3, 3), 0, 2).terms) == 0


def test_what_is_remembered_of_a_row_changes_no_buckets(monkeypatch):
    """One constant after another on one memory, a memory with no room, and a fresh one each."""
    from qattention import buckets

    weights, widths = tuple(range(-127, 128, 11)), (8,) * 24
    constants = range(-900, 900, 150)

    def found(renew):
        rows = []
        for constant in constants:
            find_buckets.cache_clear()
            if renew:
                buckets._row.cache_clear()
            rows.append(find_buckets(weights, widths, constant, 18))
        return [(row.values.tolist(), row.terms.tolist()) for row in rows]

    afresh = found(renew=True)
    assert len({repr(row) for row in afresh}) > 1  # the constant does decide
    assert found(renew=False) == afresh
    monkeypatch.setattr(buckets, "ROOM", 3)
    assert found(renew=True) == afresh
    buckets._row.cache_clear()
    find_buckets.cache_clear()
