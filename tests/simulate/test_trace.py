"""`trace` shows every register at every boundary, and names the first bloq that is wrong."""

import attrs
import numpy as np
import pytest
from mutants import is_idle

from qattention.errors import SpecError
from qattention.lowering.lower import lower, lower_marked
from qattention.lowering.program import Op
from qattention.simulate.exact import prove_program
from qattention.simulate.trace import trace_oracle, trace_program
from qattention.simulate.verify import expected_phase

PARTS = [
    "QROMLoad",
    "InnerProduct",
    "ThresholdFlag",
    "ZGate",
    "ThresholdFlag†",
    "InnerProduct†",
    "MeasuredUnload",
]


@pytest.mark.parametrize("address", [0, 5, 15])
def test_registers_of_a_right_oracle(make_oracle, address):
    oracle = make_oracle(16, 2, 3)
    trace = trace_oracle(oracle, address)
    assert [step.bloq for step in trace.steps] == PARTS
    assert trace.first_wrong is None
    loaded = trace.steps[0].registers
    assert loaded == {"address": [address], "key": oracle.table.values[address].tolist()}
    acc = int(oracle.table.values[address] @ np.array(oracle.weights)) - oracle.threshold
    assert trace.steps[1].registers["sign"] == [int(acc < 0)]
    assert trace.steps[2].registers["flag"] == [int(acc >= 0)]
    assert trace.steps[-1].registers == {"address": [address]}
    assert trace.steps[-1].sign == (-1 if oracle.is_marked(address) else 1)


def test_a_padding_address_holds_the_zero_key(make_oracle):
    trace = trace_oracle(make_oracle(5, 2, 3, padded=True, threshold=-1), 7)
    assert trace.first_wrong is None
    assert trace.steps[0].registers["key"] == [0, 0]
    assert trace.steps[-1].sign == 1


@pytest.mark.parametrize("part", range(len(PARTS)))
def test_a_fault_is_placed_in_its_bloq(make_oracle, part):
    """An X on a live wire at the end of a part shows in that part, not later."""
    oracle = make_oracle(16, 2, 3)
    program, marks = lower_marked(oracle)
    outputs = {"QROMLoad": "key", "InnerProduct": "sign", "ThresholdFlag": "flag"}
    mark = marks[part]
    name = outputs.get(PARTS[part], next(iter(mark.outputs)))
    wire = int(np.ravel(mark.outputs[name])[0])
    code = np.insert(program.code, mark.end, [Op.X, wire, -1, -1, -1, -1], axis=0)
    moved = [attrs.evolve(m, end=m.end + (i >= part)) for i, m in enumerate(marks)]
    trace = trace_program(oracle, attrs.evolve(program, code=code), moved, 6, seed=0, draws=10)
    assert trace.first_wrong is not None
    assert trace.first_wrong.bloq == PARTS[part]


def test_marks_are_of_the_very_program_that_is_verified(make_oracle):
    oracle = make_oracle(37, 2, 3)
    program, marks = lower_marked(oracle)
    np.testing.assert_array_equal(program.code, lower(oracle).code)
    assert marks[-1].end == len(program)


def test_an_address_outside_is_refused(make_oracle):
    with pytest.raises(SpecError, match=r"`trace`: got 16; must be an address in 0\.\.15"):
        trace_oracle(make_oracle(16, 2, 3), 16)


def test_a_fault_under_one_outcome_is_reproduced_and_placed(make_oracle):
    """Some fix-ups of the unload dropped in turn: the outcome that the exact run names shows it there."""
    oracle = make_oracle(16, 2, 3, n_excluded=0)
    program, marks = lower_marked(oracle)
    fix_ups = np.flatnonzero(program.code[:, 0] == Op.CZ_PARITY).tolist()
    fix_ups = [here for here in fix_ups if not is_idle(program, here, 16)]
    assert len(fix_ups) >= 14
    for here in fix_ups[::5]:
        broken = attrs.evolve(program, code=np.delete(program.code, here, axis=0))
        failure = prove_program(broken, expected_phase(oracle)).first_failure(broken)
        moved = [attrs.evolve(mark, end=mark.end - (mark.end > here)) for mark in marks]
        trace = trace_program(
            oracle, broken, moved, failure["address"], seed=0, draws=1, outcome=failure["outcome"]
        )
        assert (trace.outcome, trace.draw) == (failure["outcome"], None)
        assert trace.first_wrong.bloq == "MeasuredUnload"
        assert "sign of the amplitude" in trace.first_wrong.expected
