"""Cliffords of every load, given the ones of its table, and unload: formula = call graph = gates."""

import attrs
import numpy as np
import pytest
from qualtran.resource_counting import QECGatesCost, get_cost_value

from qattention.bloqs.bucket_brigade_load import cell_table
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import load_of, unload_of
from qattention.circuit import LOADERS, Circuit
from qattention.formulas import fix_up_bit_ops
from qattention.formulas.load_cliffords import (
    bucket_brigade_cliffords,
    dirty_look_up_cliffords,
    expected_ones,
    measured_unload_cliffords,
    one_hot_cliffords,
    one_hot_unload_cliffords,
    select_swap_cliffords,
    swap_network_cliffords,
)
from qattention.lowering.lower import lower
from qattention.lowering.resources import count

FAMILY = [
    Circuit(loader=kind, block_size=block)
    for kind in LOADERS.values()
    for block in ((1, 2, 8, 64) if kind.has_blocks else (None,))
]
family = pytest.mark.parametrize("circuit", FAMILY, ids=lambda circuit: circuit.look_up)
paddings = pytest.mark.parametrize("padding", ["off", "on"])
N_KEYS = (1, 2, 3, 5, 16, 37, 100)


def load(circuit, n_keys):
    """Of words of two components of 3 bits."""
    values = np.random.default_rng(n_keys).integers(-4, 4, (n_keys, 2))
    return load_of(circuit, KeyTable.from_values(values, 3))


def built(bloq):
    """Cliffords of the call graph and of the gates."""
    return get_cost_value(bloq, QECGatesCost()).clifford, count(lower(bloq)).clifford


def formula(circuit, load):
    name, block, padded = circuit.loader.name, circuit.block, circuit.padded
    n, w = int(load.table.n_keys), int(load.table.word_bits)
    if name == "qrom":
        return select_swap_cliffords(n, load.table.ones, 1, padded)
    if name == "qroam":
        return select_swap_cliffords(n, load.block_table.ones, block, padded)
    if name == "qroam-dirty":
        rest = load.look_up.rest_table.ones if load.look_up.n_dirty else 0
        return dirty_look_up_cliffords(n, load.look_up.clean.block_table.ones, rest, block, padded)
    if name in ("one-hot", "one-hot-swap"):
        return one_hot_cliffords(n, load.block_table.ones, block, padded)
    if name == "swap-network":
        ones = int(load.levels.bits[: 2 if load.is_selected else 1].sum())
        return swap_network_cliffords(n, w, ones, padded)
    if circuit.loader.is_device:
        return 0
    ones = cell_table(load.table).ones
    return bucket_brigade_cliffords(n, w, ones, padded, parallel=name.endswith("parallel"))


@paddings
@family
def test_cliffords_of_a_load(circuit, padding):
    circuit = attrs.evolve(circuit, padding=padding)
    for n_keys in N_KEYS:
        bloq = load(circuit, n_keys)
        assert built(bloq) == (formula(circuit, bloq),) * 2, n_keys


def unload_formula(circuit, n_keys, low=None):
    if circuit.loader.is_device:
        return 0
    if circuit.loader.name in ("one-hot", "one-hot-swap", "bucket-brigade", "bucket-brigade-parallel"):
        return one_hot_unload_cliffords(n_keys, circuit.block, circuit.padded)
    return measured_unload_cliffords(n_keys, circuit.padded, low)


@paddings
@family
def test_cliffords_of_an_unload(circuit, padding):
    """The same whatever is measured, so that no table is needed."""
    circuit = attrs.evolve(circuit, padding=padding)
    for n_keys in N_KEYS:
        assert built(load(circuit, n_keys).adjoint()) == (unload_formula(circuit, n_keys),) * 2, n_keys


@pytest.mark.parametrize("low", [0, 1, 2, 4, 7])
@paddings
def test_cliffords_of_an_unload_with_another_split(low, padding):
    circuit = Circuit(unload_block=2**low, padding=padding)
    for n_keys in N_KEYS:
        unload = unload_of(circuit, load(circuit, n_keys))
        assert built(unload) == (unload_formula(circuit, n_keys, low),) * 2, n_keys


def test_half_of_the_bits_are_expected_to_be_one():
    """Without data the call graph counts what the form gives for the expected ones."""
    table = KeyTable(n_keys=1001, head_dim=3, key_bits=5)
    for name in ("qrom", "one-hot"):
        form = {"qrom": select_swap_cliffords, "one-hot": one_hot_cliffords}[name]
        counted = get_cost_value(load_of(Circuit(loader=name), table), QECGatesCost()).clifford
        assert counted == form(1001, expected_ones(1001 * 15), 1)


@pytest.mark.parametrize(
    "circuit",
    [one for one in FAMILY if not one.loader.is_device and one.block <= 8],
    ids=lambda circuit: circuit.look_up,
)
def test_classical_bits_of_an_unload_are_half_of_what_is_measured(circuit):
    """n (w + junk) / 2 within 5 %, over uniform words; exactly the ones of the rows."""
    rng = np.random.default_rng(7)
    load = load_of(circuit, KeyTable.from_values(rng.integers(-128, 128, (128, 8)), 8))
    tally, expected = count(lower(load.adjoint())), fix_up_bit_ops(circuit, 128, 64)
    assert expected == 128 * (64 + load.junk_bits) // 2
    assert tally.classical_bit_ops == load.words.sum()
    assert tally.classical_bit_ops == pytest.approx(int(expected), rel=0.05)
