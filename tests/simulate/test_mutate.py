"""`verify` kills the mutants of oracles, and says of a planted harmless change that it survives."""

import attrs
import numpy as np
import pytest
from mutants import Mutant, is_idle, is_killed, is_renamed, measure_mutants, mutants

from qattention.lowering.lower import lower
from qattention.lowering.operands import encode
from qattention.lowering.program import Op

ORACLES = [(16, 2, 3, False), (37, 2, 4, True), (64, 4, 4, False), (100, 3, 5, False), (256, 7, 8, True)]


@pytest.mark.parametrize("oracle", ORACLES)
def test_nearly_all_mutants_of_five_oracles_are_killed(make_oracle, oracle):
    *size, padded = oracle
    report = measure_mutants(make_oracle(*size, padded=padded), n_mutants=300, seed=5)
    assert report.n_mutants >= 250
    assert report.survivors == ()


@pytest.mark.parametrize("name", ["hardware", "swap-network"])
def test_nearly_all_mutants_with_other_memories_are_killed(make_oracle, name):
    """A device's query is no gate: it may be dropped or made twice, but stays on its own wires."""
    oracle = make_oracle(37, 2, 4, n_excluded=0, loader=name)
    report = measure_mutants(oracle, n_mutants=300, seed=5)
    assert report.n_mutants >= 200
    assert report.survivors == ()


def test_mutants_differ_in_one_gate_and_all_kinds_occur(make_oracle):
    program = lower(make_oracle(16, 2, 3))
    seen = set()
    for mutant in mutants(program, 100, seed=0):
        seen.add(mutant.kind)
        change = len(mutant.program) - len(program)
        assert change == {"drop": -1, "duplicate": 1, "alter": 0}[mutant.kind]
        if mutant.kind == "alter":
            assert (mutant.program.code != program.code).sum() == 1
    assert seen == {"drop", "duplicate", "alter"}


def test_a_change_that_does_nothing_survives(make_oracle):
    oracle = make_oracle(16, 2, 3)
    program = lower(oracle)
    wire = int(program.outputs["address"][0])
    harmless = np.concatenate([program.code, encode([(Op.X, wire), (Op.X, wire)])])
    assert not is_killed(attrs.evolve(program, code=harmless), oracle)
    harmful = np.concatenate([program.code, encode([(Op.X, wire)])])
    assert is_killed(attrs.evolve(program, code=harmful), oracle)


def test_the_fix_up_of_a_zero_key_is_idle(make_oracle):
    from qattention.bloqs.key_table import KeyTable

    table = KeyTable.from_values(np.array([[0], [1], [-1], [1]]), 2)
    oracle = attrs.evolve(make_oracle(4, 1, 2), table=table)
    program = lower(attrs.evolve(oracle, excluded=()))
    fix_ups = np.flatnonzero(program.code[:, 0] == Op.CZ_PARITY)
    assert [is_idle(program, i, 4) for i in fix_ups] == [True, False, False, False]


def test_a_gate_whose_controls_are_never_set_together_is_idle(make_oracle):
    """Each control is the wire's value just before the gate, on every address."""
    program = lower(attrs.evolve(make_oracle(4, 1, 2), excluded=()))
    (high, low) = program.outputs["address"].tolist()
    gates = [(Op.CNOT, high, low), (Op.TOFFOLI, high, low, program.n_wires - 1), (Op.CNOT, high, low)]
    before = attrs.evolve(program, code=np.concatenate([encode(gates), program.code]))
    assert [is_idle(before, i, 4) for i in range(3)] == [False, False, False]
    assert [is_idle(before, i, 1) for i in range(3)] == [True, True, True]


def test_a_control_that_holds_the_same_at_every_address_is_no_fault(make_oracle):
    program = lower(attrs.evolve(make_oracle(4, 1, 2), excluded=()))
    (high, low), spare = program.outputs["address"].tolist(), program.n_wires
    copy = [(Op.ALLOC, spare), (Op.CNOT, high, spare), (Op.CNOT, high, spare + 1)]
    code = np.concatenate([encode([(Op.ALLOC, spare + 1), *copy]), program.code])
    program = attrs.evolve(program, n_wires=spare + 2, code=code)
    for control, same in ((spare, True), (low, False)):
        code = program.code.copy()
        code[3, 1] = control
        mutant = Mutant(index=3, op=Op.CNOT, kind="alter", program=attrs.evolve(program, code=code))
        assert is_renamed(program, mutant, 4) == same
