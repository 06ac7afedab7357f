"""Cliffords of every load, given the ones of its table, and unload: formula = call graph = gates."""

import numpy as np
import pytest
from qualtran.resource_counting import QECGatesCost, get_cost_value

from qattention.bloqs.bucket_brigade_load import cell_table
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import LOADERS, WITH_BLOCK, Loader
from qattention.formulas.load_cliffords import (
    bucket_brigade_cliffords,
    dirty_look_up_cliffords,
    expected_ones,
    fix_up_bit_ops,
    measured_unload_cliffords,
    one_hot_cliffords,
    one_hot_unload_cliffords,
    select_swap_cliffords,
    swap_network_cliffords,
)
from qattention.lowering.lower import lower
from qattention.lowering.resources import count

FAMILY = [(name, block) for name in LOADERS for block in ((1, 2, 8, 64) if name in WITH_BLOCK else (1,))]


def formula(name, block, load, padded):
    n, w = int(load.table.n_keys), int(load.table.word_bits)
    if name == "qrom":
        return select_swap_cliffords(n, load.table.ones, 1, padded)
    if name == "select-swap":
        return select_swap_cliffords(n, load.block_table.ones, block, padded)
    if name == "dirty-select-swap":
        rest = load.look_up.rest_table.ones if load.look_up.n_dirty else 0
        return dirty_look_up_cliffords(n, load.look_up.clean.block_table.ones, rest, block, padded)
    if name == "one-hot":
        return one_hot_cliffords(n, load.block_table.ones, block, padded)
    if name == "swap-network":
        ones = int(load.levels.bits[: 2 if load.is_selected else 1].sum())
        return swap_network_cliffords(n, w, ones, padded)
    if name == "hardware":
        return 0
    ones = cell_table(load.table).ones
    return bucket_brigade_cliffords(n, w, ones, padded, parallel=name.endswith("parallel"))


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize(("name", "block"), FAMILY)
def test_cliffords_of_a_load(name, block, padded):
    for n_keys in (1, 2, 3, 5, 16, 37, 100):
        keys = np.random.default_rng(n_keys).integers(-4, 4, (n_keys, 2))
        load = Loader(name, block)(KeyTable.from_values(keys, 3), padded)
        bloqs, gates = get_cost_value(load, QECGatesCost()).clifford, count(lower(load)).clifford
        assert (bloqs, gates) == (formula(name, block, load, padded),) * 2, n_keys


def unload_formula(name, block, n_keys, padded, low=None):
    if name == "hardware":
        return 0
    if name in ("one-hot", "bucket-brigade", "bucket-brigade-parallel"):
        return one_hot_unload_cliffords(n_keys, block, padded)
    return measured_unload_cliffords(n_keys, padded, low)


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize(("name", "block"), FAMILY)
def test_cliffords_of_an_unload(name, block, padded):
    """The same whatever is measured, so that no table is needed."""
    for n_keys in (1, 2, 3, 5, 16, 37, 100):
        keys = np.random.default_rng(n_keys).integers(-4, 4, (n_keys, 2))
        unload = Loader(name, block)(KeyTable.from_values(keys, 3), padded).adjoint()
        bloqs, gates = get_cost_value(unload, QECGatesCost()).clifford, count(lower(unload)).clifford
        assert (bloqs, gates) == (unload_formula(name, block, n_keys, padded),) * 2, n_keys


@pytest.mark.parametrize("low", [0, 1, 2, 4, 7])
@pytest.mark.parametrize("padded", [False, True])
def test_cliffords_of_an_unload_with_another_split(low, padded):
    loader = Loader("qrom", unload_low=low)
    for n_keys in (1, 2, 3, 5, 16, 37, 100):
        keys = np.random.default_rng(n_keys).integers(-4, 4, (n_keys, 2))
        unload = loader.unload(loader(KeyTable.from_values(keys, 3), padded))
        bloqs, gates = get_cost_value(unload, QECGatesCost()).clifford, count(lower(unload)).clifford
        assert (bloqs, gates) == (unload_formula("qrom", 1, n_keys, padded, low),) * 2, n_keys


def test_half_of_the_bits_are_expected_to_be_one():
    """Without data the call graph counts what the form gives for the expected ones."""
    table = KeyTable(n_keys=1001, head_dim=3, key_bits=5)
    for name in ("qrom", "one-hot"):
        form = {"qrom": select_swap_cliffords, "one-hot": one_hot_cliffords}[name]
        counted = get_cost_value(Loader(name)(table, False), QECGatesCost()).clifford
        assert counted == form(1001, expected_ones(1001 * 15), 1)


@pytest.mark.parametrize(("name", "block"), [pair for pair in FAMILY if pair[0] != "hardware"])
def test_classical_bits_of_an_unload_are_half_of_what_is_measured(name, block):
    """n (w + junk) / 2 within 5 %, over uniform words; exactly the ones of the rows."""
    rng = np.random.default_rng(7)
    load = Loader(name, min(block, 8))(KeyTable.from_values(rng.integers(-128, 128, (128, 8)), 8), False)
    tally, expected = count(lower(load.adjoint())), fix_up_bit_ops(128, 64 + load.junk_bits)
    assert tally.classical_bit_ops == load.words.sum()
    assert tally.classical_bit_ops == pytest.approx(int(expected), rel=0.05)
