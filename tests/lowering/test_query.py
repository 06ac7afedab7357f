"""Queries of a memory device: an ideal look-up in its place, and what counts and schedules make of it."""

import attrs
import numpy as np
import pytest
from statevector import run_statevector

from qattention.bloqs.hardware_load import HardwareLoad
from qattention.bloqs.key_table import KeyTable
from qattention.errors import SpecError
from qattention.export.cirq_circuit import to_cirq
from qattention.export.qasm3 import to_qasm3
from qattention.lowering.lower import lower
from qattention.lowering.program import MaskTable, Op
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule
from qattention.simulate.bitslice import run_program


def load_of(n_keys, head_dim=2, key_bits=3):
    half = 2 ** (key_bits - 1)
    keys = np.random.default_rng(n_keys).integers(-half, half, (n_keys, head_dim))
    return HardwareLoad(KeyTable.from_values(keys, key_bits), padded=True)


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 1, 8), (5, 2, 3), (100, 11, 3), (1024, 1, 33)])
def test_every_address_reads_its_word_and_padding_reads_zero(shape):
    load = load_of(*shape)
    program, addresses = lower(load), np.arange(load.n_rows)
    result = run_program(program, {"address": addresses}, np.zeros(0, np.uint8))
    expected = np.zeros((load.n_rows, shape[1]), dtype=np.int64)
    expected[: shape[0]] = load.table.values % 2 ** shape[2]
    assert np.array_equal(result.outputs["key"], expected)
    assert np.array_equal(result.outputs["address"], addresses)
    assert not result.dirty.any()


def test_a_wrong_table_is_noticed():
    load = load_of(5)
    program = lower(load)
    bits = program.tables[0].bits()
    bits[3, 2] ^= True
    wrong = attrs.evolve(program, tables=(MaskTable.from_bits(bits),))
    results = [run_program(p, {"address": np.arange(8)}, np.zeros(0, np.uint8)) for p in (program, wrong)]
    differ = (results[0].outputs["key"] != results[1].outputs["key"]).any(axis=1)
    assert np.flatnonzero(differ).tolist() == [3]


def test_the_statevector_engine_reads_the_same_words():
    load = load_of(5, head_dim=1)
    for address in range(8):
        final = run_statevector(lower(load), {"address": address})
        word = int(load.table.values[address, 0]) % 8 if address < 5 else 0
        assert final.probabilities("key")[word] == pytest.approx(1)


def test_a_query_is_no_gate_and_takes_a_layer_of_neither_kind():
    load = load_of(5)
    for program in (lower(load), lower(load.adjoint())):
        tally = count(program)
        assert (tally.queries, tally.toffoli, tally.clifford, tally.measurement) == (1, 0, 0, 0)
        assert tally.qubits == 3 + 6
        for reuse in (True, False):
            plan = schedule(program, reuse=reuse)
            assert (plan.t_depth, plan.clifford_depth, plan.depth, plan.qubits) == (0, 0, 1, 9)
            assert "latency apart" in plan.rule


@pytest.mark.parametrize("write", [to_cirq, to_qasm3])
def test_no_format_has_a_gate_for_it(write):
    with pytest.raises(SpecError, match=r"`export`: got '?1 queries of a memory device'?; must be a loader"):
        write(lower(load_of(5)))


@pytest.mark.parametrize(
    ("span", "n_bits"), [([0, 1, 2, 3], 3), ([0, 1, 2, 3, 4, 5, 6, 7, 7], 3), ([0] * 70, 64)]
)
def test_a_span_that_is_no_address_and_word_is_refused(span, n_bits):
    program = lower(load_of(5))
    code = program.code.copy()
    code[code[:, 0] == Op.QUERY, 4] = n_bits
    with pytest.raises(SpecError, match=r"`spans\[0\]`: .*distinct wires"):
        count(attrs.evolve(program, code=code, spans=(np.array(span, dtype=np.int32),)))
