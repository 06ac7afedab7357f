"""The phases against the closed success formula, by 2 x 2 matrices."""

import numpy as np
import pytest

from qattention.search.angles import fixed_point_miss
from qattention.search.phases import fixed_point_phases


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
