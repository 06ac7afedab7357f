"""The tree with buckets on every key there is, up to 12 bits; what it saves; what it must not overwrite."""

import numpy as np
import pytest
from plain_planner import PlainPlanner

from qattention import buckets
from qattention.bloqs.bucket_tree import BucketTree
from qattention.bloqs.compressor import StepKind, SumSpec, plan_sum, sum_range
from qattention.formulas.row_sums import RowSums
from qattention.formulas.tree_replay import replay
from qattention.lowering.lower import lower
from qattention.simulate.bitslice import run_program

SHAPES = [(1, 12), (2, 6), (3, 4), (4, 3), (6, 2), (12, 1)]
SHARING = np.array([3, -3, 5, 10, -6, 7, 14, 21, 45, 90])


def all_keys(head_dim, key_bits):
    half = 2 ** (key_bits - 1)
    return np.stack([axis.ravel() for axis in np.mgrid[(slice(-half, half),) * head_dim]], axis=1)


def drawn_weights(head_dim, seed):
    rng = np.random.default_rng((seed, head_dim))
    return rng.integers(-200, 200, head_dim) if seed % 2 else rng.choice(SHARING, head_dim)


def signs(product, keys):
    program = lower(product)
    result = run_program(program, {"key": keys}, np.zeros(program.n_cbits, np.uint8))
    assert not result.dirty.any()
    np.testing.assert_array_equal(result.outputs["key"], keys % 2**product.key_bits)
    return result.outputs["sign"].ravel()


@pytest.mark.parametrize(("head_dim", "key_bits"), SHAPES)
@pytest.mark.parametrize("seed", range(4))
def test_sign_of_every_key(head_dim, key_bits, seed):
    weights, keys = drawn_weights(head_dim, seed), all_keys(head_dim, key_bits)
    acc = keys @ weights
    for threshold in {int(acc.min()), int(acc.max()) + 1, int(np.median(acc)), 0}:
        product = BucketTree(tuple(weights.tolist()), threshold, key_bits)
        np.testing.assert_array_equal(signs(product, keys), acc < threshold)


def test_a_key_bit_that_reaches_a_column_by_two_buckets():
    """An adder must not take the same wire twice."""
    weights = np.array([-104, 64, -49, -117, -1])
    keys = all_keys(5, 2)
    for threshold in range(-100, 60, 7):
        product = BucketTree(tuple(weights.tolist()), threshold, 2)
        np.testing.assert_array_equal(signs(product, keys), keys @ weights < threshold)
    spec = SumSpec.of(tuple(weights.tolist()), -71, (2,) * 5, bucketed=True)
    plan, row = plan_sum(spec), RowSums.from_weights([weights], [-71], 2)
    found = replay(row, bucketed=True)
    assert (found.ands[0], found.fresh[0]) == (plan.n_ands, plan.count(StepKind.COPY))


def test_and_counts_at_the_reference_case_and_a_small_one():
    """Mean over 20 seeds, b = 8, uniform weights; without buckets 2,825 and 178."""
    for d, most, exact in ((128, 1800, 1771.1), (8, 145, 141.6)):
        threshold = round(3.1 * d**0.5 * 74 * 74)
        rows = [np.random.default_rng(seed).integers(-128, 128, d).tolist() for seed in range(20)]
        counts = [plan_sum(SumSpec.of(tuple(row), threshold, 8, bucketed=True)).n_ands for row in rows]
        assert np.mean(counts) <= most
        assert np.mean(counts) == pytest.approx(exact, abs=0.5)


def test_neither_key_bits_nor_bucket_sums_are_overwritten():
    spec = SumSpec.of((93, -77, 55, 11, 45, 15, -30), 20, 5, bucketed=True)
    assert len(spec.buckets().values) > 1
    steps = plan_sum(spec).steps
    sums = steps[steps[:, 0] != StepKind.COPY, 1]
    assert sums.min() >= 35


def test_a_bucket_sum_used_with_the_wrong_sign_is_caught(monkeypatch):
    weights, keys = np.array([7, -14, 7]), all_keys(3, 4)
    right = buckets.find_buckets

    def flipped(*args):
        found = right(*args)
        terms = found.terms.copy()
        terms[-1, 3] *= -1
        return buckets.Buckets(found.values, terms)

    monkeypatch.setattr("qattention.bloqs.compressor.find_buckets", flipped)
    product = BucketTree(tuple(weights.tolist()), 1, 4)
    assert (signs(product, keys) != (keys @ weights < 1)).any()


def test_a_shared_column_taken_for_spare_is_caught(monkeypatch):
    """What a bucket leaves is read more than once: overwriting it spoils the later uses."""
    weights, keys = np.array([7, -14, 7]), all_keys(3, 4)
    plain = PlainPlanner(SumSpec.of((7, -14, 7), 2, 4, bucketed=True))
    monkeypatch.setattr(PlainPlanner, "_take_sum_wire", PlainPlanner._take)
    spoiled = plain.plan()
    monkeypatch.setattr("qattention.bloqs.inner_product.plan_sum", lambda spec: spoiled)
    product = BucketTree(tuple(weights.tolist()), 2, 4)
    with pytest.raises((AssertionError, ValueError)):
        assert (signs(product, keys) == (keys @ weights < 2)).all()


N_PLANNED = 60


def test_the_adders_are_those_of_the_plain_planner():
    """One component and many, words of one bit and wide ones, weights beyond any table, T beyond the sums."""
    rng = np.random.default_rng(2026)
    for at in range(N_PLANNED):
        d, n_bits = int(rng.choice([1, 2, 3, 8, 32])), int(rng.choice([1, 2, 4, 8, 14, 70]))
        key_bits = tuple(rng.choice([1, 2, 3, 8, 20], d).tolist())
        weights = tuple((int(q) << n_bits) // 1000 for q in rng.integers(-500, 501, d))
        low, high = sum_range(weights, key_bits)
        threshold = low - 1 + (high - low + 2) * int(rng.integers(0, 101)) // 100
        spec = SumSpec.of(weights, threshold, key_bits, bucketed=bool(at % 3))
        quick, plain = plan_sum(spec), PlainPlanner(spec).plan()
        assert (quick.steps == plain.steps).all(), spec
        for part in ("sign_wires", "sign_inverted", "n_junk"):
            assert getattr(quick, part) == getattr(plain, part), spec
