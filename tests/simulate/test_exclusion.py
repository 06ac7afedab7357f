"""Found keys kept out of the search by every way there is: right on all addresses, three counts equal."""

from itertools import product

import attrs
import numpy as np
import pytest
from mutants import measure_mutants

from qattention.bloqs.address_phase import AddressSign, FlagPhase
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.circuit import EXCLUSIONS, Circuit
from qattention.errors import SpecError
from qattention.formulas import RowSums
from qattention.formulas.exclusion import ExclusionForm
from qattention.formulas.heavy_key_oracle import heavy_key_oracle
from qattention.formulas.shared_oracle import shared_oracle
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.simulate.verify import check_program, expected_phase, outcome_vectors, verify_oracle

GATED = EXCLUSIONS[1:]
gated = pytest.mark.parametrize("exclusion", GATED)
angles = pytest.mark.parametrize("angle", [np.pi, 0.7])
padding = pytest.mark.parametrize("padded", [False, True])


def witnesses_agree(oracle):
    """Toffoli, measurements and high-water mark of the gates against the closed form."""
    table, (weights, thresholds) = oracle.table, zip(*oracle.rows, strict=True)
    sums = RowSums.from_weights(weights, thresholds, table.word_widths)
    form = shared_oracle if isinstance(oracle, SharedOracle) else heavy_key_oracle
    excluded = ExclusionForm.of(oracle.exclusion, oracle.is_sign, table.address_bits, oracle.excluded)
    costs = form(table.n_keys, sums, oracle.circuit, excluded)
    tally = count(lower(oracle))
    return [int(np.ravel(x)[0]) for x in (costs.toffoli, costs.measurement, costs.qubits)] == [
        tally.toffoli,
        tally.measurement,
        tally.qubits,
    ]


@padding
@angles
@gated
@pytest.mark.parametrize("n_keys", [1, 2, 3, 5, 16, 37])
def test_every_address_of_one_row(make_oracle, n_keys, exclusion, angle, padded):
    for n_excluded in (0, 1, 9):
        oracle = make_oracle(n_keys, 2, 3, padded=padded, n_excluded=n_excluded, exclusion=exclusion)
        threshold = max(1, oracle.threshold) if angle != np.pi else oracle.threshold
        excluded = tuple(
            np.flatnonzero(expected_phase(attrs.evolve(oracle, threshold=threshold, excluded=())))[
                :n_excluded
            ].tolist()
        )
        excluded = tuple(a for a in excluded if a < n_keys)
        oracle = attrs.evolve(oracle, angle=angle, threshold=threshold, excluded=excluded)
        assert verify_oracle(oracle, draws=3).is_right, n_excluded
        assert witnesses_agree(oracle), n_excluded


def shared(make_oracle, n_keys, n_rows, exclusion, angle, padded=False):
    base = make_oracle(n_keys, 2, 3, padded=padded, n_excluded=0, exclusion=exclusion)
    rng = np.random.default_rng(n_keys)
    base = attrs.evolve(base, threshold=max(1, base.threshold))
    others = tuple(
        (tuple(rng.integers(-4, 4, 2).tolist()), int(rng.integers(1, 6))) for _ in range(n_rows - 1)
    )
    found = tuple(np.flatnonzero(expected_phase(SharedOracle(base, others)))[::2].tolist())
    return SharedOracle(attrs.evolve(base, angle=angle, excluded=found), others)


@padding
@angles
@gated
@pytest.mark.parametrize("n_rows", [2, 3, 4])
@pytest.mark.parametrize("n_keys", [3, 16, 37])
def test_every_address_of_several_rows(make_oracle, n_keys, n_rows, exclusion, angle, padded):
    oracle = shared(make_oracle, n_keys, n_rows, exclusion, angle, padded)
    assert oracle.excluded
    assert verify_oracle(oracle, draws=3).is_right
    assert witnesses_agree(oracle)


