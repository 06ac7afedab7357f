"""Clifford depth of every load and unload from its gates: the closed form, for words that share bits."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import LOADERS, WITH_BLOCK, Loader
from qattention.bloqs.measured_unload import MeasuredUnload
from qattention.formulas import clifford_depth
from qattention.formulas.load_cliffords import bucket_brigade_cliffords
from qattention.formulas.load_gates import LOAD_GATES
from qattention.formulas.load_layers import CLIFFORD_DEPTHS, Margin
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule

FAMILY = [(name, block) for name in LOADERS for block in ((1, 2, 8, 64) if name in WITH_BLOCK else (1,))]
N_KEYS = (1, 2, 3, 5, 9, 16, 37, 64, 100, 129, 300)
MANY_KEYS = (700, 1024, 3000)
WORD_BITS = 24
CAPS = (64, 16, None)  # gates a layer
family = pytest.mark.parametrize(("name", "block"), FAMILY)
paddings = pytest.mark.parametrize("padded", [False, True])


def layers(bloq, per_layer=64):
    return schedule(lower(bloq), parallelism=per_layer).clifford_depth


def load_of(name, block, values, padded=False):
    return Loader(name, block)(KeyTable.from_values(values, 8), padded)


def random_words(n, n_bits=WORD_BITS):
    return np.random.default_rng(n).integers(-128, 128, (n, n_bits // 8))


def ones_of(name, block, load):
    """X's that write the table, from its bits alone."""
    return LOAD_GATES[name].ones(load.table.bits, block, load.padded).written


def allowed(margin, built):
    return built + max(margin.layers, built * margin.percent / 100)


@family
@paddings
def test_layers_of_words_that_share_bits(name, block, padded):
    """All ones, or uniform words of 24 bits, whichever takes longer: never below, nor past the margin."""
    form = CLIFFORD_DEPTHS[name]
    for n in N_KEYS:
        loads = [load_of(name, block, values, padded) for values in (random_words(n), -np.ones((n, 3), int))]
        sizes, ones = (n, WORD_BITS, block, padded), [ones_of(name, block, load) for load in loads]
        for cap in CAPS:
            built = [layers(load, cap) for load in loads]
            found = [int(form(*sizes, ones=written, per_layer=cap)[0]) for written in ones]
            assert all(b <= f for b, f in zip(built, found, strict=True)), (n, cap, built, found)
            assert max(found) <= allowed(form.load, max(built)), (n, cap, built, found)


@family
def test_sparse_words_take_fewer_layers(name, block):
    for n in (3, 37, 129):
        load = load_of(name, block, (np.random.default_rng(n).integers(0, 16, (n, 3)) == 0).astype(int))
        assert (
            layers(load) <= CLIFFORD_DEPTHS[name](n, WORD_BITS, block, ones=ones_of(name, block, load))[0]
        ), n


@family
@paddings
def test_layers_of_an_unload_whatever_the_words(name, block, padded):
    """As long as one of them has a 1, for which the fix-ups wait."""
    form = CLIFFORD_DEPTHS[name]
    for n in N_KEYS:
        unload = load_of(name, block, random_words(n), padded).adjoint()
        for cap in CAPS:
            built, (_, found) = layers(unload, cap), form(n, WORD_BITS, block, padded, per_layer=cap)
            assert built <= found <= allowed(form.unload, built), (n, cap)
    ones = load_of(name, block, np.ones((9, 3), dtype=int), padded).adjoint()
    assert layers(ones) == layers(load_of(name, block, random_words(9), padded).adjoint())


@paddings
@pytest.mark.parametrize("low", [0, 1, 2, 3, 5, 7, 9])
def test_layers_of_an_unload_with_another_split(low, padded):
    """Above eight one-hot bits the last block's CZs and the lines' erasure overlap by up to ten layers."""
    for n in (*N_KEYS, 700, 1024):
        unload = attrs.evolve(load_of("qrom", 1, random_words(n, 8), padded).adjoint(), split=low)
        for cap in CAPS:
            found, built = (
                CLIFFORD_DEPTHS["qrom"](n, 8, 1, padded, low, per_layer=cap)[1],
                layers(unload, cap),
            )
            assert built <= found <= built + (10 if low > 8 else 7), (n, cap, built, found)


