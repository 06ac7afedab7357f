"""Several rows on one load: the union of their find sets is marked, even coincidences too."""

import attrs
import numpy as np
import pytest
from mutants import measure_mutants

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.shared_oracle import NotAll, SharedOracle
from qattention.circuit import Circuit
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.simulate.verify import expected_phase, heavy_keys, verify_oracle


def make_shared(n_keys, head_dim, key_bits, n_rows, *, padded=False, seed=0, n_excluded=2):
    rng = np.random.default_rng((seed, n_keys, head_dim, key_bits, n_rows))
    half = 2 ** (key_bits - 1)
    keys = rng.integers(-half, half, (n_keys, head_dim))
    rows = []
    for weights in rng.integers(-9, 10, (n_rows, head_dim)):
        rows.append((tuple(weights.tolist()), int(np.sort(keys @ weights)[-max(1, n_keys // 6)])))
    circuit = Circuit(padding="on" if padded else "off")
    base = HeavyKeyOracle(KeyTable.from_values(keys, key_bits), *rows[0], circuit=circuit)
    oracle = SharedOracle(base, tuple(rows[1:]))
    excluded = tuple(np.flatnonzero(heavy_keys(oracle).any(axis=0))[:n_excluded].tolist())
    return attrs.evolve(oracle, base=attrs.evolve(base, excluded=excluded))


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("n_rows", [1, 2, 3, 5])
@pytest.mark.parametrize("size", [(1, 1, 1), (2, 1, 2), (3, 2, 2), (5, 2, 3), (37, 2, 4), (100, 3, 3)])
def test_the_union_is_marked_on_every_address(size, n_rows, padded):
    report = verify_oracle(make_shared(*size, n_rows, padded=padded), draws=5)
    assert report.is_right
    assert report.toffoli == report.toffoli_from_bloqs == report.toffoli_from_formula


@pytest.mark.parametrize("n_rows", [1, 2, 4])
def test_qubits_of_the_closed_form_are_the_gates(n_rows):
    from qattention.formulas.row_sums import RowSums
    from qattention.formulas.shared_oracle import shared_oracle

    oracle = make_shared(37, 3, 4, n_rows)
    weights, thresholds = zip(*oracle.rows, strict=True)
    costs = shared_oracle(37, RowSums.from_weights(weights, thresholds, 4), oracle.circuit)
    tally = count(lower(oracle))
    assert (int(costs.qubits), int(costs.measurement)) == (tally.qubits, tally.measurement)


def test_a_key_heavy_for_two_rows_is_marked():
    """The XOR of the rows' phases would lose it."""
    oracle = make_shared(37, 2, 4, 3, n_excluded=0)
    both = heavy_keys(oracle).sum(axis=0) == 2
    assert both.any()
    assert expected_phase(oracle)[: len(both)][both].all()


@pytest.mark.parametrize("n_bits", [1, 2, 3, 4])
def test_not_all_as_a_matrix(n_bits):
    wanted = -np.ones(2**n_bits)
    wanted[-1] = 1
    np.testing.assert_allclose(NotAll(n_bits).tensor_contract(), np.diag(wanted), atol=1e-12)


def test_mutants_are_killed():
    report = measure_mutants(make_shared(64, 3, 4, 3), n_mutants=300, seed=2)
    assert report.killed_share >= 0.99, report.survivors


@pytest.mark.parametrize("block", [2, 4])
def test_rows_share_a_load_in_blocks(block):
    oracle = make_shared(37, 2, 3, 3)
    circuit = Circuit(loader="qroam", block_size=block)
    blocked = attrs.evolve(oracle, base=attrs.evolve(oracle.base, circuit=circuit))
    assert verify_oracle(blocked, draws=5).is_right
