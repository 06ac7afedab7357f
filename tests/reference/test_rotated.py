"""Rotated heads: thresholds and bounds are exact, the budget is kept, hostile heads do no harm."""

from fractions import Fraction

import attrs
import numpy as np
import pytest
from scipy.special import ndtri

from qattention.errors import SpecError
from qattention.problem import AttentionHead, load_head
from qattention.reference import (
    find_sets,
    integer_thresholds,
    logits,
    midway_thresholds,
    quantised_find_sets,
    rotate_head,
    row_thresholds,
)
from qattention.reference.word_fit import as_integers, channel_steps, joint_basis, sparse_weights


def head_of(q, k, **fields):
    return AttentionHead(q=q, k=k, v=np.ones((len(k), 1)), **fields)


def rng_head(n_queries, n_keys, d, seed=0, **fields):
    rng = np.random.default_rng(seed)
    return head_of(rng.normal(size=(n_queries, d)), rng.normal(size=(n_keys, d)) + 0.3, **fields)


def low_rank(side):
    rng = np.random.default_rng(7)
    thin, wide, full = rng.normal(size=(6, 2)), rng.normal(size=(2, 4)), rng.normal(size=(6, 4))
    return head_of(thin @ wide, full) if side == "q" else head_of(full, thin @ wide)


HOSTILE = {
    "ordinary": rng_head(6, 9, 4),
    "causal": rng_head(5, 7, 3, causal=True),
    "one channel": rng_head(5, 6, 1),
    "one key": rng_head(4, 1, 3),
    "one query": rng_head(1, 8, 3),
    "fewer keys than channels": rng_head(4, 3, 6),
    "zero keys": head_of(np.ones((3, 2)), np.zeros((4, 2))),
    "zero queries": head_of(np.zeros((3, 2)), np.arange(8.0).reshape(4, 2)),
    "a zero query among others": head_of([[0.0, 0.0], [1.0, 2.0]], np.arange(8.0).reshape(4, 2) ** 2),
    "equal keys": head_of(np.eye(2), np.full((5, 2), 3.7)),
    "a constant channel": head_of(np.eye(2) + 0.1, [[5.0, 1.0], [5.0, 2.0], [5.0, -1.0]]),
    "queries of rank two": low_rank("q"),
    "keys of rank two": low_rank("k"),
    "orthogonal spans": head_of([[1.0, 0.0]], [[0.0, 1.0], [0.0, -2.0]]),
    "queries nearly orthogonal": head_of([[1.0, 1.0], [1.0, -1.0]], [[0.1, 0.1], [0.7, 0.7], [-0.3, -0.3]]),
    "huge": rng_head(4, 5, 3, scale=1e29),
    "tiny": rng_head(4, 5, 3, scale=1e-90),
    "queries of all sizes": head_of(
        [[1e-9, 0.0], [1.0, 1.0], [1e9, -1e9]], [[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]]
    ),
    "keys of all sizes": head_of(np.eye(3), [[1e-80, 1.0, 1e29], [1e-80, 2.0, -1e29], [2e-80, 1.0, 0.0]]),
    "one-hot keys": head_of(np.random.default_rng(1).normal(size=(4, 6)), np.eye(6)),
    "an outlier": head_of(np.ones((2, 1)), [[1.0]] * 30 + [[1e6]]),
}


def exact_logit_errors(head, quantised):
    """|quantised logit - logit| in exact arithmetic, shape (n_queries, n_keys)."""
    q, k = (np.vectorize(Fraction, otypes=[object])(x) for x in (head.q, head.k))
    exact = Fraction(head.scale) * (q @ k.T)
    acc = quantised.q_int.astype(object) @ quantised.k_int.astype(object).T
    step, shift = ([[Fraction(x)] for x in y.tolist()] for y in (quantised.logit_step, quantised.shift))
    return np.abs(acc * np.array(step) + np.array(shift) - exact)


