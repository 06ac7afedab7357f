"""Oracles with another phase than -1: excluded keys and padding must not get it."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.compressor import sum_range
from qattention.lowering.lower import lower
from qattention.simulate.verify import check_program, expected_phase, outcome_vectors, verify_oracle


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("size", [(1, 1, 1), (2, 1, 3), (3, 2, 2), (5, 2, 1), (16, 1, 3), (37, 2, 5)])
@pytest.mark.parametrize("threshold", [None, 0, -1, 3])
def test_phase_lands_on_heavy_keys_that_are_not_excluded(make_oracle, size, padded, threshold):
    oracle = make_oracle(*size, padded=padded)
    low, _ = sum_range(oracle.weights, size[2])
    limit = max(low + 1, oracle.threshold if threshold is None else threshold)
    phased = attrs.evolve(oracle, threshold=limit, angle=0.7)
    program, expected = lower(phased), expected_phase(phased)
    assert not expected[list(oracle.excluded)].any()
    for outcomes in outcome_vectors(program.n_cbits, 5, seed=2):
        result, errors = check_program(program, expected, outcomes)
        assert errors == (0, 0, 0)
        assert not result.phase.any()
        np.testing.assert_array_equal(result.turns, [expected])


def test_verify_reports_on_a_phased_oracle(make_oracle):
    report = verify_oracle(attrs.evolve(make_oracle(37, 2, 4), angle=1.5))
    assert report.is_right


def test_a_missing_exclusion_is_caught(make_oracle):
    oracle = attrs.evolve(make_oracle(37, 2, 4), angle=1.5)
    assert oracle.excluded
    program = lower(attrs.evolve(oracle, excluded=()))
    outcomes = next(iter(outcome_vectors(program.n_cbits, 1, seed=0)))
    assert check_program(program, expected_phase(oracle), outcomes)[1][2] == len(oracle.excluded)
