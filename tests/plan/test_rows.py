"""Typical rows, and causal rows in groups."""

import numpy as np
import pytest

from qattention.formulas.inner_products.compressor_tree import compressor_toffoli
from qattention.plan import typical_rows
from qattention.plan.rows import typical_threshold, typical_weights, visible_loads
from qattention.problem import AttentionProblem


def problem(**fields: object) -> AttentionProblem:
    sizes = {"n_queries": 300, "n_keys": 300, "head_dim": 8, "n_heavy": 4}
    return AttentionProblem(**(sizes | fields))


@pytest.mark.parametrize("query_bits", [1, 2, 8, 64])
def test_typical_weights_fill_the_word_and_never_change(query_bits: int) -> None:
    weights = typical_weights(2000, query_bits)
    half = 1 << (query_bits - 1)
    assert -half <= int(weights.min()) < -0.99 * half
    assert (half - 1) * 0.99 <= int(weights.max()) <= half - 1
    assert (weights == typical_weights(2000, query_bits)).all()
    assert (weights != typical_weights(2000, query_bits, seed=1)).any()


def test_typical_row_of_the_reference_case_is_an_average_one() -> None:
    case = problem(head_dim=128, n_keys=2**14, n_heavy=16)
    costs = [int(compressor_toffoli(typical_rows(case, seed=seed).sums)[0]) for seed in range(20)]
    chosen = typical_rows(case)
    assert int(compressor_toffoli(chosen.sums)[0]) == pytest.approx(np.mean(costs), rel=0.002)


@pytest.mark.parametrize(("n_keys", "n_heavy"), [(1000, 10), (5000, 2500), (4000, 3900)])
def test_typical_threshold_is_reached_by_as_many_keys(n_keys: int, n_heavy: int) -> None:
    weights = typical_weights(64, 8)
    keys = np.random.default_rng(0).integers(-128, 128, (200_000, 64))
    heavy = keys @ weights >= typical_threshold(weights, 8, n_keys, n_heavy)
    assert heavy.mean() == pytest.approx(n_heavy / n_keys, rel=0.05)


def test_every_key_is_heavy_if_all_are_promised() -> None:
    weights = typical_weights(3, 4)
    assert typical_threshold(weights, 4, 16, 16) <= -8 * int(np.abs(weights).sum())


@pytest.mark.parametrize("n_queries", [1, 7, 300])
def test_causal_rows_each_by_itself(n_queries: int) -> None:
    case = problem(n_queries=n_queries, causal=True)
    assert visible_loads(case) == [(row, row, 1) for row in range(n_queries)]
    assert typical_rows(case).n_keys.tolist() == list(range(301 - n_queries, 301))


@pytest.mark.parametrize("rows_per_load", [1, 7])
@pytest.mark.parametrize("n_rows", [300, 2**60])
def test_causal_rows_in_groups_keep_number_and_mean(n_rows: int, rows_per_load: int) -> None:
    case = problem(n_queries=n_rows, n_keys=n_rows, causal=True)
    loads = visible_loads(case, rows_per_load, n_groups=16)
    assert len(loads) == 16 + (n_rows % rows_per_load > 0)
    assert sum(count * (last - first + 1) for first, last, count in loads) == n_rows
    exact = n_rows * (n_rows + 1) // 2
    middles = (count * (last - first + 1) * (first + last + 2) / 2 for first, last, count in loads)
    assert sum(middles) == pytest.approx(exact, rel=0.02)
    assert (np.diff([first for first, _, _ in loads]) > 0).all()


def test_rows_that_see_all_keys_are_one_group() -> None:
    groups = typical_rows(problem(n_queries=2**40))
    assert (groups.n_keys.tolist(), groups.count.tolist(), groups.word_bits) == ([300], [2**40], 64)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("rows_per_load", [2, 7, 300, 1000])
def test_the_last_load_has_the_rows_that_are_left(rows_per_load: int, causal: bool) -> None:
    groups = typical_rows(problem(causal=causal), rows_per_load)
    n_full, left = divmod(300, rows_per_load)
    assert groups.n_rows[-1] == (left or rows_per_load)
    assert set(groups.n_rows[:-1].tolist()) <= {rows_per_load}
    assert sum(groups.count * groups.n_rows) == 300
    if causal:
        assert groups.n_keys.tolist() == [*range(rows_per_load, 301, rows_per_load), *([300] if left else [])]
    else:
        assert groups.count.tolist() == [*([n_full] if n_full else []), *([1] if left else [])]