LARGE = [("qrom", 1), ("select-swap", 16), ("one-hot", 1), ("one-hot", 64), ("dirty-select-swap", 8)]


@pytest.mark.parametrize(("name", "block"), [*LARGE, ("swap-network", 1), ("bucket-brigade-parallel", 1)])
@pytest.mark.parametrize("n", MANY_KEYS)
def test_layers_at_thousands_of_keys(name, block, n):
    """Random words of 24 bits, half of whose bits are taken to be 1."""
    form, load = CLIFFORD_DEPTHS[name], load_of(name, block, random_words(n))
    for bloq, found, margin in zip(
        (load, load.adjoint()), form(n, 24, block), (form.load, form.unload), strict=True
    ):
        assert layers(bloq) <= found <= allowed(margin, layers(bloq))


def test_narrow_words_let_lines_share_a_layer():
    """Words of w random bits have none in common with probability (3 / 4)**w: the form is that much above."""
    for n_bits in (8, 16):
        built = layers(load_of("one-hot", 1, random_words(2000, n_bits)))
        found = int(CLIFFORD_DEPTHS["one-hot"](2000, n_bits)[0])
        assert built < found < built * (1 + 1.1 * 0.75**n_bits) + 5


def test_what_is_exact_says_so():
    assert Margin().is_exact
    assert not Margin(layers=1).is_exact
    assert [name for name, form in CLIFFORD_DEPTHS.items() if form.load.is_exact] == [
        "qrom",
        "select-swap",
        "hardware",
    ]
    assert set(CLIFFORD_DEPTHS) == set(LOADERS)


def test_sizes_are_arrays():
    """One call for many tables, as many single ones for each."""
    n, low = np.array([1, 5, 64, 700, 1024]), np.array([0, 1, 3, 9, 5])
    for name, form in CLIFFORD_DEPTHS.items():
        for padded in (False, True):
            each = [form(int(a), 24, 8, padded, int(b)) for a, b in zip(n, low, strict=True)]
            assert np.array_equal(np.array(each).T, form(n, 24, 8, padded, low)), name


def test_measured_unloads_alone_have_a_split():
    assert isinstance(load_of("qrom", 1, random_words(9)).adjoint(), MeasuredUnload)
    depths = CLIFFORD_DEPTHS["one-hot"](64, 24, 1, low=np.array([0, 2, 6]))[1]
    assert len(set(depths.tolist())) == 1  # the tree is kept: there is nothing to split


def test_bounded_parallelism_costs_at_least_the_cliffords_it_divides():
    """n = 256 cells of 16 bits read in parallel: 29 layers without a bound, hundreds at 64 gates a layer."""
    load = load_of("bucket-brigade-parallel", 1, -np.ones((256, 2), dtype=int))
    cliffords = int(bucket_brigade_cliffords(256, 16, 256 * 16, parallel=True))
    assert count(lower(load)).clifford == cliffords
    assert layers(load, None) == 29
    assert layers(load) >= cliffords / 64


FAULTS = [("_felled", "one-hot", 1, 1), ("_grown", "one-hot", 1, 0), ("_full", "select-swap", 64, 1)]


@pytest.mark.parametrize(("term", "name", "block", "part"), [*FAULTS, ("_beyond", "one-hot", 1, 1)])
def test_a_term_left_out_is_below_the_gates(term, name, block, part, monkeypatch):
    """Each term of the cap is there because gates take it."""
    load = load_of(name, block, random_words(1024))
    built, form = layers((load, load.adjoint())[part]), CLIFFORD_DEPTHS[name]
    assert built <= form(1024, WORD_BITS, block)[part]
    monkeypatch.setattr(clifford_depth, term, lambda *given: 0 * np.asarray(given[0]))
    assert form(1024, WORD_BITS, block)[part] < built
