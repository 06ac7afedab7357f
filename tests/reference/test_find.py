"""Thresholds and find sets, ties and rows that see few keys included."""

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.reference import find_sets, logits, midway_thresholds, row_thresholds, set_sizes


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("k", [1, 3, 12])
def test_row_thresholds_give_the_k_heaviest(random_head, causal, k):
    head = random_head(3, 9, 12, causal)
    sets = find_sets(head, row_thresholds(head, k))
    for row, keys in zip(logits(head), sets, strict=True):
        seen = np.isfinite(row).sum()
        assert set(keys) == set(np.argsort(-row)[: min(k, seen)])
        assert np.array_equal(keys, np.sort(keys))


def test_ties_at_the_threshold_are_all_heavy(head_of_logits):
    head = head_of_logits([[2, 1, 1, 1, 0], [3, 2, 1, 0, -1]])
    for thresholds in (row_thresholds(head, 2), midway_thresholds(head, 2)):
        assert [s.tolist() for s in find_sets(head, thresholds)] == [[0, 1, 2, 3], [0, 1]]


def test_one_threshold_and_one_a_row(head_of_logits):
    head = head_of_logits([[0.5, -0.0, -1], [3, 2, 1]])
    assert [s.tolist() for s in find_sets(head, 0.0)] == [[0, 1], [0, 1, 2]]
    assert [s.tolist() for s in find_sets(head, [1, 2])] == [[], [0, 1]]
    assert [s.tolist() for s in find_sets(head, [2], rows=[1])] == [[0, 1]]
    assert set_sizes(find_sets(head, np.inf)).tolist() == [0, 0]


def test_hidden_keys_are_never_heavy(random_head):
    head = random_head(0, 4, 4, causal=True)
    assert set_sizes(find_sets(head, -np.inf)).tolist() == [1, 2, 3, 4]


def test_a_row_alone_has_the_same_set_as_among_all(random_head):
    head = random_head(5, 300, 400, d=23)
    thresholds = row_thresholds(head, 7)
    everyone = find_sets(head, thresholds)
    for row in range(0, 300, 11):
        (alone,) = find_sets(head, thresholds[row], rows=[row])
        assert np.array_equal(alone, everyone[row])
        assert row_thresholds(head, 7, [row])[0] == thresholds[row]


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("k", [1, 5, 20])
def test_midway_thresholds_keep_the_sets_and_the_distance(random_head, causal, k):
    head = random_head(7, 20, 20, causal)
    middle, last = midway_thresholds(head, k), row_thresholds(head, k)
    for a, b in zip(find_sets(head, middle), find_sets(head, last), strict=True):
        assert np.array_equal(a, b)
    nearest = np.abs(logits(head) - middle[:, None]).min(axis=1)
    descending = -np.sort(-logits(head), axis=1)  # hidden keys, -inf, come last
    for row in range(20):
        seen = np.isfinite(descending[row]).sum()
        want = (descending[row, k - 1] - descending[row, k]) / 2 if k < seen else 0.99
        assert nearest[row] >= want * (1 - 1e-9)


def test_midway_between_neighbouring_floats(head_of_logits):
    high = np.nextafter(1.0, 2)
    head = head_of_logits([[high, 1.0, 0.0], [1.0, np.nextafter(1.0, 0), 0.0]])
    assert [s.tolist() for s in find_sets(head, midway_thresholds(head, 1))] == [[0], [0]]


@pytest.mark.parametrize("k", [0, 13, 1.0, True])
def test_refused_k(random_head, k):
    with pytest.raises(SpecError, match=r"`n_heavy`: got .*; must be an integer in 1\.\.12"):
        row_thresholds(random_head(), k)


@pytest.mark.parametrize("tau", [np.nan, [0.0, 1.0], [[0.0]]])
def test_refused_tau(random_head, tau):
    with pytest.raises(SpecError, match="`tau`"):
        find_sets(random_head(), tau)
