"""Clifford depth of every load and unload from its gates: the closed form, for words that share bits."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import LOADERS, WITH_BLOCK, Loader
from qattention.bloqs.measured_unload import MeasuredUnload
from qattention.formulas.load_cliffords import bucket_brigade_cliffords
from qattention.formulas.load_layers import CLIFFORD_DEPTHS, Margin
from qattention.lowering.lower import lower
from qattention.lowering.program import Op
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule

FAMILY = [(name, block) for name in LOADERS for block in ((1, 2, 8, 64) if name in WITH_BLOCK else (1,))]
N_KEYS = (1, 2, 3, 5, 9, 16, 37, 64, 100, 129, 300)
MANY_KEYS = (700, 1024, 3000)
WORD_BITS = 24
family = pytest.mark.parametrize(("name", "block"), FAMILY)
paddings = pytest.mark.parametrize("padded", [False, True])


def layers(bloq, per_layer=64):
    return schedule(lower(bloq), parallelism=per_layer).clifford_depth


def load_of(name, block, values, padded=False):
    return Loader(name, block)(KeyTable.from_values(values, 8), padded)


def random_words(n, n_bits=WORD_BITS):
    return np.random.default_rng(n).integers(-128, 128, (n, n_bits // 8))


def written_ones(load):
    """X's that write the load's constants: all there are, less those that clear them again."""
    n_x = int((lower(load).code[:, 0] == Op.X).sum())
    return n_x - 1 if type(load).__name__ == "BucketBrigadeLoad" and load.keeps_tree else n_x


def ones_of(name, load):
    """The `ones` of a load for which the form takes any, else None."""
    if name.startswith("bucket-brigade"):
        return written_ones(load) // 2
    if name == "swap-network":
        return int(load.levels.bits[0].sum())
    if name in ("one-hot", "select-swap", "dirty-select-swap", "qrom"):
        if name == "qrom":
            return load.table.ones  # for one key; with more they play no part
        clean = load if name != "dirty-select-swap" else load.look_up.clean
        return None if clean.is_selected else clean.block_table.ones
    return None


def allowed(margin, built):
    return built + max(margin.layers, built * margin.percent / 100)


@family
@paddings
@pytest.mark.parametrize("per_layer", [64, 16, None])
def test_layers_of_words_that_share_bits(name, block, padded, per_layer):
    """All ones, or uniform words of 24 bits, whichever takes longer: never below, nor past the margin."""
    form = CLIFFORD_DEPTHS[name]
    for n in N_KEYS if per_layer == 64 else N_KEYS[:-2]:
        loads = [load_of(name, block, values, padded) for values in (random_words(n), -np.ones((n, 3), int))]
        built = [layers(load, per_layer) for load in loads]
        found = [
            int(form(n, WORD_BITS, block, padded, ones=ones_of(name, load), per_layer=per_layer)[0])
            for load in loads
        ]
        assert all(b <= f for b, f in zip(built, found, strict=True)), (n, built, found)
        assert max(found) <= allowed(form.load, max(built)), (n, built, found)


@family
def test_sparse_words_take_fewer_layers(name, block):
    for n in (3, 37, 129):
        load = load_of(name, block, (np.random.default_rng(n).integers(0, 16, (n, 3)) == 0).astype(int))
        assert layers(load) <= CLIFFORD_DEPTHS[name](n, WORD_BITS, block, ones=ones_of(name, load))[0], n


@family
@paddings
@pytest.mark.parametrize("per_layer", [64, 16, None])
def test_layers_of_an_unload_whatever_the_words(name, block, padded, per_layer):
    """As long as one of them has a 1, for which the fix-ups wait."""
    form = CLIFFORD_DEPTHS[name]
    for n in N_KEYS:
        unload = load_of(name, block, random_words(n), padded).adjoint()
        built, (_, found) = layers(unload, per_layer), form(n, WORD_BITS, block, padded, per_layer=per_layer)
        assert built <= found <= allowed(form.unload, built), n
    ones = load_of(name, block, np.ones((9, 3), dtype=int), padded).adjoint()
    assert layers(ones) == layers(load_of(name, block, random_words(9), padded).adjoint())


@paddings
@pytest.mark.parametrize("low", [0, 1, 2, 3, 5, 7, 9])
@pytest.mark.parametrize("per_layer", [64, 16, None])
def test_layers_of_an_unload_with_another_split(low, padded, per_layer):
    """Above eight one-hot bits the last block's CZs and the lines' erasure overlap by up to ten layers."""
    for n in (*N_KEYS, 700, 1024):
        unload = attrs.evolve(load_of("qrom", 1, random_words(n, 8), padded).adjoint(), split=low)
        found = CLIFFORD_DEPTHS["qrom"](n, 8, 1, padded, low, per_layer=per_layer)[1]
        built = layers(unload, per_layer)
        assert built <= found <= built + (10 if low > 8 else 7), (n, built, found)


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
