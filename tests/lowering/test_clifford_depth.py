"""Clifford depth of every load and unload from its gates: the closed form, for words that share bits."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import load_of
from qattention.circuit import LOADERS, Circuit
from qattention.formulas.clifford_depth import CLIFFORD_DEPTHS
from qattention.formulas.line_tree import keeps_tree
from qattention.formulas.load_cliffords import bucket_brigade_cliffords
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule

FAMILY = [
    Circuit(loader=kind, block_size=block)
    for kind in LOADERS.values()
    for block in ((1, 2, 8, 64) if kind.has_blocks else (None,))
]
N_KEYS = (1, 2, 3, 4, 5, 7, 9, 16, 19, 31, 37, 64, 100, 129)
family = pytest.mark.parametrize("circuit", FAMILY, ids=lambda circuit: circuit.look_up)
paddings = pytest.mark.parametrize("padding", ["off", "on"])


def layers(bloq, parallelism=None):
    return schedule(lower(bloq), parallelism=parallelism).clifford_depth


def load(circuit, values):
    return load_of(circuit, KeyTable.from_values(values, 8))


def depths(circuit, n_keys, word_bits):
    """Layers of load and unload by closed form."""
    return CLIFFORD_DEPTHS[circuit.loader.name](n_keys, word_bits, circuit.block, circuit.padded)


def is_bound(circuit, n_keys):
    """Sizes at which the form says at most, and by how much it may be too high."""
    name, block, padded = circuit.loader.name, circuit.block, circuit.padded
    one_block = n_keys <= block
    if name == "qroam-dirty" and block > 1 and one_block:
        return 2 * int(np.log2(block))
    if name in ("one-hot", "one-hot-swap") and not one_block and not keeps_tree(n_keys, block, padded):
        return 3
    if name == "swap-network" and not padded:
        return 4
    return 2 if name == "bucket-brigade-parallel" else 0


@family
@paddings
def test_layers_of_words_that_share_bits(circuit, padding):
    """All ones, or uniform words of 24 bits, whichever takes longer; sparse words stay below."""
    circuit = attrs.evolve(circuit, padding=padding)
    for n in N_KEYS:
        rng = np.random.default_rng(n)
        form, _ = depths(circuit, n, 24)
        dense = [-np.ones((n, 3), dtype=int), rng.integers(-128, 128, (n, 3))]
        built = max(layers(load(circuit, values)) for values in dense)
        assert built <= form <= built + is_bound(circuit, n), n
        sparse = (rng.integers(0, 16, (n, 3)) == 0).astype(int)
        assert layers(load(circuit, sparse)) <= form, n


@family
@paddings
def test_layers_of_an_unload_whatever_the_words(circuit, padding):
    """As long as one of them has a 1, for which the fix-ups wait."""
    circuit = attrs.evolve(circuit, padding=padding)
    for n in N_KEYS:
        _, form = depths(circuit, n, 8)
        for values in (np.ones((n, 1), dtype=int), np.random.default_rng(n).integers(-128, 128, (n, 1))):
            assert layers(load(circuit, values).adjoint()) == form, n


@pytest.mark.parametrize("name", ["qrom", "one-hot", "swap-network"])
def test_layers_at_a_thousand_keys(name):
    values = np.random.default_rng(1).integers(-128, 128, (1024, 3))
    circuit = Circuit(loader=name)
    bloq = load(circuit, values)
    assert (layers(bloq), layers(bloq.adjoint())) == depths(circuit, 1024, 24)


def test_every_loader_of_the_family_has_its_form():
    assert set(CLIFFORD_DEPTHS) == set(LOADERS)


def test_bounded_parallelism_costs_at_least_the_cliffords_it_divides():
    """n = 256 cells of 16 bits read in parallel: 29 layers without a bound, hundreds at 64 gates a layer."""
    values = -np.ones((256, 2), dtype=int)
    bloq = load(Circuit(loader="bucket-brigade-parallel"), values)
    cliffords = int(bucket_brigade_cliffords(256, 16, 256 * 16, parallel=True))
    assert count(lower(bloq)).clifford == cliffords
    assert layers(bloq) == 29
    assert layers(bloq, 64) >= cliffords / 64
