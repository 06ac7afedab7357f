"""Oracles with another phase than -1: excluded keys and padding must not get it."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.compressor import sum_range
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import Circuit
from qattention.errors import SpecError
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


@pytest.mark.parametrize("padding", ["off", "on"])
def test_a_threshold_that_no_word_is_below_is_refused(padding: str) -> None:
    """The lightest word would be heavy where it stands for an excluded key, or for padding."""
    table = KeyTable.from_values(np.array([[1, -2], [3, 0], [-4, 2]]), 3)  # sums of (3, -1) from -15 on
    circuit = Circuit(padding=padding)

    def oracle(threshold: int, excluded: tuple[int, ...], angle: float = 1.0) -> HeavyKeyOracle:
        return HeavyKeyOracle(table, (3, -1), threshold, excluded, angle, circuit)

    assert verify_oracle(oracle(-14, (1,))).is_right
    assert verify_oracle(oracle(-15, (1,), np.pi)).is_right
    with pytest.raises(SpecError, match="`threshold`: got -15; must be above -15"):
        oracle(-15, (1,))
    if padding == "off":
        assert verify_oracle(oracle(-15, ())).is_right
    else:
        with pytest.raises(SpecError, match="`threshold`"):
            oracle(-15, ())
