"""Clifford depth of every load and unload from its gates: the closed form, for words that share bits."""

import numpy as np
import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import LOADERS, WITH_BLOCK, Loader
from qattention.formulas import LoaderForm
from qattention.formulas.load_cliffords import bucket_brigade_cliffords
from qattention.formulas.one_hot_load import keeps_tree
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule

FAMILY = [(name, block) for name in LOADERS for block in ((1, 2, 8, 64) if name in WITH_BLOCK else (1,))]
N_KEYS = (1, 2, 3, 4, 5, 7, 9, 16, 19, 31, 37, 64, 100, 129)
family = pytest.mark.parametrize(("name", "block"), FAMILY)


def layers(bloq, parallelism=None):
    return schedule(lower(bloq), parallelism=parallelism).clifford_depth


def load_of(name, block, values, padded=False):
    return Loader(name, block)(KeyTable.from_values(values, 8), padded)


def is_bound(name, block, n_keys, padded):
    """Sizes at which the form says at most, and by how much it may be too high."""
    one_block = n_keys <= block
    if name == "dirty-select-swap" and block > 1 and one_block:
        return 2 * int(np.log2(block))
    if name == "one-hot" and not one_block and not keeps_tree(n_keys, block, padded):
        return 3
    if name == "swap-network" and not padded:
        return 4
    return 2 if name == "bucket-brigade-parallel" else 0


@family
@pytest.mark.parametrize("padded", [False, True])
def test_layers_of_words_that_share_bits(name, block, padded):
    """All ones, or uniform words of 24 bits, whichever takes longer; sparse words stay below."""
    for n in N_KEYS:
        rng = np.random.default_rng(n)
        form, _ = LoaderForm(name, block).clifford_depths(n, 24, padded)
        dense = [-np.ones((n, 3), dtype=int), rng.integers(-128, 128, (n, 3))]
        built = max(layers(load_of(name, block, values, padded)) for values in dense)
        assert built <= form <= built + is_bound(name, block, n, padded), n
        sparse = (rng.integers(0, 16, (n, 3)) == 0).astype(int)
        assert layers(load_of(name, block, sparse, padded)) <= form, n


@family
@pytest.mark.parametrize("padded", [False, True])
def test_layers_of_an_unload_whatever_the_words(name, block, padded):
    """As long as one of them has a 1, for which the fix-ups wait."""
    for n in N_KEYS:
        _, form = LoaderForm(name, block).clifford_depths(n, 8, padded)
        for values in (np.ones((n, 1), dtype=int), np.random.default_rng(n).integers(-128, 128, (n, 1))):
            assert layers(load_of(name, block, values, padded).adjoint()) == form, n


@pytest.mark.parametrize("name", ["qrom", "one-hot", "swap-network"])
def test_layers_at_a_thousand_keys(name):
    values = np.random.default_rng(1).integers(-128, 128, (1024, 3))
    load, form = load_of(name, 1, values), LoaderForm(name).clifford_depths(1024, 24)
    assert (layers(load), layers(load.adjoint())) == form


def test_there_is_no_form_for_other_splits_and_unknown_loaders():
    assert LoaderForm("qrom", unload_low=3).clifford_depths(64, 8) is None
    assert LoaderForm("package.module:Class").clifford_depths(64, 8) is None


def test_bounded_parallelism_costs_at_least_the_cliffords_it_divides():
    """n = 256 cells of 16 bits read in parallel: 29 layers without a bound, hundreds at 64 gates a layer."""
    values = -np.ones((256, 2), dtype=int)
    load = load_of("bucket-brigade-parallel", 1, values)
    cliffords = int(bucket_brigade_cliffords(256, 16, 256 * 16, parallel=True))
    assert count(lower(load)).clifford == cliffords
    assert layers(load) == 29
    assert layers(load, 64) >= cliffords / 64
