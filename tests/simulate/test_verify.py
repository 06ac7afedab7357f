"""`verify` on the whole grid, and faults that it must catch."""

import itertools

import attrs
import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.lowering.lower import lower
from qattention.lowering.operands import encode
from qattention.lowering.program import Op
from qattention.simulate import verify as verify_module
from qattention.simulate.verify import check_program, expected_phase, outcome_vectors, verify_oracle

N_KEYS, HEAD_DIMS, KEY_BITS = (1, 2, 3, 5, 16, 37, 100, 256), (1, 2, 7), (1, 2, 3, 5, 8)


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize(("head_dim", "key_bits"), list(itertools.product(HEAD_DIMS, KEY_BITS)))
def test_every_oracle_of_the_grid_is_right_on_every_address(make_oracle, head_dim, key_bits, padded):
    for n_keys in N_KEYS:
        report = verify_oracle(make_oracle(n_keys, head_dim, key_bits, padded=padded), draws=2)
        assert (report.mismatches, report.dirty_ancillas, report.phase_errors) == (0, 0, 0), n_keys
        assert report.toffoli == report.toffoli_from_bloqs == report.toffoli_from_formula, n_keys
        assert (report.outcomes, report.draws) == ("all", 4)
        assert report.is_right


@pytest.mark.parametrize("threshold", [-(10**9), -1, 0, 1, 10**9])
@pytest.mark.parametrize("padded", [False, True])
def test_thresholds_that_mark_all_or_nothing(make_oracle, threshold, padded):
    for n_excluded in (0, 3):
        oracle = make_oracle(11, 2, 3, threshold=threshold, n_excluded=n_excluded, padded=padded)
        assert verify_oracle(oracle).is_right


def test_a_tie_with_the_threshold_is_heavy(make_oracle):
    oracle = make_oracle(16, 2, 4, n_excluded=0)
    acc = oracle.table.values @ np.array(oracle.weights)
    at_tie = attrs.evolve(oracle, threshold=int(acc[5]))
    assert expected_phase(at_tie)[5]
    assert not expected_phase(attrs.evolve(oracle, threshold=int(acc[5]) + 1))[5]
    assert verify_oracle(at_tie).is_right


def test_weights_wider_than_a_machine_word(make_oracle):
    oracle = attrs.evolve(make_oracle(5, 2, 3), weights=(2**70 + 1, -(2**69)), threshold=2**71, excluded=())
    assert verify_oracle(oracle).is_right


def errors(program, phase, draws=10):
    total = np.zeros(3, dtype=int)
    for outcomes in outcome_vectors(program.n_cbits, draws, seed=3):
        total += check_program(program, phase, outcomes)[1]
    return total


def kinds(program, *ops):
    return np.flatnonzero(np.isin(program.code[:, 0], ops))


def dropped(program, index):
    return attrs.evolve(program, code=np.delete(program.code, index, axis=0))


