"""Loaders as bloqs: what they hold, their costs and adjoints, their oracle's action in Qualtran."""

import attrs
import numpy as np
import pytest
from qualtran import DecomposeTypeError
from qualtran.resource_counting import QECGatesCost, get_cost_value
from qualtran.simulation.classical_sim import do_phased_classical_simulation

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import load_of
from qattention.circuit import Circuit
from qattention.errors import SpecError

CIRCUITS = [
    *(Circuit(loader="qroam", block_size=block) for block in (1, 2, 4, 64)),
    *(Circuit(loader="one-hot-swap", block_size=block) for block in (2, 8)),
    *(Circuit(loader="qroam-dirty", block_size=block) for block in (2, 8)),
    *(
        Circuit(loader=name)
        for name in ("qrom", "one-hot", "swap-network", "bucket-brigade", "bucket-brigade-parallel")
    ),
]
loaders = pytest.mark.parametrize("circuit", CIRCUITS, ids=lambda circuit: circuit.look_up)
paddings = pytest.mark.parametrize("padding", ["off", "on"])
N_KEYS = (1, 2, 3, 5, 11, 16)


def table_of(n_keys, head_dim=2, key_bits=3):
    half = 2 ** (key_bits - 1)
    values = np.random.default_rng(n_keys).integers(-half, half, (n_keys, head_dim))
    return KeyTable.from_values(values, key_bits)


def load(n_keys, name, block=None, padding="off"):
    return load_of(Circuit(loader=name, block_size=block, padding=padding), table_of(n_keys))


@loaders
@paddings
@pytest.mark.parametrize("n_keys", N_KEYS)
def test_words_are_what_the_circuit_leaves(n_keys, padding, circuit):
    load = load_of(attrs.evolve(circuit, padding=padding), table_of(n_keys))
    made, w = load.decompose_bloq(), int(load.table.word_bits)
    assert load.words.shape == (load.n_rows, w + load.junk_bits)
    assert np.array_equal(load.words[:n_keys, :w], load.table.bits)
    assert not load.words[n_keys:, :w].any()
    for address in range(load.n_rows):
        got, declared = made.call_classically(address=address), load.call_classically(address=address)
        assert all(np.array_equal(x, y) for x, y in zip(got, declared, strict=True)), address


@loaders
@paddings
@pytest.mark.parametrize("n_keys", N_KEYS)
def test_load_and_unload_are_each_others_adjoint_and_count_as_their_circuits(n_keys, padding, circuit):
    circuit = attrs.evolve(circuit, padding=padding)
    load = load_of(circuit, table_of(n_keys))
    unload = load.adjoint()
    assert unload.adjoint() == load
    oracle = HeavyKeyOracle(load.table, (3, -1), 1, circuit=circuit)
    for bloq in (load, oracle):
        assert get_cost_value(bloq, QECGatesCost()) == get_cost_value(bloq.decompose_bloq(), QECGatesCost())
    assert get_cost_value(unload, QECGatesCost()) == get_cost_value(unload.decompose_bloq(), QECGatesCost())


@loaders
@pytest.mark.parametrize("n_keys", [1, 3, 6])
def test_oracle_acts_as_declared_for_drawn_outcomes(n_keys, circuit):
    """The parts' declared actions, and the phase that measured junk leaves until the unload mends it."""
    keys = table_of(n_keys)
    oracle = HeavyKeyOracle(keys, (3, -1), 1, excluded=(0,), circuit=circuit)
    made, rng = oracle.decompose_bloq(), np.random.default_rng(0)
    for address in range(n_keys):
        for _ in range(10):
            got, phase = do_phased_classical_simulation(made, {"address": address}, rng=rng)
            assert got == {"address": address}
            assert phase == (-1 if oracle.is_marked(address) else 1)


def test_a_word_or_junk_that_the_address_does_not_load_is_refused():
    block_load = load(5, "qroam", 2)
    good = block_load.on_classical_vals(3)
    assert block_load.adjoint().on_classical_vals(**good) == {"address": 3}
    with pytest.raises(ValueError, match=r"`junk`: .* is not what address 3 loads"):
        block_load.adjoint().on_classical_vals(**{**good, "junk": good["junk"] ^ 1})
    with pytest.raises(ValueError, match=r"`key`: .* is not what address 3 loads"):
        block_load.adjoint().on_classical_vals(**{**good, "key": good["key"] + 1})


def test_the_tree_serves_the_unload_or_is_erased_in_the_load():
    """1,024 keys: K - 2 And's to finish the one-hot code, or 60 from scratch."""
    blocks = [load(1024, "one-hot-swap", block) for block in (2, 4, 32, 64)]
    unloads = [each.adjoint() for each in (load(1024, "one-hot"), *blocks)]
    assert [unload.n_ands() for unload in unloads] == [0, 0, 2, 30, 60]
    assert [type(unload).__name__ for unload in unloads] == ["TreeUnload"] * 4 + ["MeasuredUnload"]


def test_padding_behind_one_line_is_flipped_as_one():
    unload = load(5, "one-hot", padding="on").adjoint()
    assert [at for _, at, _ in unload.padding()] == [5, 6]
    assert [flips for _, _, flips in attrs.evolve(unload, flips=(5, 6, 7)).padding()] == [(5,), (6,)]
    with pytest.raises(DecomposeTypeError, match=r"some of 6\.\.7"):
        attrs.evolve(unload, flips=(5, 6)).decompose_bloq()


def test_measured_junk_cannot_be_loaded_back():
    oracle = HeavyKeyOracle(table_of(5), (3, -1), 1, circuit=Circuit(loader="qroam", block_size=2))
    with pytest.raises(NotImplementedError, match="junk's measurement"):
        oracle.unload.adjoint()


@pytest.mark.parametrize(
    ("name", "block", "message"),
    [
        ("qram", None, r"`loader`: got 'qram'; must be one of qrom, qroam, .*hardware"),
        ("qroam", 3, "`block_size`: got 3; must be a power of two"),
        ("qroam", 0, "`block_size`: got 0; must be a power of two"),
        ("qrom", 2, "`block_size`: got 2; must be absent: qrom has no blocks"),
    ],
)
def test_unknown_loaders_and_blocks_are_refused(name, block, message):
    with pytest.raises(SpecError, match=message):
        Circuit(loader=name, block_size=block)