@angles
@gated
@pytest.mark.parametrize("n_rows", [1, 3])
def test_a_missing_exclusion_is_caught(make_oracle, n_rows, exclusion, angle):
    oracle = shared(make_oracle, 37, n_rows, exclusion, angle)
    forgetful = attrs.evolve(oracle, base=attrs.evolve(oracle.base, excluded=oracle.excluded[1:]))
    program = lower(forgetful)
    outcomes = next(iter(outcome_vectors(program.n_cbits, 1, seed=0)))
    assert check_program(program, expected_phase(oracle), outcomes)[1] == (0, 0, 1)


@angles
@gated
def test_nearly_all_mutants_are_killed(make_oracle, exclusion, angle):
    oracle = attrs.evolve(make_oracle(64, 3, 4, n_excluded=9, exclusion=exclusion), angle=angle)
    report = measure_mutants(oracle, n_mutants=300, seed=4)
    assert report.killed_share >= 0.99, report.survivors


def test_the_table_of_an_oracle_that_excludes_by_gates_stays_as_it_is(make_oracle):
    """A fixed memory: neither its words nor the unload's fix-up know what was found."""
    for angle, part in ((np.pi, AddressSign), (0.7, FlagPhase)):
        oracle = attrs.evolve(make_oracle(37, 2, 4, exclusion="circuit"), angle=angle)
        nothing = attrs.evolve(oracle, excluded=())
        assert oracle.excluded
        assert (oracle.load, oracle.unload) == (nothing.load, nothing.unload)
        assert any(isinstance(bloq, part) for bloq in oracle.build_call_graph(None))


def test_a_live_bit_is_free_for_a_sign_where_words_are_looked_up(make_oracle):
    """A CZ in place of a Z; another phase pays an And, and a swap of words one more bit a slot."""
    assert make_oracle(37, 2, 4).excluded
    toffoli = {}
    for block, exclusion in product((1, 4), ("fix-up", "live")):
        oracle = make_oracle(37, 2, 4, loader="qroam", block_size=block, exclusion=exclusion)
        for angle in (np.pi, 0.7):
            toffoli[block, exclusion, angle] = count(lower(attrs.evolve(oracle, angle=angle))).toffoli
    assert toffoli[1, "live", np.pi] == toffoli[1, "fix-up", np.pi]
    assert toffoli[1, "live", 0.7] == toffoli[1, "fix-up", 0.7] + 1
    assert toffoli[4, "live", np.pi] == toffoli[4, "fix-up", np.pi] + 3


@gated
@pytest.mark.parametrize(("loader", "block_size"), [("qroam", 4), ("one-hot-swap", 2)])
def test_every_loader_carries_the_exclusion(make_oracle, loader, block_size, exclusion):
    for angle in (np.pi, 0.7):
        oracle = make_oracle(37, 2, 3, loader=loader, block_size=block_size, exclusion=exclusion)
        oracle = attrs.evolve(oracle, angle=angle)
        assert verify_oracle(oracle, draws=3).is_right


@gated
def test_components_of_unequal_widths(exclusion):
    keys = np.random.default_rng(2).integers(-2, 2, (21, 3)) * [1, 2, 4]
    table = KeyTable.from_values(keys, (2, 3, 4))
    for angle in (np.pi, 0.7):
        oracle = HeavyKeyOracle(table, (3, -2, 1), 4, angle=angle, circuit=Circuit(exclusion=exclusion))
        found = tuple(np.flatnonzero(expected_phase(oracle))[::2].tolist())
        assert found
        oracle = attrs.evolve(oracle, excluded=found)
        assert verify_oracle(oracle, draws=3).is_right
        assert witnesses_agree(oracle)


def test_what_has_no_circuit_is_refused(make_oracle):
    with pytest.raises(SpecError, match="`exclusion`: got 'erase'; must be fix-up"):
        make_oracle(5, 2, 3, exclusion="erase")
    with pytest.raises(SpecError, match="`exclusion`: got 'fix-up'"):
        shared(make_oracle, 16, 2, "fix-up", 0.7)
