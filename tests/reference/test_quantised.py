"""Fixed-point heads: the worst-case logit error is rigorous, thresholds are exact."""

from fractions import Fraction
from itertools import pairwise

import attrs
import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.problem import AttentionHead, load_head
from qattention.reference import (
    find_sets,
    integer_thresholds,
    logits,
    midway_thresholds,
    quantise_head,
    quantised_find_sets,
    quantised_row_thresholds,
    row_thresholds,
    set_sizes,
)

PREPARATIONS = [(False, False), (True, False), (False, True), (True, True)]


def logit_errors(head, quantised):
    """|quantised logit - logit| in exact arithmetic on the float64 inputs, shape (n_queries, n_keys)."""
    rows = []
    for i, q in enumerate(head.q):
        shift, row = Fraction(quantised.shift[i]), []
        for j, k in enumerate(head.k):
            exact = Fraction(head.scale) * sum(Fraction(a) * Fraction(b) for a, b in zip(q, k, strict=True))
            words = zip(quantised.q_int[i].tolist(), quantised.k_int[j].tolist(), strict=True)
            acc = sum(a * b for a, b in words)
            row.append(abs(acc * Fraction(quantised.logit_step[0]) + shift - exact))
        rows.append(row)
    return rows


@pytest.mark.parametrize(("center", "balance"), PREPARATIONS)
@pytest.mark.parametrize(
    ("key_bits", "query_bits"), [(1, 1), (2, 2), (1, 8), (8, 3), (8, 8), (16, 16), (53, 60), (64, 64)]
)
def test_the_bound_is_never_exceeded(random_head, center, balance, key_bits, query_bits):
    for seed in range(3):
        head = random_head(seed, 6, 7, spread=5.0)
        quantised = quantise_head(head, key_bits, query_bits, center, balance)
        for row, bound in zip(logit_errors(head, quantised), quantised.row_error_bound, strict=True):
            assert max(row) <= bound
        assert quantised.logit_error_bound == quantised.row_error_bound.max()


def test_the_bound_is_reached():
    # dq k in the first channel and q~ dk in the second: half a step each, against the largest partner.
    head = AttentionHead(q=[[3.5, 127.0]], k=[[127.0, 1.5]], v=np.ones((1, 1)))
    quantised = quantise_head(head, 8, 8)
    worst = max(max(row) for row in logit_errors(head, quantised))
    assert float(worst) == pytest.approx(quantised.logit_error_bound, rel=1e-6)


@pytest.mark.parametrize(("center", "balance"), PREPARATIONS)
def test_the_bound_shrinks_with_the_step(random_head, center, balance):
    head = random_head(0, 20, 20)
    bounds = [quantise_head(head, b, b, center, balance).logit_error_bound for b in (6, 8, 10, 12)]
    assert all(3 < a / b < 5.5 for a, b in pairwise(bounds))


def test_words_fit_and_stand_for_the_inputs(random_head):
    head = random_head(1, 20, 20)
    quantised = quantise_head(head, 8, 6)
    assert np.abs(quantised.k_int).max() == 127
    assert np.abs(quantised.q_int).max() == 31
    assert np.array_equal(quantised.accumulators(), quantised.q_int @ quantised.k_int.T)
    assert np.array_equal(quantised.accumulators([3]), quantised.accumulators()[3:4])
    assert not quantised.shift.any()


def test_centring_and_balancing_by_hand():
    head = AttentionHead(
        q=[[1.0, 100.0, 0.0]], k=[[8.0, 1.0, 4.0], [0.0, -1.0, 4.0]], v=np.ones((2, 1)), scale=0.5
    )
    quantised = quantise_head(head, 16, 16, center_keys=True, balance_channels=True)
    assert quantised.shift.tolist() == [0.5 * 4.0]  # 0.5 <q, (4, 0, 4)>
    # ratios: sqrt(4 / 1), sqrt(1 / 100), and 1 where a channel is zero: q = (2, 10, 0), k = +-(2, 10, 0)
    assert np.allclose(quantised.q_int / quantised.q_int.max(), [[0.2, 1, 0]], atol=1e-4)
    assert np.allclose(quantised.k_int / quantised.k_int.max(), [[0.2, 1, 0], [-0.2, -1, 0]], atol=1e-4)


@pytest.mark.parametrize(("center", "balance"), PREPARATIONS)
def test_thresholds_are_exact(random_head, center, balance):
    head = random_head(5, 10, 30)
    quantised = quantise_head(head, 8, 8, center, balance)
    tau = row_thresholds(head, 4)
    thresholds = integer_thresholds(quantised, tau)
    sets = quantised_find_sets(quantised, thresholds)
    step = Fraction(quantised.logit_step[0])
    for i, keys in enumerate(sets):
        acc = quantised.accumulators([i])[0].tolist()
        shift = Fraction(quantised.shift[i])
        assert keys.tolist() == [j for j, a in enumerate(acc) if a * step + shift >= Fraction(tau[i])]


