"""PAPER.md, section 3: each bound holds on random heads, and is reached where it is called tight."""

import math
from itertools import pairwise

import numpy as np
import pytest

from qattention.reference import (
    FILLS,
    attention,
    find_sets,
    light_logits,
    log_normaliser,
    log_normaliser_bounds,
    output_bound,
    output_error,
    rank_obstruction,
    row_l1_bound,
    row_thresholds,
    sparse_attention,
    sparse_attention_matrix,
    spread_bound,
    weight_errors,
)

ROUNDING = 1e-12
ETAS = (0.01, 0.1, 1.0, 4.0)


def gap_head(head_of_logits, seed, eta, n=60):
    """A head whose light logits lie in [-eta, 0]; row i has i % 5 heavy keys."""
    rng = np.random.default_rng(seed)
    logits = -eta * rng.beta(0.3, 0.3, size=(20, n))  # mostly near the two ends, where the bound is reached
    sets = [np.sort(rng.choice(n, size=i % 5, replace=False)) for i in range(20)]
    for i, keys in enumerate(sets):
        logits[i, keys] = rng.uniform(0, 6, size=len(keys))
    return head_of_logits(logits, v=rng.normal(size=(n, 4))), sets


@pytest.mark.parametrize("eta", ETAS)
@pytest.mark.parametrize("seed", range(5))
def test_the_papers_regime(head_of_logits, seed, eta):
    head, sets = gap_head(head_of_logits, seed, eta)
    b = sparse_attention_matrix(head, sets, "one")
    light, errors = light_logits(head, sets), weight_errors(head, b)
    bound = spread_bound(light, b.fill_log)
    assert (light.eta <= eta).all()
    assert (bound <= 2 * math.tanh(eta / 4) + ROUNDING).all()
    assert 2 * math.tanh(eta / 4) < eta / 2
    assert (errors.row_l1 <= bound + ROUNDING).all()
    assert (errors.max_entry <= bound / 2 + ROUNDING).all()
    difference = np.abs(sparse_attention(head, b) - attention(head))
    assert (difference <= output_bound(head, bound) + ROUNDING).all()
    assert (output_bound(head, bound) <= 2 * math.tanh(eta / 4) * np.abs(head.v).max()).all()
    ratio = log_normaliser(head) - b.log_normaliser
    assert (ratio >= -eta - ROUNDING).all()
    assert (ratio <= ROUNDING).all()


@pytest.mark.parametrize("eta", ETAS)
def test_values_below_eta_give_eta_squared(head_of_logits, eta):
    head, sets = gap_head(head_of_logits, 9, eta)
    small = head_of_logits(head.q, v=head.v * eta / np.abs(head.v).max())
    difference = sparse_attention(small, sparse_attention_matrix(small, sets, "one")) - attention(small)
    assert np.abs(difference).max() <= eta**2 / 2


@pytest.mark.parametrize("eta", ETAS)
def test_the_bounds_are_tight(head_of_logits, eta):
    # One heavy key against n light ones at -eta, with exp(L) = n exp(-eta / 2): the worst split of mass.
    n = 1000
    heavy = math.log(n) - eta / 2
    values = np.concatenate(([1.0], np.full(n, -1.0)))[:, None]  # heavy against light: the worst values too
    head = head_of_logits([[heavy] + [-eta] * n], v=values)
    sets = [np.array([0])]
    b = sparse_attention_matrix(head, sets, "one")
    errors, light = weight_errors(head, b), light_logits(head, sets)
    assert errors.row_l1[0] == pytest.approx(2 * math.tanh(eta / 4), rel=1e-9)
    assert errors.max_entry[0] == pytest.approx(math.tanh(eta / 4), rel=1e-9)
    assert row_l1_bound(light, b)[0] == pytest.approx(errors.row_l1[0], rel=1e-9)
    error = output_error(head, b, light)
    assert error.max_abs == pytest.approx(2 * math.tanh(eta / 4), rel=1e-9)
    assert error.bound == pytest.approx(error.max_abs, rel=1e-9)
    assert np.diff([log_normaliser(head)[0], b.log_normaliser[0]])[0] < eta


