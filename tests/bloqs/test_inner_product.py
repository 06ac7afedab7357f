"""The compressor tree on every key there is, up to 12 bits, and its And count at the reference case."""

import itertools

import numpy as np
import pytest
from qualtran import BloqBuilder

from qattention.bloqs.compressor import StepKind, SumSpec, plan_sum, sum_range
from qattention.bloqs.inner_product import InnerProduct
from qattention.lowering.lower import lower
from qattention.simulate.bitslice import run_program

SHAPES = [(1, 1), (1, 2), (1, 5), (1, 12), (2, 1), (2, 6), (3, 4), (4, 3), (6, 2), (12, 1)]


def all_keys(head_dim, key_bits):
    return all_unequal((key_bits,) * head_dim)


def all_unequal(widths):
    return np.array(list(itertools.product(*(range(-(2 ** (b - 1)), 2 ** (b - 1)) for b in widths))))


@pytest.mark.parametrize(("head_dim", "key_bits"), SHAPES)
@pytest.mark.parametrize("seed", range(4))
def test_sign_of_every_key_and_nothing_left_behind(head_dim, key_bits, seed):
    rng = np.random.default_rng((seed, head_dim, key_bits))
    weights = tuple(rng.integers(-200, 200, head_dim).tolist()) if seed else (0,) * head_dim
    keys = all_keys(head_dim, key_bits)
    acc = keys @ np.array(weights)
    for threshold in {int(acc.min()), int(acc.max()) + 1, int(np.median(acc)), int(np.median(acc)) + 1, 0}:
        product = InnerProduct(weights, threshold, key_bits)
        program = lower(product)
        result = run_program(program, {"key": keys}, np.zeros(program.n_cbits, np.uint8))
        np.testing.assert_array_equal(result.outputs["sign"].ravel(), acc < threshold)
        np.testing.assert_array_equal(result.outputs["key"], keys % 2**key_bits)
        assert not result.dirty.any()
        back = lower(there_and_back(product))
        outcomes = rng.integers(0, 2, back.n_cbits, dtype=np.uint8)
        again = run_program(back, {"key": keys}, outcomes)
        assert not (again.dirty | again.phase).any()


@pytest.mark.parametrize("widths", [(1, 5), (4, 1, 2), (2, 1, 3, 1), (1, 11)])
def test_components_of_unequal_widths(widths):
    keys = all_unequal(widths)
    wires = (keys % 2 ** np.array(widths))[:, :, None] >> np.arange(max(widths))[::-1] & 1
    flat = wires[:, np.arange(max(widths))[::-1] < np.array(widths)[:, None]]
    rng = np.random.default_rng(len(keys))
    for _ in range(3):
        weights = tuple(rng.integers(-90, 90, len(widths)).tolist())
        threshold = int(np.median(keys @ np.array(weights)))
        program = lower(InnerProduct(weights, threshold, widths))
        result = run_program(program, {"key": flat}, np.zeros(0, np.uint8))
        np.testing.assert_array_equal(result.outputs["sign"].ravel(), keys @ np.array(weights) < threshold)
        assert not result.dirty.any()


def there_and_back(product):
    bb = BloqBuilder()
    register = product.signature.get_left("key")
    key = bb.add_register(register)
    held = bb.add_d(product, key=key)
    return bb.finalize(key=bb.add(product.adjoint(), **held))


def test_reference_case_costs_at_most_2850_ands_in_the_mean():
    """d = 128, b = 8, uniform weights: forward and uncompute together (the uncompute has none)."""
    threshold = round(3.1 * 128**0.5 * 74 * 74)  # about the 16th of 2**14 keys
    counts = []
    for seed in range(20):
        weights = tuple(np.random.default_rng(seed).integers(-128, 128, 128).tolist())
        counts.append(plan_sum(SumSpec.of(weights, threshold, 8)).n_ands)
    assert np.mean(counts) <= 2850
    assert np.mean(counts) == pytest.approx(2824.75, abs=2)


@pytest.mark.parametrize("threshold", [-(10**6), 10**6])
def test_a_threshold_beyond_every_sum_is_clipped_to_a_constant_flag(threshold):
    spec = SumSpec.of((3, -5), threshold, 4)
    low, high = sum_range((3, -5), 4)
    assert spec.threshold in (low, high + 1)
    assert spec.width <= 8


def test_width_is_the_least_that_holds_every_value():
    for weights, threshold in [((1,), 0), ((3, -2), 5), ((127,) * 5, -7)]:
        spec = SumSpec.of(weights, threshold, 4)
        low, high = (end - spec.threshold for end in sum_range(weights, 4))
        assert -(2 ** (spec.width - 1)) <= low <= high < 2 ** (spec.width - 1)
        half = 2 ** (spec.width - 2) if spec.width > 1 else 0
        assert low < -half or high >= half


def test_key_bits_are_never_overwritten():
    plan = plan_sum(SumSpec.of((93, -77, 55, 11), 20, 5))
    sums = plan.steps[plan.steps[:, 0] != StepKind.COPY, 1]
    assert sums.min() >= 20
