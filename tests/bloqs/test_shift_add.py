"""The sum in place: every key there is up to 12 bits, there and back; its costs; oracles on all addresses."""

import attrs
import numpy as np
import pytest
from qualtran import BloqBuilder

from qattention.bloqs.add_word import AddWord
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.bloqs.shift_add import ShiftAdd
from qattention.circuit import INNER_PRODUCTS, Circuit
from qattention.formulas import RowSums, add_word, heavy_key_oracle, inner_product
from qattention.formulas.inner_product import sum_and_undo_toffoli
from qattention.formulas.load_oracles import SharedSums, load_oracles
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.simulate.bitslice import run_program
from qattention.simulate.verify import verify_oracle

SHAPES = [(1, 1), (1, 2), (1, 12), (2, 6), (3, 4), (6, 2), (12, 1)]
KIND = INNER_PRODUCTS["shift-add"]


def all_keys(head_dim, key_bits):
    half = 2 ** (key_bits - 1)
    return np.stack([axis.ravel() for axis in np.mgrid[(slice(-half, half),) * head_dim]], axis=1)


def figures(costs):
    return [int(np.ravel(x)[0]) for x in (costs.toffoli, costs.measurement, costs.qubits)]


def counted(program):
    tally = count(program)
    return [tally.toffoli, tally.measurement, tally.qubits]


def there_and_back(product):
    bb = BloqBuilder()
    key = bb.add_register(product.signature.get_left("key"))
    held = bb.add_d(product, key=key)
    return bb.finalize(key=bb.add(product.adjoint(), **held))


@pytest.mark.parametrize(("head_dim", "key_bits"), SHAPES)
@pytest.mark.parametrize("seed", range(2))
def test_sign_of_every_key_and_nothing_left_behind(head_dim, key_bits, seed):
    rng = np.random.default_rng((seed, head_dim, key_bits))
    weights, keys = rng.integers(-90, 90, head_dim), all_keys(head_dim, key_bits)
    acc = keys @ weights
    for threshold in {int(acc.min()), int(acc.max()) + 1, int(np.median(acc))}:
        product = ShiftAdd(tuple(weights.tolist()), threshold, key_bits)
        program, back = lower(product), lower(there_and_back(product))
        result = run_program(program, {"key": keys}, rng.integers(0, 2, program.n_cbits, dtype=np.uint8))
        np.testing.assert_array_equal(result.outputs["sign"].ravel(), acc < threshold)
        assert not (result.dirty | result.phase).any()
        again = run_program(back, {"key": keys}, rng.integers(0, 2, back.n_cbits, dtype=np.uint8))
        assert not (again.dirty | again.phase).any()
        np.testing.assert_array_equal(again.outputs["key"], keys % 2**key_bits)
        sums = RowSums.from_weights([weights], [threshold], key_bits)
        assert figures(inner_product(sums, KIND)) == counted(program)
        undone = figures(inner_product(sums, KIND, uncompute=True))
        assert undone == counted(lower(product.adjoint()))


@pytest.mark.parametrize(("n_word", "n_acc"), [(1, 1), (1, 4), (3, 3), (2, 6)])
def test_every_sum_of_a_word(n_word, n_acc):
    program = lower(AddWord(n_word, n_acc))
    word, acc = (x.ravel() for x in np.mgrid[: 2**n_word, : 2**n_acc])
    for outcomes in (np.zeros(program.n_cbits, np.uint8), np.ones(program.n_cbits, np.uint8)):
        result = run_program(program, {"word": word, "acc": acc}, outcomes)
        np.testing.assert_array_equal(result.outputs["acc"], (acc + word) % 2**n_acc)
        np.testing.assert_array_equal(result.outputs["word"], word)
        assert not (result.dirty | result.phase).any()
    assert figures(add_word(n_word, n_acc)) == counted(program)


def make_oracle(widths=(3, 2, 4), n_keys=21, inner_product="shift-add", **circuit):
    rng = np.random.default_rng((n_keys, *widths))
    keys = np.stack([rng.integers(-(2 ** (b - 1)), 2 ** (b - 1), n_keys) for b in widths], axis=1)
    weights = tuple(rng.integers(-20, 20, len(widths)).tolist())
    threshold = int(np.sort(keys @ np.array(weights))[-5])
    made = Circuit(inner_product=inner_product, **circuit)
    return HeavyKeyOracle(KeyTable.from_values(keys, widths), weights, threshold, (2,), circuit=made)


@pytest.mark.parametrize(("loader", "block_size"), [("qrom", None), ("qroam", 4), ("one-hot-swap", 2)])
@pytest.mark.parametrize("form", ["shift-add", "bucket-tree"])
@pytest.mark.parametrize("widths", [(3, 3, 3), (3, 2, 4)])
def test_oracles_on_every_address_and_their_closed_form(loader, block_size, form, widths):
    oracle = make_oracle(widths, inner_product=form, loader=loader, block_size=block_size)
    assert verify_oracle(oracle, draws=4).is_right
    assert verify_oracle(attrs.evolve(oracle, angle=1.0), draws=4).is_right
    sums = RowSums.from_weights([oracle.weights], [oracle.threshold], widths)
    assert figures(heavy_key_oracle(21, sums, oracle.circuit)) == counted(lower(oracle))


def test_rows_of_unequal_sums_on_one_load():
    rows = (((5, -3, 2), 4), ((-1, 7, 0), 1), ((1, 0, 0), 0))
    shared = SharedOracle(make_oracle((3, 3, 3)), rows)
    assert verify_oracle(shared, draws=4).is_right
    weights, thresholds = zip(*shared.rows, strict=True)
    sums = SharedSums.of(RowSums.from_weights(weights, thresholds, 3), [0], [4], KIND)
    assert figures(load_oracles(21, 9, sums, shared.circuit)) == counted(lower(shared))


def test_both_ways_at_d_128_and_the_qubits_it_saves():
    """Uniform weights; clipped Gaussian ones have fewer digits (11,948 in that case, with wider sums)."""
    rows = np.stack([np.random.default_rng(seed).integers(-128, 128, 128) for seed in range(20)])
    sums = RowSums.from_weights(rows, [round(3.1 * 128**0.5 * 74 * 74)] * 20, 8)
    assert sum_and_undo_toffoli(sums, KIND).mean() == pytest.approx(12482, abs=1)
    forms = ("compressor-tree", "shift-add")
    wires = {form: inner_product(sums, INNER_PRODUCTS[form]).qubits.max() for form in forms}
    assert wires["shift-add"] < 1100 < 3800 < wires["compressor-tree"]


def test_words_at_the_wrong_bit_are_caught(monkeypatch):
    """Every digit but the lowest ones, a bit too low."""
    oracle = make_oracle((3, 3, 3), n_keys=23)
    digits = ShiftAdd.digits.fget
    lower_by_one = property(lambda bloq: [(c, max(0, e - 1), sign) for c, e, sign in digits(bloq)])
    monkeypatch.setattr(ShiftAdd, "digits", lower_by_one)
    assert verify_oracle(oracle, draws=4).phase_errors