@pytest.mark.parametrize("budget", [1e-3, 0.05, 0.3])
@pytest.mark.parametrize("name", HOSTILE)
def test_the_bound_is_never_exceeded(name, budget):
    head = HOSTILE[name]
    quantised = rotate_head(head, budget)
    errors = exact_logit_errors(head, quantised).max(axis=1)
    assert all(
        error <= Fraction(bound) for error, bound in zip(errors, quantised.row_error_bound, strict=True)
    )
    assert np.isfinite(quantised.row_error_bound).all()
    assert np.isfinite(quantised.margin).all()


@pytest.mark.parametrize("name", HOSTILE)
def test_words_fit_their_channels(name):
    quantised = rotate_head(HOSTILE[name], 0.05)
    half = 2 ** (np.array(quantised.channel_bits) - 1)
    assert len(half) == quantised.k_int.shape[1] == quantised.q_int.shape[1] >= 1
    assert (quantised.k_int >= -half).all()
    assert (quantised.k_int < half).all()
    assert np.abs(quantised.q_int).max() < 2 ** (quantised.query_bits - 1) + 1
    assert quantised.word_bits == sum(quantised.channel_bits) >= quantised.key_bits


@pytest.mark.parametrize("name", HOSTILE)
def test_with_the_bound_as_margin_nothing_is_missed(name):
    head = HOSTILE[name]
    quantised = rotate_head(head, 0.3)
    tau = row_thresholds(head, 1)
    limits = integer_thresholds(quantised, tau, margin=quantised.row_error_bound)
    for want, found in zip(find_sets(head, tau), quantised_find_sets(quantised, limits), strict=True):
        assert np.isin(want, found).all()


@pytest.mark.parametrize("sample", ["minilm-code", "minilm-pride", "smollm2-alice"])
def test_the_margin_is_the_error_that_is_measured(sample):
    head = attrs.evolve(load_head(sample), causal=False)
    quantised = rotate_head(head, 0.2, margin=1.0)
    exact = logits(head)
    error = quantised.accumulators() * quantised.logit_step[:, None] + quantised.shift[:, None] - exact
    assert np.allclose(error.std(axis=1), quantised.margin, rtol=1e-6)
    assert np.abs(error.mean(axis=1)).max() < 1e-9
    share = quantised.margin / exact.std(axis=1)
    assert 0.17 < np.sqrt(np.square(share).mean()) < 0.205  # the price moves by factors of sqrt(2)
    assert np.median(np.abs(error).max(axis=1) / quantised.row_error_bound) > 0.1  # the bound is no idle one


def test_thresholds_are_exact():
    head = rng_head(10, 30, 5)
    quantised = rotate_head(head)
    tau = midway_thresholds(head, 4)
    sets = quantised_find_sets(quantised, integer_thresholds(quantised, tau))
    acc = quantised.accumulators()
    for i, keys in enumerate(sets):
        least = Fraction(tau[i]) - Fraction(quantised.margin[i]) - Fraction(quantised.shift[i])
        step = Fraction(quantised.logit_step[i])
        assert keys.tolist() == [j for j, a in enumerate(acc[i].tolist()) if a * step >= least]


def test_a_smaller_budget_takes_wider_words_and_more_digits():
    head = load_head("minilm-code")
    kinds = [rotate_head(head, budget, margin=1.0) for budget in (0.4, 0.2, 0.1, 0.05)]
    bits = [quantised.word_bits for quantised in kinds]
    noise = [np.mean(quantised.margin) for quantised in kinds]
    assert bits == sorted(set(bits))
    assert noise == sorted(set(noise), reverse=True)
    assert bits[1] < 40  # 256 at 8 bits a channel


def test_nothing_depends_on_the_basis_the_head_comes_in():
    head = rng_head(40, 60, 5)
    change = np.random.default_rng(3).normal(size=(5, 5)) + 2 * np.eye(5)
    moved = head_of(head.q @ change, head.k @ np.linalg.inv(change).T + 1.0)
    one, other = rotate_head(head), rotate_head(moved)
    assert one.channel_bits == other.channel_bits
    assert np.allclose(one.margin, other.margin, rtol=1e-3)