@pytest.mark.parametrize("op", [Op.CNOT, Op.AND, Op.XOR_ROW, Op.CZ_IF, Op.CZ_PARITY, Op.X, Op.Z])
def test_a_dropped_gate_is_caught(make_oracle, op):
    """Every kind; an omitted fix-up is the drop of a CZ_IF or CZ_PARITY."""
    oracle = make_oracle(16, 2, 3)
    program, phase = lower(oracle), expected_phase(oracle)
    assert not errors(program, phase).any()
    here = [i for i in kinds(program, op).tolist() if not never_fires(program, program.code[i])]
    for index in here[:: max(1, len(here) // 12)]:
        assert errors(dropped(program, index), phase).any(), (op, index)


def never_fires(program, row):
    """A fix-up of a key whose bits are all 0, and that is not excluded, has nothing to mend."""
    table = program.tables[row[5]] if row[0] == Op.CZ_PARITY else None
    return table is not None and not table.rows[row[4]].any() and not table.flips[row[4]]


def test_a_flipped_sign_is_caught(make_oracle):
    oracle = make_oracle(16, 2, 3)
    program, phase = lower(oracle), expected_phase(oracle)
    extra = np.concatenate([program.code, encode([(Op.Z, int(program.outputs["address"][0]))])])
    assert errors(attrs.evolve(program, code=extra), phase)[2] > 0
    flag = kinds(program, Op.Z)[0]
    code = program.code.copy()
    code[flag, 1] = program.outputs["address"][1]
    assert errors(attrs.evolve(program, code=code), phase)[2] > 0


@pytest.mark.parametrize("off", [-1, 1])
def test_a_wrong_constant_is_caught(make_oracle, off):
    oracle = make_oracle(37, 2, 4, n_excluded=0)
    acc = np.sort(oracle.table.values @ np.array(oracle.weights))
    right = attrs.evolve(oracle, threshold=int(acc[-9]) + (off < 0))
    wrong = attrs.evolve(right, threshold=right.threshold + off)
    assert errors(lower(wrong), expected_phase(right))[2] > 0


def test_a_wrong_digit_is_caught(make_oracle):
    oracle = make_oracle(37, 2, 4, n_excluded=0)
    wrong = attrs.evolve(oracle, weights=(oracle.weights[0] + 8, *oracle.weights[1:]))
    assert errors(lower(wrong), expected_phase(oracle))[2] > 0


def test_a_word_with_one_wrong_bit_is_caught(make_oracle):
    oracle = make_oracle(16, 2, 3)
    program = lower(oracle)
    table = program.tables[0]
    rows = table.rows.copy()
    rows[7, 0] ^= np.uint64(1)
    bad = attrs.evolve(program, tables=(attrs.evolve(table, rows=rows), *program.tables[1:]))
    assert errors(bad, expected_phase(oracle)).any()


def test_a_missing_fix_up_needs_a_draw_that_fires():
    """All-0 outcomes alone fire nothing: forced and drawn ones are what catches an omitted fix-up."""
    vectors = list(outcome_vectors(50, 3, seed=0))
    assert vectors[0].tolist() == [0] * 50
    assert vectors[1].tolist() == [1] * 50
    assert len({v.tobytes() for v in vectors}) == 5


def test_draws_are_required(make_oracle):
    with pytest.raises(SpecError, match="`draws`: got 0; must be at least 1"):
        verify_oracle(make_oracle(3, 1, 2), draws=0)


def test_the_first_failure_is_named(make_oracle, monkeypatch):
    """A program whose flag is never phased is wrong first at the first heavy key, whatever the outcomes."""
    oracle = make_oracle(16, 2, 3, n_excluded=0)
    program = lower(oracle)
    broken = attrs.evolve(program, code=program.code[program.code[:, 0] != Op.Z])
    monkeypatch.setattr(verify_module, "lower", lambda _: broken)
    report = verify_oracle(oracle)
    assert not report.is_right
    assert (report.outcomes, report.draws) == ("all", None)
    assert report.first_failure == {"outcome": None, "address": int(np.argmax(expected_phase(oracle)))}
    assert report.phase_errors == expected_phase(oracle).sum()
    assert verify_oracle(oracle, draws=3).phase_errors == 6 * expected_phase(oracle).sum()


def test_a_wire_that_depends_on_an_outcome_is_sampled_and_that_is_said(make_oracle, monkeypatch):
    """X on a measured wire if the outcome was 1, and X again: right, but outside of one run for all."""
    oracle = make_oracle(16, 2, 3, n_excluded=0)
    program = lower(oracle)
    wire, bit = program.n_wires, program.n_cbits
    extra = [(Op.ALLOC, wire), (Op.MEASURE_X, wire, bit), (Op.ALLOC, wire), (Op.X_IF, wire, bit)]
    code = np.concatenate([program.code, encode([*extra, (Op.X_IF, wire, bit), (Op.FREE, wire)])])
    corrected = attrs.evolve(program, code=code, n_wires=wire + 1, n_cbits=bit + 1)
    monkeypatch.setattr(verify_module, "lower", lambda _: corrected)
    report = verify_oracle(oracle)
    assert (report.is_right, report.outcomes, report.draws, report.gate_states_per_s) == (True, 12, 12, None)
    monkeypatch.setattr(verify_module, "lower", lambda _: attrs.evolve(corrected, code=code[:-2]))
    report = verify_oracle(oracle)
    assert report.first_failure == {"draw": 1, "address": 0}  # all outcomes 1: the wire is left dirty
    assert report.dirty_ancillas >= 16
