"""The phases against the closed success formula, by 2 x 2 matrices."""

import numpy as np
import pytest

from qattention.search import Exact
from qattention.search.angles import fixed_point_length, fixed_point_miss, grover_miss
from qattention.search.phases import exact_lengths, exact_phases, fixed_point_phases


def miss_by_matrices(phases, n_items, n_marked):
    """Marked and unmarked amplitude of the start state, rotated step by step."""
    start = np.array([np.sqrt(n_marked / n_items), np.sqrt(1 - n_marked / n_items)], dtype=complex)
    state = start.copy()
    for marked, about_start in phases:
        state[0] *= np.exp(1j * marked)
        state += (np.exp(1j * about_start) - 1) * (start @ state) * start
    return abs(state[1]) ** 2


@pytest.mark.parametrize("iterations", [0, 1, 2, 5, 20])
@pytest.mark.parametrize("eps", [0.5, 1e-3, 1e-9])
@pytest.mark.parametrize("n_marked", [0, 1, 3, 40, 99, 100])
def test_fixed_point_phases_give_the_closed_miss_probability(iterations, eps, n_marked):
    phases = fixed_point_phases(iterations, eps)
    assert len(phases) == iterations
    wanted = float(fixed_point_miss(100, n_marked, iterations, eps))
    assert miss_by_matrices(phases, 100, n_marked) == pytest.approx(wanted, abs=1e-9)


def test_the_opposite_sign_of_one_side_fails():
    phases = tuple((marked, -start) for marked, start in fixed_point_phases(5, 1e-3))
    assert abs(miss_by_matrices(phases, 100, 3) - float(fixed_point_miss(100, 3, 5, 1e-3))) > 1e-3


@pytest.mark.parametrize(
    ("n_items", "n_marked"), [(1, 1), (2, 1), (4, 1), (100, 1), (100, 7), (99, 50), (99, 98)]
)
def test_matched_phases_never_miss(n_items, n_marked):
    assert miss_by_matrices(exact_phases(n_items, n_marked), n_items, n_marked) < 1e-13


@pytest.mark.parametrize("n_marked", [0, 1, 5, 99, 100])
def test_matched_phases_at_another_count_agree_with_matrices(n_marked):
    action = Exact(n_items=100, n_marked=3)
    hit = 1 - miss_by_matrices(action.phases(), 100, n_marked)
    assert float(action.p_hit(100, n_marked)) == pytest.approx(hit, abs=1e-12)


@pytest.mark.parametrize(("n_items", "n_marked"), [(2, 1), (7, 2), (100, 7), (100, 40)])
def test_the_opposite_sign_of_a_matched_phase_fails(n_items, n_marked):
    phases = tuple((marked, -start) for marked, start in exact_phases(n_items, n_marked))
    assert miss_by_matrices(phases, n_items, n_marked) > 0.1


@pytest.mark.parametrize(("n_items", "n_marked"), [(4, 1), (100, 3), (100, 7), (2**14, 1)])
def test_only_the_last_step_of_a_matched_run_has_phases_of_its_own(n_items, n_marked):
    *plain, _ = phases = exact_phases(n_items, n_marked)
    assert set(plain) <= {(np.pi, np.pi)}
    missed = miss_by_matrices([*plain, (np.pi, np.pi)], n_items, n_marked)
    assert missed == pytest.approx(float(grover_miss(n_items, n_marked, len(phases))), abs=1e-12)


def test_ordinary_phases_are_grovers():
    phases = ((np.pi, np.pi),) * 4
    assert miss_by_matrices(phases, 100, 3) == pytest.approx(float(grover_miss(100, 3, 4)), abs=1e-12)


def test_fixed_point_formula_is_scale_free_where_rounding_would_bite():
    small = fixed_point_miss(2**20, np.arange(1, 9), 700, 1e-3)
    large = fixed_point_miss(2**60, np.arange(1, 9), 1401 * 2**19, 1e-3)  # L = 1401 * 2**20 + 1
    assert large == pytest.approx(small, rel=0.01, abs=1e-5)


@pytest.mark.parametrize("n_least", [1, 5, 99])
@pytest.mark.parametrize("eps", [0.1, 1e-6])
def test_fixed_point_length_is_the_least_that_suffices(n_least, eps):
    length = fixed_point_length(100, eps, n_least)
    counts = np.arange(n_least, 101)
    assert fixed_point_miss(100, counts, length, eps).max() <= eps * (1 + 1e-9)
    assert length == 0 or fixed_point_miss(100, counts, length - 1, eps).max() > eps


def test_exact_lengths_are_the_least_whose_angle_reaches_a_right_one():
    counts = np.arange(1, 1001)
    angles, lengths = np.arcsin(np.sqrt(counts / 1000)), exact_lengths(1000, counts)
    assert np.all((2 * lengths + 1) * angles >= np.pi / 2 - 1e-9)
    assert np.all((2 * lengths - 1) * angles < np.pi / 2)