def test_signs_of_eigenvectors_do_not_matter(monkeypatch):
    head = load_head("minilm-code")
    want = rotate_head(head)
    plain = np.linalg.eigh

    def mirrored(matrix):
        values, vectors = plain(matrix)
        return values, -vectors * (1 + 1e-13)

    monkeypatch.setattr(np.linalg, "eigh", mirrored)
    other = rotate_head(head)
    assert np.array_equal(want.k_int, other.k_int)
    assert np.array_equal(want.q_int, other.q_int)


def test_the_basis_keeps_logits_and_concentrates_their_variance():
    rng = np.random.default_rng(0)
    mix = rng.normal(size=(4, 4))
    q, k = rng.normal(size=(50, 4)) @ mix, rng.normal(size=(80, 4)) * [8.0, 2.0, 0.5, 0.1]
    k -= k.mean(axis=0)
    basis = joint_basis(q, k)
    assert np.allclose(basis.spread[:, None] * (basis.q @ basis.k.T), q @ k.T)
    assert np.allclose((basis.q @ basis.k.T).std(axis=1), 1)
    assert np.allclose(basis.q.T @ basis.q / 50, np.eye(4), atol=1e-4)
    covariance = basis.k.T @ basis.k / 80
    assert np.allclose(covariance, np.diag(np.diag(covariance)), atol=1e-4)
    assert (np.diff(np.diag(covariance)) < 0).all()
    assert np.trace(covariance) == pytest.approx(1, rel=1e-4)


def test_steps_are_nearly_those_known_to_be_best():
    # A normal variable: least errors of uniform quantisers, J. Max, IRE Trans. Inf. Theory 6, 7 (1960).
    steps = channel_steps(ndtri((np.arange(1024) + 0.5) / 1024)[:, None])
    assert np.allclose(steps.error[0, :5], [1.0, 0.3634, 0.1188, 0.03744, 0.01154], rtol=0.04)
    assert steps.widths(0.0).tolist() == [16]
    assert steps.widths(10.0).tolist() == [0]
    # going from 2 to 3 bits saves 0.081, from 3 to 4 bits 0.026
    assert steps.widths(0.05).tolist() == [3]


def test_digits_by_hand():
    weights = sparse_weights(
        np.array([[7.0, 3.0], [7.0, 0.6]]), np.eye(2), np.array([0.3, 0.8]), np.array([1, 2])
    )
    # 7 = 8 - 1 in both rows (the 1 saves 1 > 0.8); 3 = 4 - 1 (saves 1 > 2 x 0.3); 0.6: 0.5 saves 0.35 < 1.6
    assert weights.tolist() == [[7.0, 3.0], [7.0, 0.0]]


def test_a_digit_makes_good_what_a_correlated_channel_left():
    covariance = np.array([[1.0, 0.9], [0.9, 1.0]])
    target = np.array([[1.4, 0.0]])
    weights = sparse_weights(target, covariance, np.array([0.05]), np.array([1, 1]))
    left = target - weights
    assert (left @ covariance @ left.T).item() < 0.4**2  # 1.4 alone: 1, 0.4 left


def test_integers_are_the_weights():
    weights = np.array([[0.75, -6.0], [0.0, 0.0], [1024.0, 3 * 2.0**-10], [1.0, 2.0**-80]])
    integers, unit = as_integers(weights)
    assert integers.tolist() == [[3, -24], [0, 0], [2**20, 3], [1, 0]]
    assert unit.tolist() == [0.25, 2.0**-40, 2.0**-10, 1.0]


@pytest.mark.parametrize("value", [0, 1e-4, 1.5, np.nan, "0.2", True])
def test_refused_budgets(value):
    with pytest.raises(
        SpecError, match=r"`logit_budget`: got .*; must be a share of a row's logit spread, 0.001..1"
    ):
        rotate_head(HOSTILE["ordinary"], value)


@pytest.mark.parametrize("value", [-1, np.inf, np.nan, "2"])
def test_refused_margins(value):
    with pytest.raises(SpecError, match="`logit_margin`"):
        rotate_head(HOSTILE["ordinary"], 0.2, value)


def test_refused_underflow():
    with pytest.raises(SpecError, match=r"`scale`.*underflow"):
        rotate_head(head_of([[1e-200], [2e-200]], [[1e-200], [3e-200]]))
