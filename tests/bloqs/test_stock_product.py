"""The baseline of stock parts: every key of up to 12 bits, there and back; its costs; whole oracles."""

import attrs
import numpy as np
import pytest
from qualtran import BloqBuilder
from qualtran.bloqs.arithmetic import Product
from qualtran.resource_counting import QECGatesCost, get_cost_value

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.multiply_words import MultiplyWords
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.bloqs.stock_product import StockProduct
from qattention.circuit import INNER_PRODUCTS, Circuit
from qattention.formulas import RowSums, heavy_key_oracle, inner_product, multiply_words
from qattention.formulas.inner_product import sum_and_undo_toffoli
from qattention.formulas.load_oracles import SharedSums, load_oracles
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.simulate.bitslice import run_program
from qattention.simulate.verify import verify_oracle

SHAPES = [(1, 1), (1, 8), (2, 6), (4, 3), (7, 1)]
KIND = INNER_PRODUCTS["product"]


def all_keys(head_dim, key_bits):
    half = 2 ** (key_bits - 1)
    return np.stack([axis.ravel() for axis in np.mgrid[(slice(-half, half),) * head_dim]], axis=1)


def figures(costs):
    return [int(np.ravel(x)[0]) for x in (costs.toffoli, costs.measurement, costs.qubits)]


def counted(program):
    tally = count(program)
    return [tally.toffoli, tally.measurement, tally.qubits]


def there_and_back(bloq, *given):
    bb = BloqBuilder()
    wires = {name: bb.add_register(bloq.signature.get_left(name)) for name in given}
    return bb.finalize(**bb.add_d(bloq.adjoint(), **bb.add_d(bloq, **wires)))


@pytest.mark.parametrize(("n_query", "n_key"), [(2, 1), (2, 4), (4, 4), (6, 3), (3, 6)])
def test_every_product_there_and_back(n_query, n_key):
    bloq = MultiplyWords(n_query, n_key)
    program, back = lower(bloq), lower(there_and_back(bloq, "query", "key"))
    q, k = (x.ravel() for x in np.mgrid[-(2 ** (n_query - 1)) : 2 ** (n_query - 1), : 2**n_key])
    for draw in (np.zeros, np.ones):
        result = run_program(program, {"query": q, "key": k}, draw(program.n_cbits, np.uint8))
        np.testing.assert_array_equal(result.outputs["result"], q * k % 2 ** (n_query + n_key))
        assert not (result.dirty | result.phase).any()
        again = run_program(back, {"query": q, "key": k}, draw(back.n_cbits, np.uint8))
        assert not (again.dirty | again.phase).any()
    assert figures(multiply_words(n_query, n_key)) == counted(program)
    assert figures(multiply_words(n_query, n_key, uncompute=True)) == counted(lower(bloq.adjoint()))


def test_words_take_what_qualtran_counts():
    for bits in (2, 8, 11):
        theirs = get_cost_value(Product(bits, bits), QECGatesCost())
        assert multiply_words(bits, bits).toffoli == theirs.toffoli


@pytest.mark.parametrize(("head_dim", "key_bits"), SHAPES)
@pytest.mark.parametrize("reach", [1, 90])
def test_sign_of_every_key_and_nothing_left_behind(head_dim, key_bits, reach):
    rng = np.random.default_rng((reach, head_dim, key_bits))
    weights, keys = rng.integers(-reach, reach, head_dim), all_keys(head_dim, key_bits)
    acc = keys @ weights
    for threshold in {int(acc.min()), int(np.median(acc))}:
        product = StockProduct(tuple(weights.tolist()), threshold, key_bits)
        program, back = lower(product), lower(there_and_back(product, "key"))
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


def make_oracle(widths=(3, 2, 4), n_keys=21, **circuit):
    rng = np.random.default_rng((n_keys, *widths))
    keys = np.stack([rng.integers(-(2 ** (b - 1)), 2 ** (b - 1), n_keys) for b in widths], axis=1)
    weights = tuple(rng.integers(-20, 20, len(widths)).tolist())
    threshold = int(np.sort(keys @ np.array(weights))[-5])
    table = KeyTable.from_values(keys, widths)
    return HeavyKeyOracle(table, weights, threshold, (2,), circuit=Circuit(inner_product=KIND, **circuit))


@pytest.mark.parametrize(("loader", "block_size"), [("qrom", None), ("one-hot-swap", 2)])
@pytest.mark.parametrize("widths", [(3, 3, 3), (3, 2, 4), (5, 1, 1)])
def test_oracles_on_every_address_and_their_closed_form(loader, block_size, widths):
    oracle = make_oracle(widths, loader=loader, block_size=block_size)
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


@pytest.mark.parametrize(("head_dim", "stock"), [(32, 8960), (64, 18048), (128, 36352)])
def test_stock_parts_of_eight_bits(head_dim, stock):
    """d (120 + 15 + log2 d) both ways, less d rows of 8 And's measured, less sums that need no top bit."""
    rows = np.stack([np.random.default_rng(seed).integers(-128, 128, head_dim) for seed in range(20)])
    sums = RowSums.from_weights(rows, [round(3.1 * head_dim**0.5 * 74 * 74)] * 20, 8)
    assert 2 * head_dim * (120 + 15 + head_dim.bit_length() - 1) == stock
    spared = 2 * head_dim * (16 + head_dim.bit_length() - 1 - sums.widths())
    np.testing.assert_array_equal(sum_and_undo_toffoli(sums, KIND), stock - 8 * head_dim - spared)
    widest = 1 + (head_dim * 128 * 255).bit_length()
    assert (sum_and_undo_toffoli(sums, KIND) <= KIND.most_toffoli(head_dim, 8, 8, widest)).all()


def test_words_without_their_signs_are_caught(monkeypatch):
    """The sum starts as -T alone, as if complemented top bits were no more than that."""
    oracle = make_oracle((3, 3, 3), n_keys=23)
    bare = property(lambda bloq: -bloq.spec.threshold % (1 << bloq.spec.width))
    monkeypatch.setattr(StockProduct, "constant", bare)
    assert verify_oracle(oracle, draws=4).phase_errors
