"""Extremal polynomials against a linear program, their phases against 2 x 2 matrices."""

import numpy as np
import pytest
from scipy.optimize import linprog

from qattention.errors import SpecError
from qattention.search import Polynomial
from qattention.search.angles import fixed_point_miss
from qattention.search.extremal import shortest_roots
from qattention.search.phases import exact_phases
from qattention.search.polynomial import polynomial_miss, stays_below_one, stride_for
from qattention.search.synthesis import polynomial_phases


def miss_by_matrices(phases, n_items, n_marked):
    """Marked and unmarked amplitude of the start state, rotated step by step; n_marked (c,)."""
    fraction = np.asarray(n_marked) / n_items
    start = np.array([np.sqrt(fraction), np.sqrt(1 - fraction)], dtype=complex)
    state = start.copy()
    for marked, about_start in phases:
        state[0] *= np.exp(1j * marked)
        state += (np.exp(1j * about_start) - 1) * (start * state).sum(axis=0) * start
    return abs(state[1]) ** 2


def lacking(n_items, seed):
    """Nats asked for at 1..n_items - 1, in waves as a history leaves them."""
    rng = np.random.default_rng(seed)
    counts = np.arange(1, n_items)
    waves = [rng.uniform(0, 4) * np.cos(rng.uniform(1, 40) * np.sqrt(counts / n_items)) for _ in range(6)]
    return 5.0 + np.sum(waves, axis=0)


def fixed_point_roots(iterations, eps):
    order = 2 * iterations + 1
    gamma = 1 / np.cosh(np.arccosh(eps**-0.5) / order)
    zeros = gamma * np.cos((2 * np.arange(1, iterations + 1) - 1) * np.pi / (2 * order))
    return np.sort(1 - zeros**2)


def is_feasible(n_items, nats, n_roots):
    """Whether any odd polynomial of that degree reaches 1 at 1 within the limits (linear program)."""
    orders = 2 * np.arange(n_roots + 1) + 1
    grid = np.linspace(0, np.pi / 2, 12 * n_roots + 20)[1:-1]
    counts = np.arcsin(np.sqrt(np.arange(1, len(nats) + 1) / n_items))
    rows = np.cos(np.outer(np.concatenate([grid, counts]), orders))
    bound = np.concatenate([np.ones(len(grid)), np.exp(-np.maximum(nats, 0) / 2)])
    tight = np.concatenate([np.zeros(len(grid)), bound[len(grid) :]])
    columns = np.hstack([np.vstack([rows, -rows]), -np.tile(tight, 2)[:, None]])
    flat = np.concatenate([np.ones(len(grid)), np.zeros(len(counts))])
    result = linprog(
        np.append(np.zeros(n_roots + 1), 1.0),
        A_ub=columns,
        b_ub=np.tile(flat, 2),
        A_eq=np.append(np.ones(n_roots + 1), 0.0)[None, :],
        b_eq=[1.0],
        bounds=[(None, None)] * (n_roots + 1) + [(0, None)],
    )
    return result.status == 0 and result.fun <= 1.0


@pytest.mark.parametrize("seed", range(4))
def test_no_polynomial_much_shorter_covers_what_is_lacking(seed):
    nats = lacking(128, seed)
    roots = shortest_roots(128, 1, nats, 60)
    covered = nats + np.log(np.maximum(polynomial_miss(128, np.arange(1, 128), roots, 1), 1e-300))
    assert covered.max() < 0.1  # what lies between two angles of one cell may lack a little
    assert stays_below_one(roots, 1.0)
    assert is_feasible(128, nats, len(roots) + 1)
    assert not is_feasible(128, nats, len(roots) - 2)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("stride", [1, 3, 5])
def test_phases_give_the_polynomial(seed, stride):
    roots = tuple(shortest_roots(512, 1, lacking(512, seed) + 3 * seed, 120).tolist())
    action = Polynomial(roots=roots, stride=stride)
    phases = action.phases()
    assert len(phases) == action.iterations
    counts = np.arange(0, 513)
    wanted = 1 - action.p_hit(512, counts)
    assert miss_by_matrices(phases, 512, counts) == pytest.approx(wanted, abs=1e-9)


def test_a_phase_of_the_wrong_sign_fails():
    roots = tuple(shortest_roots(512, 1, lacking(512, 0), 120).tolist())
    action = Polynomial(roots=roots)
    phases = tuple((marked, -start) for marked, start in action.phases())
    counts = np.arange(0, 513)
    assert np.max(abs(miss_by_matrices(phases, 512, counts) - (1 - action.p_hit(512, counts)))) > 1e-3


@pytest.mark.parametrize(("iterations", "eps"), [(1, 0.5), (10, 1e-3), (300, 1e-7), (150, 0.3)])
def test_fixed_point_runs_are_a_special_case(iterations, eps):
    roots = fixed_point_roots(iterations, eps)
    counts = np.arange(0, 2**14)
    assert polynomial_miss(2**14, counts, roots, 1) == pytest.approx(
        fixed_point_miss(2**14, counts, iterations, eps), abs=1e-9
    )
    phases = polynomial_phases(tuple(roots.tolist()))
    few = np.array([0, 1, 2, 17, 400, 9000])
    assert miss_by_matrices(phases, 2**14, few) == pytest.approx(
        fixed_point_miss(2**14, few, iterations, eps), abs=1e-9
    )


def test_only_every_stride_th_iteration_has_phases_of_its_own():
    roots = tuple(fixed_point_roots(6, 1e-2).tolist())
    phases = np.array(Polynomial(roots=roots, stride=9).phases())
    assert len(phases) == 6 * 9 + 4
    assert (np.abs(phases) != np.pi).sum() == 12


def test_no_roots_and_a_stride_are_grovers():
    phases = Polynomial(roots=(), stride=7).phases()
    assert phases == ((np.pi, np.pi),) * 3
    assert miss_by_matrices(phases, 100, [3]) == pytest.approx(
        1 - Polynomial(roots=(), stride=7).p_hit(100, [3]), abs=1e-12
    )


def test_other_phases_than_the_exact_ones_are_told_apart():
    # A guard of the witness: matched phases are not those of a polynomial with roots at 1 of 100.
    roots = tuple(fixed_point_roots(7, 1e-2).tolist())
    wanted = 1 - Polynomial(roots=roots).p_hit(100, [1])
    assert abs(miss_by_matrices(exact_phases(100, 1), 100, [1]) - wanted)[0] > 1e-3


@pytest.mark.parametrize("n_items", [1, 511, 4607, 4608, 2**14, 2**40, 2**60])
def test_strides_are_odd_and_leave_enough_items(n_items):
    stride = stride_for(n_items)
    assert stride % 2 == 1
    assert stride == 1 or n_items / stride**2 >= 512 > n_items / (stride + 2) ** 2


@pytest.mark.parametrize("bad", [{"roots": (0.5, 0.2)}, {"roots": (0.0,)}, {"roots": (0.5,), "stride": 2}])
def test_roots_ascend_and_strides_are_odd(bad):
    with pytest.raises(SpecError):
        Polynomial(**bad)
