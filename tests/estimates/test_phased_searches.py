"""Schedules whose finds carry phases: every rotation is billed, and the circuit has as many."""

import numpy as np
import pytest

from qattention.bloqs.grover import GroverSearch
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.phased_search import PhasedSearch
from qattention.compiler import bloq_counts
from qattention.estimates import estimate
from qattention.formulas import own_phases
from qattention.plan import Plan
from qattention.problem import AttentionProblem
from qattention.search import Exact

PROBLEM = AttentionProblem(n_queries=64, n_keys=64, head_dim=4, n_heavy=2, key_bits=4, query_bits=4)


def test_a_matched_run_takes_two_rotations() -> None:
    """64 times two runs, one for each promised key; without phases there is no rotation on 2**6 keys."""
    found = estimate(PROBLEM, Plan(search="known-k-exact"))
    assert found.search.certificate_iterations_per_row == 0
    assert found.logical.expected.rotation == pytest.approx(64 * 2 * 2)
    assert found.budget.synthesis > 0
    assert not any("No rotations" in note.text for note in found.assumptions)
    assert estimate(PROBLEM, Plan(search="known-k")).logical.expected.rotation == 0


def test_every_iteration_of_a_fixed_point_find_takes_two_rotations() -> None:
    found = estimate(PROBLEM, Plan(search="fixed-point"))
    assert found.search.find_iterations_per_row == 0
    assert found.logical.expected.rotation == pytest.approx(64 * 2 * found.search.iterations_per_row)
    assert found.logical.worst_case.rotation >= found.logical.expected.rotation


@pytest.mark.parametrize("n_keys", [3, 5, 16, 32, 37])
def test_own_phases_are_what_the_circuit_has_more(n_keys: int) -> None:
    keys = np.random.default_rng(n_keys).integers(-4, 4, (n_keys, 2))
    oracle = HeavyKeyOracle(KeyTable.from_values(keys, 3), weights=(3, -1), threshold=4)
    phases = Exact(n_items=n_keys, n_marked=1).phases()
    phased, plain = bloq_counts(PhasedSearch(oracle, phases)), bloq_counts(GroverSearch(oracle, len(phases)))
    more = own_phases(n_keys)
    assert phased.toffoli - plain.toffoli == int(more.toffoli)
    assert phased.measurement - plain.measurement == int(more.measurement)
    assert phased.rotation - plain.rotation == int(more.rotation)
