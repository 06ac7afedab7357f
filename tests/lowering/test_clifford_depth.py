"""Clifford depth of every load and unload from its gates: the closed form, for words that share bits."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import load_of, unload_of
from qattention.bloqs.measured_unload import MeasuredUnload
from qattention.circuit import LOADERS, Circuit
from qattention.circuit.kinds import Margin
from qattention.formulas import clifford_depth
from qattention.formulas.loader_costs import look_up_clifford_depth, look_up_cliffords
from qattention.formulas.loaders import one_hot_load
from qattention.formulas.table_ones import TableOnes
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule

FAMILY = [
    Circuit(loader=kind, block_size=block)
    for kind in LOADERS.values()
    for block in ((1, 2, 8, 64) if kind.has_blocks else (None,))
]
N_KEYS = (1, 2, 3, 5, 9, 16, 37, 64, 100, 129, 300)
MANY_KEYS = (700, 1024, 3000)
WORD_BITS = 24
CAPS = (64, 16, None)  # gates a layer
family = pytest.mark.parametrize("circuit", FAMILY, ids=lambda circuit: circuit.look_up)
paddings = pytest.mark.parametrize("padding", ["off", "on"])


def layers(bloq, per_layer=64):
    return schedule(lower(bloq), parallelism=per_layer).clifford_depth


def load(circuit, values):
    return load_of(circuit, KeyTable.from_values(values, 8))


def random_words(n, n_bits=WORD_BITS):
    return np.random.default_rng(n).integers(-128, 128, (n, n_bits // 8))


def ones_of(circuit, bloq):
    """X's that write the table, from its bits alone."""
    return circuit.loader.table_ones(bloq.table.bits, circuit.block, circuit.padded)


@family
@paddings
def test_layers_of_words_that_share_bits(circuit, padding):
    """All ones, or uniform words of 24 bits, whichever takes longer: never below, nor past the margin."""
    circuit = attrs.evolve(circuit, padding=padding)
    for n in N_KEYS:
        loads = [load(circuit, values) for values in (random_words(n), -np.ones((n, 3), int))]
        for cap in CAPS:
            built = [layers(one, cap) for one in loads]
            sizes = n, WORD_BITS
            found = [
                int(look_up_clifford_depth(circuit, *sizes, ones_of(circuit, one), cap)[0]) for one in loads
            ]
            assert all(b <= f for b, f in zip(built, found, strict=True)), (n, cap, built, found)
            assert max(found) <= circuit.loader.load_margin.above(max(built)), (n, cap, built, found)


@family
def test_sparse_words_take_fewer_layers(circuit):
    for n in (3, 37, 129):
        one = load(circuit, (np.random.default_rng(n).integers(0, 16, (n, 3)) == 0).astype(int))
        assert layers(one) <= look_up_clifford_depth(circuit, n, WORD_BITS, ones_of(circuit, one))[0], n


@family
@paddings
def test_layers_of_an_unload_whatever_the_words(circuit, padding):
    """As long as one of them has a 1, for which the fix-ups wait."""
    circuit = attrs.evolve(circuit, padding=padding)
    for n in N_KEYS:
        unload = load(circuit, random_words(n)).adjoint()
        for cap in CAPS:
            built, found = layers(unload, cap), look_up_clifford_depth(circuit, n, WORD_BITS, None, cap)[1]
            assert built <= found <= circuit.loader.unload_margin.above(built), (n, cap)
    ones = load(circuit, np.ones((9, 3), dtype=int)).adjoint()
    assert layers(ones) == layers(load(circuit, random_words(9)).adjoint())


@paddings
@pytest.mark.parametrize("low", [0, 1, 2, 3, 5, 7, 9])
def test_layers_of_an_unload_with_another_split(low, padding):
    """Above eight one-hot bits the last block's CZs and the lines' erasure overlap by up to ten layers."""
    circuit = Circuit(unload_block=2**low, padding=padding)
    for n in (*N_KEYS, 700, 1024):
        unload = unload_of(circuit, load(circuit, random_words(n, 8)))
        for cap in CAPS:
            found, built = look_up_clifford_depth(circuit, n, 8, None, cap)[1], layers(unload, cap)
            assert built <= found <= built + (10 if low > 8 else 7), (n, cap, built, found)