@pytest.mark.parametrize("width", [0.2, 2.0])
def test_the_general_bound_is_tight_for_any_fill_inside(head_of_logits, width):
    # No heavy key; the share a of keys at the top that separates exp(L) most from uniform.
    logits = np.full((1, 2000), 0.7 - width)
    logits[0, : round(2000 / (1 + math.exp(width / 2)))] = 0.7
    head = head_of_logits(logits)
    sets = [np.empty(0, int)]
    for fill in ("mean-logit", "row-mean"):
        b = sparse_attention_matrix(head, sets, fill)
        light = light_logits(head, sets)
        assert spread_bound(light, b.fill_log)[0] == pytest.approx(2 * math.tanh(width / 4))
        assert weight_errors(head, b).row_l1[0] == pytest.approx(2 * math.tanh(width / 4), rel=1e-5)


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("spread", [0.1, 2.0, 30.0])
def test_every_fill_obeys_its_bounds(random_head, fill, causal, spread):
    for seed in range(5):
        head = random_head(seed, 25, 40, causal, spread=spread)
        for k in (1, 5, 39, 40):
            sets = find_sets(head, row_thresholds(head, k))
            light, b = light_logits(head, sets), sparse_attention_matrix(head, sets, fill)
            errors, bound = weight_errors(head, b), row_l1_bound(light, b)
            assert (errors.row_l1 <= bound + ROUNDING).all()
            assert (errors.max_entry <= bound / 2 + ROUNDING).all()
            assert fill == "first-order" or (bound <= spread_bound(light, b.fill_log)).all()
            low, high = log_normaliser_bounds(light, b.fill_log)
            ratio = log_normaliser(head) - b.log_normaliser
            assert ((low - ROUNDING <= ratio) & (ratio <= high + ROUNDING)).all()
            error = output_error(head, b, light)
            assert error.max_abs <= error.bound + ROUNDING * np.abs(head.v).max()


def test_the_first_order_fill_errs_by_the_square_of_eta(random_head):
    bounds, errors = [], []
    for spread in (0.2, 0.1, 0.05):
        head = random_head(1, 25, 40, causal=True, spread=spread)
        sets = find_sets(head, row_thresholds(head, 3))
        light, b = light_logits(head, sets), sparse_attention_matrix(head, sets, "first-order")
        bounds.append(row_l1_bound(light, b).max())
        errors.append(weight_errors(head, b).row_l1.max())
        plain = sparse_attention_matrix(head, sets, "mean-logit")
        assert errors[-1] < 0.3 * weight_errors(head, plain).row_l1.max()
    for values in (bounds, errors):
        assert all(3.3 < wide / narrow < 4.7 for wide, narrow in pairwise(values))


def test_dropping_costs_twice_the_tail_mass(random_head):
    head = random_head(3, 25, 40)
    sets = find_sets(head, row_thresholds(head, 5))
    light, b = light_logits(head, sets), sparse_attention_matrix(head, sets, "drop")
    assert np.allclose(weight_errors(head, b).row_l1, 2 * light.tail_mass)
    assert np.allclose(row_l1_bound(light, b), 2 * light.tail_mass)


@pytest.mark.parametrize("causal", [False, True])
def test_light_logits_by_hand(head_of_logits, causal):
    head = head_of_logits([[2.0, -1.0, 0.5], [0.0, 3.0, -4.0], [1.0, 1.0, 1.0]], causal=causal)
    light = light_logits(head, [np.array([0]), np.array([1]), np.array([0, 1, 2])])
    assert light.count.tolist() == ([0, 1, 0] if causal else [2, 2, 0])
    assert np.array_equal(
        light.low, [np.nan if causal else -1.0, 0.0 if causal else -4.0, np.nan], equal_nan=True
    )
    assert np.array_equal(light.high, [np.nan if causal else 0.5, 0.0, np.nan], equal_nan=True)
    tail = 0.0 if causal else (math.exp(-1) + math.exp(0.5)) / (math.exp(2) + math.exp(-1) + math.exp(0.5))
    assert light.tail_mass[0] == pytest.approx(tail)
    assert light.tail_mass[2] == 0.0
    moved = light.shifted(np.array([1.0, 2.0, 3.0]))
    assert np.allclose(moved.tail_mass, light.tail_mass)
    assert moved.low[1] == light.low[1] - 2


def test_a_max_entry_bound_would_not_bound_the_output(head_of_logits):
    # PAPER.md, 3, item 1: entries of P - P~ shrink as 1 / n, their product with V does not.
    n, eta = 4000, 1.0
    logits = np.full((1, n), -eta)
    logits[0, : n // 2] = 0.0
    head = head_of_logits(logits, v=np.sign(np.arange(n) - n / 2 + 0.5)[:, None])
    b = sparse_attention_matrix(head, [np.empty(0, int)], "one")
    error = output_error(head, b, light_logits(head, [np.empty(0, int)]))
    assert weight_errors(head, b).max_entry[0] < 1e-3
    assert error.max_abs > 0.2


def test_output_error_of_nothing(head_of_logits):
    head = head_of_logits([[1.0, 2.0]], v=[[0.0], [0.0]])
    sets = [np.array([1])]
    error = output_error(head, sparse_attention_matrix(head, sets, "one"), light_logits(head, sets))
    assert (error.max_abs, error.relative_frobenius, error.bound) == (0.0, 0.0, 0.0)


def test_rank_obstruction_of_the_reference_case():
    assert rank_obstruction(2**14, 16, 0.1 / 5) == pytest.approx(726.447, abs=1e-3)  # PAPER.md, 3.4
    assert rank_obstruction(10, 1, 0.0) == 10  # a scaled permutation matrix has full rank