def test_thresholds_far_below_an_ulp_of_the_shift(random_head):
    quantised = attrs.evolve(
        quantise_head(random_head(0, 1, 2)), shift=np.array([1.0]), logit_step=np.array([2.0**-8])
    )
    assert integer_thresholds(quantised, 2.0**-60).tolist() == [-255]  # in floats 2^-60 - 1 is -1: -256
    assert integer_thresholds(quantised, 0.0).tolist() == [-256]


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("bits", [4, 8])
def test_with_the_bound_as_margin_nothing_is_missed(random_head, causal, bits):
    head = random_head(6, 40, 40, causal)
    quantised = quantise_head(head, bits, bits, center_keys=True)
    tau = row_thresholds(head, 5)
    found = quantised_find_sets(
        quantised, integer_thresholds(quantised, tau, margin=quantised.row_error_bound)
    )
    exact = find_sets(head, tau)
    assert all(np.isin(a, b).all() for a, b in zip(exact, found, strict=True))
    without = quantised_find_sets(quantised, integer_thresholds(quantised, tau))
    assert any(not np.isin(a, b).all() for a, b in zip(exact, without, strict=True))


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("bits", [3, 8, 40])
def test_quantised_row_thresholds_are_the_kth_largest(random_head, causal, bits):
    head = random_head(6, 10, 10, causal)
    quantised = quantise_head(head, bits, bits)
    thresholds = quantised_row_thresholds(quantised, 3)
    for i, threshold in enumerate(thresholds):
        seen = sorted(quantised.accumulators([i])[0].tolist()[: i + 1 if causal else 10], reverse=True)
        assert threshold == seen[min(3, len(seen)) - 1]
        assert isinstance(threshold, int)
    sizes = set_sizes(quantised_find_sets(quantised, thresholds))
    assert (sizes >= np.minimum(3, np.arange(10) + 1 if causal else 3)).all()


def test_wide_words_use_python_integers(random_head):
    head = random_head(2, 5, 9)
    quantised = quantise_head(head, 64, 64)
    assert quantised.accumulators().dtype == object
    sets = quantised_find_sets(quantised, integer_thresholds(quantised, midway_thresholds(head, 3)))
    want = find_sets(head, row_thresholds(head, 3))
    assert all(np.array_equal(a, b) for a, b in zip(sets, want, strict=True))


@pytest.mark.parametrize(
    ("bits", "tau", "size"), [(8, 1e30, 0), (8, -1e30, 9), (64, 1e30, 0), (64, -1e30, 9)]
)
def test_thresholds_beyond_int64(random_head, bits, tau, size):
    quantised = quantise_head(random_head(2, 5, 9), bits, bits)
    thresholds = integer_thresholds(quantised, tau)
    assert abs(thresholds[0]) > 2**63
    assert set_sizes(quantised_find_sets(quantised, thresholds)).tolist() == [size] * 5


def test_zero_queries_and_keys():
    head = AttentionHead(q=np.zeros((2, 3)), k=np.zeros((4, 3)), v=np.ones((4, 1)))
    quantised = quantise_head(head, 8, 8, center_keys=True, balance_channels=True)
    assert quantised.logit_error_bound == 0
    assert set_sizes(quantised_find_sets(quantised, integer_thresholds(quantised, 0.0))).tolist() == [4, 4]
    assert set_sizes(quantised_find_sets(quantised, integer_thresholds(quantised, -0.0))).tolist() == [4, 4]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ({"key_bits": 0}, r"`key_bits`: got 0; must be an integer in 1\.\.64"),
        ({"query_bits": 65}, r"`query_bits`: got 65; must be an integer in 1\.\.64"),
    ],
)
def test_refused_widths(random_head, arguments, line):
    with pytest.raises(SpecError, match=line):
        quantise_head(random_head(), **arguments)


def test_refused_underflow():
    tiny = AttentionHead(q=np.full((1, 1), 1e-200), k=np.full((1, 1), 1e-200), v=np.ones((1, 1)))
    with pytest.raises(SpecError, match=r"`scale`.*underflow"):
        quantise_head(tiny)


@pytest.mark.parametrize("tau", [np.inf, np.nan, [0.0, 1.0]])
def test_refused_tau(random_head, tau):
    with pytest.raises(SpecError, match="`tau`"):
        integer_thresholds(quantise_head(random_head()), tau)


# PAPER.md, section 4: precision/recall of S_i at k = 16 (medians over many heads there, one head here).
@pytest.mark.parametrize(
    ("sample", "bits", "want"),
    [
        ("minilm-pride", 6, 0.94),
        ("minilm-pride", 8, 0.98),
        ("minilm-pride", 10, 0.995),
        ("smollm2-alice", 6, 0.90),
        ("smollm2-alice", 8, 0.97),
        ("smollm2-alice", 10, 0.99),
    ],
)
def test_precision_and_recall_on_real_heads(sample, bits, want):
    head = load_head(sample)
    middle = midway_thresholds(head, 16)
    exact = find_sets(head, middle)
    quantised = quantise_head(head, bits, bits)
    found = quantised_find_sets(quantised, integer_thresholds(quantised, middle))
    both = sum(len(np.intersect1d(a, b)) for a, b in zip(exact, found, strict=True))
    recall, precision = (both / set_sizes(sets).sum() for sets in (exact, found))
    assert precision == pytest.approx(want, abs=0.015 if bits > 6 else 0.06)
    assert recall == pytest.approx(want, abs=0.015 if bits > 6 else 0.06)


@pytest.mark.parametrize("sample", ["minilm-pride", "smollm2-alice", "minilm-code"])
def test_preparation_gains_accuracy_on_real_heads(sample):
    head = load_head(sample)
    finite = np.isfinite(logits(head))

    def rms_error(bits, prepared):
        quantised = quantise_head(head, bits, bits, prepared, prepared)
        real = quantised.accumulators() * quantised.logit_step + quantised.shift[:, None]
        return np.sqrt(np.mean((real - logits(head))[finite] ** 2))

    gained_bits = np.log2(rms_error(8, False) / rms_error(8, True))
    assert 0.2 < gained_bits < 2  # "about one bit" (PAPER.md, section 4)
    assert (
        quantise_head(head, 8, 8, True, True).logit_error_bound < quantise_head(head, 8, 8).logit_error_bound
    )