LARGE = [("qrom", None), ("qroam", 16), ("one-hot", None), ("one-hot-swap", 64), ("qroam-dirty", 8)]
LARGE += [("swap-network", None), ("bucket-brigade-parallel", None)]


@pytest.mark.parametrize(("name", "block"), LARGE)
@pytest.mark.parametrize("n", MANY_KEYS)
def test_layers_at_thousands_of_keys(name, block, n):
    """Random words of 24 bits, half of whose bits are taken to be 1."""
    circuit = Circuit(loader=name, block_size=block)
    one, found = load(circuit, random_words(n)), look_up_clifford_depth(circuit, n, 24)
    for bloq, form, margin in (
        (one, found[0], circuit.loader.load_margin),
        (one.adjoint(), found[1], circuit.loader.unload_margin),
    ):
        assert layers(bloq) <= form <= margin.above(layers(bloq))


def test_narrow_words_let_lines_share_a_layer():
    """Words of w random bits have none in common with probability (3 / 4)**w: the form is that much above."""
    circuit = Circuit(loader="one-hot")
    for n_bits in (8, 16):
        built = layers(load(circuit, random_words(2000, n_bits)))
        found = int(look_up_clifford_depth(circuit, 2000, n_bits)[0])
        assert built < found < built * (1 + 1.1 * 0.75**n_bits) + 5


def test_what_is_exact_says_so():
    exact = [kind.name for kind in LOADERS.values() if kind.load_margin == Margin()]
    assert exact == ["qrom", "qroam", "hardware"]
    assert Margin(layers=5, percent=3).above(100) == 105
    assert Margin(layers=5, percent=3).above(1000) == 1030


@family
@pytest.mark.parametrize("unload_block", [None, 1, 8])
def test_sizes_are_arrays(circuit, unload_block):
    """One call for many tables, as many single ones for each."""
    n = np.array([1, 5, 64, 700, 1024])
    for padding in ("off", "on"):
        one = attrs.evolve(circuit, padding=padding, unload_block=unload_block)
        each = [look_up_clifford_depth(one, int(a), 24) for a in n]
        assert np.array_equal(np.array(each).T, look_up_clifford_depth(one, n, 24))


def test_measured_unloads_alone_have_a_split():
    assert isinstance(load(Circuit(), random_words(9)).adjoint(), MeasuredUnload)
    split = [Circuit(loader="one-hot", unload_block=2**low) for low in (0, 2, 6)]
    depths = {int(look_up_clifford_depth(circuit, 64, 24)[1]) for circuit in split}
    assert len(depths) == 1  # the tree is kept: there is nothing to split


def test_bounded_parallelism_costs_at_least_the_cliffords_it_divides():
    """n = 256 cells of 16 bits read in parallel: 29 layers without a bound, hundreds at 64 gates a layer."""
    circuit = Circuit(loader="bucket-brigade-parallel")
    one = load(circuit, -np.ones((256, 2), dtype=int))
    cliffords = int(look_up_cliffords(circuit, 256, 16, TableOnes(xored=2 * 256 * 16))[0])
    assert count(lower(one)).clifford == cliffords
    assert layers(one, None) == 29
    assert layers(one) >= cliffords / 64


FAULTS = [
    ("tree_felled", "one-hot", None, 1),
    ("tree_grown", "one-hot", None, 0),
    ("layers_full", "qroam", 64, 1),
    ("layers_beyond", "one-hot", None, 1),
]


@pytest.mark.parametrize(("term", "name", "block", "part"), FAULTS)
def test_a_term_left_out_is_below_the_gates(term, name, block, part, monkeypatch):
    """Each term of the cap is there because gates take it."""
    circuit = Circuit(loader=name, block_size=block)
    one = load(circuit, random_words(1024))
    built = layers((one, one.adjoint())[part])
    assert built <= look_up_clifford_depth(circuit, 1024, WORD_BITS)[part]
    for module in (clifford_depth, one_hot_load):
        monkeypatch.setattr(module, term, lambda *given: 0 * np.asarray(given[0]), raising=False)
    assert look_up_clifford_depth(circuit, 1024, WORD_BITS)[part] < built
