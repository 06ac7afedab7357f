"""Loaders as bloqs: what they hold, their costs and adjoints, their oracle's action in Qualtran."""

import attrs
import numpy as np
import pytest
from qualtran import DecomposeTypeError
from qualtran.resource_counting import QECGatesCost, get_cost_value
from qualtran.simulation.classical_sim import do_phased_classical_simulation

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import Loader
from qattention.errors import SpecError

LOADERS = [
    Loader(),
    *(Loader("select-swap", block) for block in (1, 2, 4, 64)),
    *(Loader("one-hot", block) for block in (1, 2, 8)),
    *(Loader("dirty-select-swap", block) for block in (2, 8)),
    *(Loader(name) for name in ("swap-network", "bucket-brigade", "bucket-brigade-parallel")),
]
loaders = pytest.mark.parametrize("loader", LOADERS, ids=str)
N_KEYS = (1, 2, 3, 5, 11, 16)


def table_of(n_keys, head_dim=2, key_bits=3):
    half = 2 ** (key_bits - 1)
    values = np.random.default_rng(n_keys).integers(-half, half, (n_keys, head_dim))
    return KeyTable.from_values(values, key_bits)


@loaders
@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("n_keys", N_KEYS)
def test_words_are_what_the_circuit_leaves(n_keys, padded, loader):
    load = loader(table_of(n_keys), padded)
    circuit, w = load.decompose_bloq(), int(load.table.word_bits)
    assert load.words.shape == (load.n_rows, w + load.junk_bits)
    assert np.array_equal(load.words[:n_keys, :w], load.table.bits)
    assert not load.words[n_keys:, :w].any()
    for address in range(load.n_rows):
        got, declared = circuit.call_classically(address=address), load.call_classically(address=address)
        assert all(np.array_equal(x, y) for x, y in zip(got, declared, strict=True)), address


@loaders
@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("n_keys", N_KEYS)
def test_load_and_unload_are_each_others_adjoint_and_count_as_their_circuits(n_keys, padded, loader):
    load = loader(table_of(n_keys), padded)
    unload = load.adjoint()
    assert unload.adjoint() == load
    oracle = HeavyKeyOracle(load.table, (3, -1), 1, padded=padded, loader=loader)
    for bloq in (load, oracle):
        assert get_cost_value(bloq, QECGatesCost()) == get_cost_value(bloq.decompose_bloq(), QECGatesCost())
    assert get_cost_value(unload, QECGatesCost()) == get_cost_value(unload.decompose_bloq(), QECGatesCost())


@loaders
@pytest.mark.parametrize("n_keys", [1, 3, 6])
def test_oracle_acts_as_declared_for_drawn_outcomes(n_keys, loader):
    """The parts' declared actions, and the phase that measured junk leaves until the unload mends it."""
    keys = table_of(n_keys)
    oracle = HeavyKeyOracle(keys, (3, -1), 1, excluded=(0,), loader=loader)
    circuit, rng = oracle.decompose_bloq(), np.random.default_rng(0)
    for address in range(n_keys):
        for _ in range(10):
            got, phase = do_phased_classical_simulation(circuit, {"address": address}, rng=rng)
            assert got == {"address": address}
            assert phase == (-1 if oracle.is_marked(address) else 1)


def test_a_word_or_junk_that_the_address_does_not_load_is_refused():
    load = Loader("select-swap", 2)(table_of(5), False)
    good = load.on_classical_vals(3)
    assert load.adjoint().on_classical_vals(**good) == {"address": 3}
    with pytest.raises(ValueError, match=r"`junk`: .* is not what address 3 loads"):
        load.adjoint().on_classical_vals(**{**good, "junk": good["junk"] ^ 1})
    with pytest.raises(ValueError, match=r"`key`: .* is not what address 3 loads"):
        load.adjoint().on_classical_vals(**{**good, "key": good["key"] + 1})


def test_the_tree_serves_the_unload_or_is_erased_in_the_load():
    """1,024 keys: K - 2 And's to finish the one-hot code, or 60 from scratch."""
    table = table_of(1024)
    unloads = {block: Loader("one-hot", block)(table, False).adjoint() for block in (1, 2, 4, 32, 64)}
    assert [unload.n_ands() for unload in unloads.values()] == [0, 0, 2, 30, 60]
    assert [type(unload).__name__ for unload in unloads.values()] == ["TreeUnload"] * 4 + ["MeasuredUnload"]


def test_padding_behind_one_line_is_flipped_as_one():
    unload = Loader("one-hot", 1)(table_of(5), True).adjoint()
    assert [at for _, at, _ in unload.padding()] == [5, 6]
    assert [flips for _, _, flips in attrs.evolve(unload, flips=(5, 6, 7)).padding()] == [(5,), (6,)]
    with pytest.raises(DecomposeTypeError, match=r"some of 6\.\.7"):
        attrs.evolve(unload, flips=(5, 6)).decompose_bloq()


def test_measured_junk_cannot_be_loaded_back():
    oracle = HeavyKeyOracle(table_of(5), (3, -1), 1, loader=Loader("select-swap", 2))
    with pytest.raises(NotImplementedError, match="junk's measurement"):
        oracle.unload.adjoint()


@pytest.mark.parametrize(
    ("name", "block", "message"),
    [
        ("qram", 1, r"`loader`: got 'qram'; must be one of qrom, select-swap, .*hardware"),
        ("select-swap", 3, "`block`: got 3; must be a power of two"),
        ("select-swap", 0, "`block`: got 0; must be a power of two"),
        ("qrom", 2, "`block`: got 2; must be 1: this loader has no blocks"),
    ],
)
def test_unknown_loaders_and_blocks_are_refused(name, block, message):
    with pytest.raises(SpecError, match=message):
        Loader(name, block)
