"""Lemma 8.3 as a program: exact on integers, and it asks nothing but which entries are large."""

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.halfspace import build
from qattention.inference import pack
from qattention.theorems import max_inner_product


def brute(q, k, tau):
    return pack([np.flatnonzero(row >= tau) for row in q @ k.T])


def half_spaces(q, k, tau):
    return build(k).query_batch(q, np.full(len(q), tau)).sets


@pytest.mark.parametrize("report", [brute, half_spaces])
@pytest.mark.parametrize("seed", range(40))
def test_the_maximum_is_exact(report, seed):
    rng = np.random.default_rng(seed)
    n, m, d = (int(x) for x in rng.integers(1, 20, size=3))
    reach = int(rng.choice([1, 3, 100, 10**5]))
    low = 0 if seed % 2 else -reach
    q, k = rng.integers(low, reach + 1, size=(n, d)), rng.integers(low, reach + 1, size=(m, d))
    found = max_inner_product(q, k, report)
    products = q @ k.T
    assert found.value == products.max()
    assert products[found.pair] == found.value
    span = 2 * int(np.abs(q).max()) * int(np.abs(k).max()) * d + 1
    assert len(found.calls) <= int(np.ceil(np.log2(span)))


def test_all_zero_and_all_at_the_bottom():
    assert max_inner_product([[0]], [[0], [0]], brute).value == 0
    worst = max_inner_product([[3, 3]], [[-2, -2]], brute)
    assert (worst.value, worst.pair) == (-12, (0, 0))


def test_the_promise_is_left_in_between():
    # PAPER.md, section 3, point 5: at intermediate thresholds nearly everything is large.
    rng = np.random.default_rng(0)
    q, k = rng.integers(0, 2, size=(50, 40)), rng.integers(0, 2, size=(50, 40))
    calls = max_inner_product(q, k, brute).calls
    assert max(call.largest_set for call in calls) == 50
    assert calls[-1].n_reported < 50


def test_a_reporter_that_misses_ties_is_caught():
    def strict(q, k, tau):
        return brute(q, k, tau + 1)

    q, k = [[1, 2]], [[3, 4]]
    assert max_inner_product(q, k, brute).value == 11
    assert max_inner_product(q, k, strict).value != 11


@pytest.mark.parametrize(
    ("q", "k", "message"),
    [([[0.5]], [[1]], "integers"), ([[1]], [[1, 2]], "1 columns"), ([[2**40]], [[2**40]], "2\\*\\*52")],
)
def test_what_is_refused(q, k, message):
    with pytest.raises(SpecError, match=message):
        max_inner_product(q, k, brute)
