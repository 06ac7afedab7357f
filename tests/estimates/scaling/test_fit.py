"""Exponents by regression."""

import numpy as np
import pytest
from scipy.stats import linregress

from qattention.errors import CheckFailed
from qattention.estimates.scaling.fit import TOLERANCE, finite_difference_slope, require_agreement, slope

SIZES = (4, 16, 32, 128, 4096)


def test_a_power_law_is_found() -> None:
    assert slope(SIZES, [7.0 * x**1.5 for x in SIZES]) == (1.5, 0.0)


def test_a_constant_has_exponent_zero() -> None:
    assert slope(SIZES, [7.0] * len(SIZES)) == (0.0, 0.0)


def test_noise_shows_in_the_standard_error() -> None:
    noisy = [x * factor for x, factor in zip(SIZES, (1.0, 1.3, 0.8, 1.2, 1.0), strict=True)]
    assert 0.01 < slope(SIZES, noisy)[1] < 0.2


def test_the_regression_is_a_mean_of_finite_differences() -> None:
    values = np.random.default_rng(5).uniform(1.0, 9.0, len(SIZES)).tolist()
    assert finite_difference_slope(SIZES, values) == pytest.approx(slope(SIZES, values)[0], abs=1e-6)


def test_exponents_apart_are_refused() -> None:
    require_agreement("x", 1.5, 1.5 + 0.9 * TOLERANCE)
    with pytest.raises(CheckFailed, match=r"`x`: circuits scale as n\^1\.500"):
        require_agreement("x", 1.5, 1.5 + 1.1 * TOLERANCE)
    with pytest.raises(CheckFailed):
        require_agreement("x", float("nan"), 1.5)


@pytest.mark.parametrize("seed", range(8))
def test_slope_and_error_are_those_of_scipys_regression(seed: int) -> None:
    values = np.random.default_rng(seed).lognormal(3.0, 2.0, len(SIZES)).tolist()
    fit = linregress(np.log(SIZES), np.log(values))
    assert slope(SIZES, values) == pytest.approx((fit.slope, fit.stderr), abs=1e-6)
