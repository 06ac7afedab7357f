"""T depth of look-up and unload: the gates' schedule against the closed form, over the grid's sizes."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import load_of
from qattention.bloqs.one_hot import OneHot
from qattention.bloqs.qrom_load import QROMLoad
from qattention.circuit import LOADERS, Circuit
from qattention.formulas.measured_unload import measured_unload_t_depth
from qattention.formulas.one_hot import one_hot_t_depth
from qattention.formulas.walk import walk_toffoli
from qattention.lowering.lower import lower
from qattention.lowering.schedule import schedule

FAMILY = [
    Circuit(loader=kind, block_size=block)
    for kind in LOADERS.values()
    for block in ((1, 2, 4, 8, 64) if kind.has_blocks else (None,))
]
look_up = "{0.look_up}".format


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("n_keys", [1, 2, 3, 5, 9, 16, 31, 37, 100, 256])
def test_load_and_unload(n_keys, padded):
    keys = np.random.default_rng(n_keys).integers(-4, 4, (n_keys, 2))
    load = QROMLoad(KeyTable.from_values(keys, 3), padded)
    depths = [schedule(lower(bloq)).t_depth for bloq in (load, load.adjoint())]
    assert depths == [walk_toffoli(n_keys, padded), measured_unload_t_depth(n_keys, padded)]


@pytest.mark.parametrize("n_bits", range(1, 8))
def test_one_hot(n_bits):
    assert schedule(lower(OneHot(n_bits))).t_depth == one_hot_t_depth(n_bits)


@pytest.mark.parametrize("padding", ["off", "on"])
@pytest.mark.parametrize("circuit", FAMILY, ids=look_up)
def test_every_loader_has_the_t_depth_of_its_form(circuit, padding):
    """Random words of 16 bits; a few of the sizes have a last block or level that is not full."""
    circuit, wrong = attrs.evolve(circuit, padding=padding), []
    kind, padded = circuit.loader, circuit.padded
    for n_keys in (1, 2, 3, 5, 7, 9, 16, 37, 100):
        keys = np.random.default_rng(n_keys).integers(-128, 128, (n_keys, 2))
        load = load_of(circuit, KeyTable.from_values(keys, 8))
        gates = [schedule(lower(bloq)).t_depth for bloq in (load, load.adjoint())]
        parts = (kind.load_t_depth, kind.own_unload_t_depth)
        forms = [int(part(n_keys, 16, circuit.block, padded)) for part in parts]
        is_bound = kind.name == "qroam-dirty" and not padded and circuit.block > n_keys
        if gates[1] != forms[1] or (gates[0] > forms[0] if is_bound else gates[0] != forms[0]):
            wrong.append((n_keys, gates, forms))
    assert wrong == []


LOG_DEPTH = [
    Circuit(loader="one-hot-swap", block_size=4),
    *(Circuit(loader=name) for name in ("one-hot", "swap-network", "bucket-brigade-parallel")),
]


@pytest.mark.parametrize("circuit", LOG_DEPTH, ids=look_up)
def test_log_depth_loaders_grow_as_log_n(circuit):
    """From the gates: T layers are a straight line in log2 n, of slope 1; Clifford layers beside them."""
    m, layers = np.arange(4, 11), []
    for n_keys in (1 << m).tolist():
        keys = np.random.default_rng(n_keys).integers(-2, 2, (n_keys, 1))
        plan = schedule(lower(load_of(circuit, KeyTable.from_values(keys, 2))))
        layers.append((plan.t_depth, plan.clifford_depth))
    t_depth, clifford_depth = np.array(layers).T
    slope, offset = np.polyfit(m, t_depth, 1)
    fit = f"{slope:.3f} log2 n {offset:+.3f}"
    print(f"{circuit.look_up}: T layers {fit}; Clifford layers {clifford_depth.tolist()}")
    assert slope == pytest.approx(1, abs=1e-9)
    assert np.abs(t_depth - slope * m - offset).max() < 1e-9
    assert (clifford_depth >= t_depth).all()
