"""The Cirq export, executed by Cirq's simulator."""

from __future__ import annotations

from functools import partial
from itertools import product

import attrs
import cirq
import numpy as np
import pytest
from statevector import run_statevector

from qattention.errors import SpecError
from qattention.export.cirq_circuit import cirq_json, to_cirq
from qattention.export.registers import name_registers
from qattention.lowering.operands import wires_of
from qattention.lowering.program import GateProgram, Op


def check_against_cirq(
    program: GateProgram, seed: int, circuit: cirq.Circuit | None = None
) -> list[tuple[int, ...]]:
    """On every basis state Cirq's final state is ours under Cirq's outcomes. Returns the outcomes."""
    export, keys = to_cirq(program), name_registers(program).bit_names()
    given, kept = wires_of(program.inputs.values()).tolist(), wires_of(program.outputs.values()).tolist()
    simulator, seen = cirq.Simulator(dtype=np.complex128, seed=seed), []
    for values in product((0, 1), repeat=len(given)):
        start = np.zeros(program.n_wires, int)
        start[given] = values
        result = simulator.simulate(
            circuit or export.circuit, qubit_order=export.qubits, initial_state=start.tolist()
        )
        outcomes = np.array([int(result.measurements[keys[bit]][0]) for bit in range(program.n_cbits)])
        mine = run_statevector(program, one_hot(values), outcomes=outcomes).state
        theirs = result.final_state_vector.reshape((2,) * program.n_wires)
        rest = [wire for wire in range(program.n_wires) if wire not in kept]
        clean = theirs.transpose([*kept, *rest]).reshape(2 ** len(kept), -1)[:, 0]  # all others in |0>
        np.testing.assert_allclose(clean, mine.ravel(), atol=1e-7)
        seen.append(tuple(outcomes.tolist()))
    return seen


def one_hot(values: tuple[int, ...]) -> np.ndarray:
    state = np.zeros(2 ** len(values))
    state[int("0" + "".join(map(str, values)), 2)] = 1
    return state


@pytest.mark.parametrize("seed", range(4))
def test_every_op_executes_as_ours(every_op: GateProgram, seed: int) -> None:
    assert len(set(check_against_cirq(every_op, seed))) > 4


@pytest.mark.parametrize("seed", range(3))
def test_the_oracle_executes_as_ours(oracle_gates: GateProgram, seed: int) -> None:
    assert len(set(check_against_cirq(oracle_gates, seed))) > 1


@pytest.mark.parametrize("seed", range(3))
def test_a_whole_search_executes_as_ours(search_gates: GateProgram, seed: int) -> None:
    check_against_cirq(search_gates, seed)


def test_a_search_finds_its_key_in_cirq(search_gates: GateProgram) -> None:
    export = to_cirq(search_gates)
    address = [export.qubits[wire] for wire in search_gates.outputs["address"].ravel()]
    circuit = export.circuit + cirq.Circuit(cirq.measure(*address, key="address"))
    for seed in range(3):
        measured = cirq.Simulator(seed=seed).simulate(circuit).measurements["address"]
        assert measured.tolist() == [0, 0]


def test_a_missing_operation_is_caught(oracle_gates: GateProgram) -> None:
    operations = list(to_cirq(oracle_gates).circuit.all_operations())
    last = max(i for i, operation in enumerate(operations) if operation.classical_controls)
    broken = cirq.Circuit(operations[:last] + operations[last + 1 :])
    checks = [partial(check_against_cirq, oracle_gates, seed, broken) for seed in range(4)]
    with pytest.raises(AssertionError):
        all(check() for check in checks)


def test_qubits_are_named_as_in_the_bloq(search_gates: GateProgram) -> None:
    names = [qubit.name for qubit in to_cirq(search_gates).qubits]
    assert names[:2] == ["address[0]", "address[1]"]
    assert all(name.startswith("ancilla[") for name in names[2:])


def test_what_cannot_be_written_is_refused(every_op: GateProgram) -> None:
    with pytest.raises(SpecError, match="at most 5"):
        to_cirq(every_op, max_operations=5)
    with pytest.raises(SpecError, match="bits b that are measured elsewhere"):
        to_cirq(attrs.evolve(every_op, n_cbits=5, cbit_inputs={"b": np.array([4], np.int32)}))
    assert len(to_cirq(every_op).circuit.all_measurement_key_names()) == every_op.n_cbits
    assert Op.CZ_PARITY in every_op.code[:, 0]


def test_keys_are_named_as_in_openqasm_and_tags_say_what_it_is(every_op: GateProgram) -> None:
    read = cirq.read_json(json_text=cirq_json(to_cirq(every_op, title="a\nb")))
    assert read.all_measurement_key_names() == {"found_[0]", "c[0]", "c[1]", "c[2]"}
    assert read.tags[:2] == ("a", "b")
    assert "Out: x_out (x), y_out (y), z_out (z); bits: found_ (found!)." in read.tags


def test_json_is_read_back_by_cirq(every_op: GateProgram, oracle_gates: GateProgram) -> None:
    for program in (every_op, oracle_gates):
        export = to_cirq(program)
        assert cirq.read_json(json_text=cirq_json(export)) == export.circuit
