"""`DigitProfile`: exact, typical and worst-case digit counts."""

from fractions import Fraction

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.numerics import signed_digits
from qattention.problem import DigitProfile, digit_densities


@pytest.mark.parametrize("bits", [1, 2, 3, 7, 8, 11])
def test_densities_are_the_exhaustive_means(bits):
    words = np.arange(-(2 ** (bits - 1)), 2 ** (bits - 1))
    digits = signed_digits(words, bits)
    want = [
        (Fraction(int((column == 1).sum()), len(words)), Fraction(int((column == -1).sum()), len(words)))
        for column in digits.T
    ]
    assert digit_densities(bits) == want


def test_density_tends_to_a_third():
    columns = [sum(pair) for pair in digit_densities(64)]
    assert abs(columns[32] - Fraction(1, 3)) < Fraction(1, 2**30)


def test_from_weights_counts_by_hand():
    # 7 = 8 - 1, -3 = -4 + 1, 0, 5 = 4 + 1
    profile = DigitProfile.from_weights([7, -3, 0, 5], 4)
    assert profile.positive == (2, 0, 1, 1, 0)
    assert profile.negative == (1, 0, 1, 0, 0)
    assert (profile.total, profile.n_digits, profile.n_columns) == ((3, 0, 2, 1, 0), 6, 5)
    assert profile.weight_sum == 9


def test_from_wide_weights():
    weights = np.array([2**63 - 1, -(2**63)])
    assert DigitProfile.from_weights(weights, 64).weight_sum == -1


@pytest.mark.parametrize("head_dim", [1, 2, 7, 128])
@pytest.mark.parametrize("bits", [1, 2, 3, 8, 64])
def test_typical_is_near_its_expectation(head_dim, bits):
    profile = DigitProfile.typical(head_dim, bits)
    expected = [head_dim * sum(pair) for pair in digit_densities(bits)]
    assert abs(profile.n_digits - sum(expected)) <= Fraction(1, 2)
    pairs = zip(profile.positive, profile.negative, digit_densities(bits), strict=True)
    assert all(
        abs(p - head_dim * plus) <= 1 and abs(n - head_dim * minus) <= 1 for p, n, (plus, minus) in pairs
    )


def test_typical_agrees_with_drawn_weights():
    rng = np.random.default_rng(1)
    drawn = DigitProfile.from_weights(rng.integers(-128, 128, size=100_000), 8)
    typical = DigitProfile.typical(100_000, 8)
    assert np.allclose(drawn.total, typical.total, atol=4 * np.sqrt(100_000 * 2 / 9))


@pytest.mark.parametrize("bits", [1, 2, 3, 7, 8, 11])
def test_worst_case_is_the_most_digits_and_is_attained(bits):
    words = np.arange(-(2 ** (bits - 1)), 2 ** (bits - 1))
    most = np.abs(signed_digits(words, bits)).sum(axis=1).max()
    worst = DigitProfile.worst_case(1, bits)
    assert worst.n_digits == most
    assert DigitProfile.from_weights([worst.weight_sum], bits) == worst  # a word that has these digits
    assert worst.weight_sum in words
    assert DigitProfile.worst_case(5, bits).n_digits == 5 * most


def test_is_a_value():
    a, b = DigitProfile(positive=[1, 0], negative=[0, 2]), DigitProfile(positive=(1, 0), negative=(0, 2))
    assert a == b
    assert hash(a) == hash(b)
    assert all(type(x) is int for x in DigitProfile.typical(5, 8).positive)


@pytest.mark.parametrize(
    "build",
    [
        lambda: DigitProfile(positive=(1,), negative=(1, 2)),
        lambda: DigitProfile(positive=(), negative=()),
        lambda: DigitProfile(positive=(-1,), negative=(0,)),
        lambda: DigitProfile.typical(0, 8),
        lambda: DigitProfile.typical(4, 65),
        lambda: DigitProfile.worst_case(4, 0),
        lambda: DigitProfile.worst_case(True, 8),
        lambda: DigitProfile.from_weights([300], 8),
        lambda: DigitProfile.from_weights([0.5], 8),
    ],
)
def test_refused(build):
    with pytest.raises(SpecError, match="must be"):
        build()
