"""OpenQASM 3 text, read back by Qiskit's importer and executed by Aer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import product

import attrs
import numpy as np
import openqasm3
import pennylane
import pytest
from qiskit import QuantumCircuit, qasm2, qasm3
from qiskit_aer import AerSimulator
from statevector import run_statevector

from qattention.errors import SpecError
from qattention.export.qasm2 import to_qasm2
from qattention.export.qasm3 import to_qasm3
from qattention.export.registers import name_registers
from qattention.lowering.operands import encode, wires_of
from qattention.lowering.program import GateProgram, MaskTable, Op
from qattention.lowering.resources import count

N_SHOTS = 12


def ours_first(circuit: QuantumCircuit, ones: list[int]) -> QuantumCircuit:
    """The circuit after X on some of its qubits, with the state of each shot saved."""
    prepared = circuit.copy_empty_like()
    prepared.global_phase = 0  # `compose` brings it
    if ones:
        prepared.x(ones)
    prepared.compose(circuit, inplace=True)
    prepared.save_statevector(pershot=True)
    return prepared


Loads = Callable[[str], QuantumCircuit]


def check_against_aer(
    program: GateProgram, text: str, seed: int, loads: Loads = qasm3.loads, angle: float = 0.0
) -> list[str]:
    """On every basis state Aer's final state is ours under Aer's outcomes, but for a global phase `angle`.

    Returns the outcomes.
    """
    circuit, registers = loads(text), name_registers(program)
    wires = [wire for register in registers.quantum.values() for wire in register]
    bits = [bit for register in registers.classical.values() for bit in register]
    given, kept = wires_of(program.inputs.values()).tolist(), wires_of(program.outputs.values()).tolist()
    seen = []
    for i, values in enumerate(product((0, 1), repeat=len(given))):
        ones = [wires.index(wire) for wire, value in zip(given, values, strict=True) if value]
        job = AerSimulator(method="statevector", seed_simulator=seed + i, max_parallel_threads=1).run(
            ours_first(circuit, ones), shots=N_SHOTS, memory=True
        )
        start = np.zeros(2 ** len(given))
        start[int("0" + "".join(map(str, values)), 2)] = 1
        for memory, state in zip(job.result().get_memory(), job.result().data()["statevector"], strict=True):
            read = memory.replace(" ", "")[::-1]
            outcomes = np.zeros(program.n_cbits, int)
            outcomes[bits] = [int(bit) for bit in read]
            mine = run_statevector(program, start, outcomes=outcomes).state
            theirs = np.asarray(state).reshape((2,) * len(wires))
            axes = [len(wires) - 1 - wires.index(wire) for wire in kept]
            rest = [axis for axis in range(len(wires)) if axis not in axes]
            clean = theirs.transpose([*axes, *rest]).reshape(2 ** len(kept), -1)[:, 0]  # all others in |0>
            np.testing.assert_allclose(np.exp(1j * angle) * clean, mine.ravel(), atol=1e-7)
            seen.append(read)
    return seen


@pytest.mark.parametrize("and_form", ["ccx", "clifford+t"])
def test_every_op_executes_as_ours(every_op: GateProgram, and_form: str) -> None:
    assert set(every_op.code[:, 0]) == set(Op) - {Op.QUERY}
    seen = check_against_aer(every_op, to_qasm3(every_op, and_form=and_form), seed=1)  # type: ignore[arg-type]
    assert all({read[i] for read in seen} == {"0", "1"} for i in range(every_op.n_cbits))


@pytest.mark.parametrize("and_form", ["ccx", "clifford+t"])
def test_every_op_in_plain_words_executes_as_ours(every_op: GateProgram, and_form: str) -> None:
    text = to_qasm3(every_op, and_form=and_form, spelling="plain")  # type: ignore[arg-type]
    assert "include" not in text
    check_against_aer(every_op, text, seed=1)


def test_every_op_in_openqasm_2_executes_as_ours_but_for_the_global_phase(every_op: GateProgram) -> None:
    text = to_qasm2(every_op)
    assert "// a global phase of -1.1" in text
    check_against_aer(every_op, text, seed=1, loads=loads_2, angle=global_phase(every_op))


def test_whole_searches_in_the_other_spellings_execute_as_ours(search_gates: GateProgram) -> None:
    check_against_aer(search_gates, to_qasm3(search_gates, spelling="plain"), seed=3)
    angle = global_phase(search_gates)
    assert angle
    check_against_aer(search_gates, to_qasm2(search_gates), seed=3, loads=loads_2, angle=angle)


def global_phase(program: GateProgram) -> float:
    """What the text of version 2 leaves out."""
    code = program.code
    return float(program.angles[code[code[:, 0] == Op.GLOBAL_PHASE][:, 4]].sum())


def loads_2(text: str) -> QuantumCircuit:
    """Gates that Qiskit's exporters have come to expect in qelib1.inc, as other readers of version 2 do."""
    return qasm2.loads(text, custom_instructions=qasm2.LEGACY_CUSTOM_INSTRUCTIONS)


def test_pennylane_reads_the_plain_spelling(search_gates: GateProgram) -> None:
    """A reader that knows no include, no registers of bits and no indexed targets of measurements."""
    read = pennylane.from_qasm3(to_qasm3(search_gates, spelling="plain"))
    with pennylane.tape.QuantumTape() as tape:
        read()
    names = Counter(type(one).__name__ for one in tape.operations)
    known = qasm3.loads(to_qasm3(search_gates)).count_ops()
    assert names["Toffoli"] == known["ccx"]
    assert names["MidMeasure"] == known["measure"] + known["reset"]
    assert names["Conditional"] == known["if_else"]
    with pytest.raises(NotImplementedError, match="Include"):
        pennylane.from_qasm3(to_qasm3(search_gates))()


def test_the_oracle_executes_as_ours_at_every_address(oracle_gates: GateProgram) -> None:
    seen = check_against_aer(oracle_gates, to_qasm3(oracle_gates), seed=2)
    assert len(set(seen)) > 10  # measured outcomes differ from shot to shot


def test_a_whole_search_executes_as_ours(search_gates: GateProgram) -> None:
    check_against_aer(search_gates, to_qasm3(search_gates, title="GroverSearch"), seed=3)


@pytest.mark.parametrize("op", [Op.CZ_PARITY, Op.CZ_IF, Op.CNOT, Op.MEASURE_X, Op.AND])
def test_a_missing_line_is_caught(oracle_gates: GateProgram, op: Op) -> None:
    """The comparison above can fail."""
    text = to_qasm3(oracle_gates).splitlines()
    ops = [row for row in oracle_gates.code[:, 0].tolist() if row not in (Op.ALLOC, Op.FREE)]
    last = max(i for i, row in enumerate(ops) if row == op)
    del text[len(text) - len(ops) + last]
    with pytest.raises(AssertionError):
        check_against_aer(oracle_gates, "\n".join(text), seed=2)


def test_toffolis_as_four_t_gates_each(oracle_gates: GateProgram) -> None:
    read = qasm3.loads(to_qasm3(oracle_gates, and_form="clifford+t")).count_ops()
    assert read["t"] + read["tdg"] == 4 * count(oracle_gates).toffoli
    assert qasm3.loads(to_qasm3(oracle_gates)).count_ops()["ccx"] == count(oracle_gates).toffoli


def test_registers_are_named_as_in_the_bloq(every_op: GateProgram, search_gates: GateProgram) -> None:
    head = to_qasm3(every_op, title="a\nb").splitlines()[:20]
    assert head[:3] == ["OPENQASM 3.0;", "// a", "// b"]
    assert head[4:6] == [
        "// In, for the caller to prepare: x_2 (x), measure_2 (measure).",
        "// Out: x_out (x), y_out (y), z_out (z); bits: found_ (found!).",
    ]
    assert head[8:14] == [
        'include "stdgates.inc";',
        "qubit[2] x_2;",
        "qubit[2] measure_2;",
        "qubit[3] ancilla;",
        "bit[1] found_;",
        "bit[3] c;",
    ]
    assert head[14] == "reset ancilla;"
    assert head[15:17] == ["let x_out = x_2[1:1] ++ x_2[0:0];", "let y_out = ancilla[0:0] ++ measure_2[0:0];"]
    assert [r.name for r in qasm3.loads(to_qasm3(search_gates)).qregs] == ["address", "ancilla"]


def test_the_head_counts_what_the_text_has(oracle_gates: GateProgram) -> None:
    text = to_qasm3(oracle_gates)
    read = qasm3.loads(text).count_ops()
    told = re.search(
        r"// Counts: Toffoli-like (\d+), T 0, rotations 0, measurements (\d+), qubits (\d+).", text
    )
    assert told
    n_qubits = sum(int(n) for n in re.findall(r"^qubit\[(\d+)\]", text, re.MULTILINE))
    assert [int(n) for n in told.groups()] == [read["ccx"], read["measure"], n_qubits]


@pytest.mark.parametrize(
    ("name", "legal"), [("p", "p_2"), ("a b", "a_b"), ("3d", "r_3d"), ("c", "c"), ("π", "_")]
)
def test_names_are_made_legal(name: str, legal: str) -> None:
    wires = {name: np.array([0], np.int32), "ancilla": np.array([1], np.int32)}
    program = GateProgram(code=encode([(Op.H, 0)]), n_wires=3, n_cbits=1, inputs=wires, outputs=wires)
    named = name_registers(program)
    assert list(named.quantum)[1:] == ["ancilla", "ancilla_2"]
    assert next(iter(named.quantum)) == ("r__" if name == "π" else legal)
    assert list(named.classical) == ["c_2" if name == "c" else "c"]
    assert qasm3.loads(to_qasm3(program)).num_qubits == 3


def parity_program(mask: list[int], flip: bool) -> GateProgram:
    """H and a Z measurement for each of three bits, then one parity on wire 0."""
    ops = [op for i in range(3) for op in [(Op.ALLOC, 1), (Op.H, 1), (Op.MEASURE_Z, 1, i)]]
    x = {"x": np.array([0], np.int32)}
    return GateProgram(
        code=encode([*ops, (Op.CZ_PARITY, 0, -1, 0, 0, 0)]),
        n_wires=2,
        n_cbits=3,
        inputs=x,
        outputs=x,
        spans=(np.arange(3, dtype=np.int32),),
        tables=(MaskTable.from_bits(np.array([mask], bool), np.array([flip])),),
    )


@pytest.mark.parametrize(
    ("mask", "flip"), list(product([[1, 1, 1], [1, 0, 1], [0, 1, 0], [0, 0, 0]], [False, True]))
)
def test_parity_expressions_mean_the_parity(mask: list[int], flip: bool) -> None:
    """Parsed by the language's reference parser; the condition is evaluated from its syntax tree."""
    tree = openqasm3.parse(to_qasm3(parity_program(mask, flip), parity="expression"))
    conditions = [s.condition for s in tree.statements if isinstance(s, openqasm3.ast.BranchingStatement)]
    bare = [s for s in tree.statements if isinstance(s, openqasm3.ast.QuantumGate) and s.name.name == "z"]
    for bits in product((0, 1), repeat=3):
        wanted = (sum(b for b, m in zip(bits, mask, strict=True) if m) + flip) % 2
        found = sum(evaluate(condition, bits) for condition in conditions) + len(bare)
        assert found == wanted


def evaluate(node: openqasm3.ast.Expression, bits: tuple[int, ...]) -> int:
    """The value of an expression over the register c."""
    match node:
        case openqasm3.ast.BinaryExpression():
            left, right = evaluate(node.lhs, bits), evaluate(node.rhs, bits)
            return {"^": left ^ right, "==": int(left == right)}[node.op.name]
        case openqasm3.ast.BooleanLiteral():
            return int(node.value)
        case openqasm3.ast.IndexExpression():
            assert node.collection.name == "c"
            return bits[node.index[0].value]
    raise AssertionError(f"unexpected {node}")


@pytest.mark.parametrize(("mask", "flip"), list(product([[1, 1, 1], [1, 0, 1], [0, 0, 0]], [False, True])))
def test_parity_as_single_bits_executes_as_ours(mask: list[int], flip: bool) -> None:
    program = parity_program(mask, flip)
    assert len(set(check_against_aer(program, to_qasm3(program), seed=4))) > 4


def test_long_texts_are_refused(oracle_gates: GateProgram) -> None:
    with pytest.raises(SpecError, match=r"`export`.*OpenQASM statements.*at most 50"):
        to_qasm3(oracle_gates, max_statements=50)


def test_given_bits_are_refused(every_op: GateProgram) -> None:
    given = attrs.evolve(every_op, n_cbits=5, cbit_inputs={"b": np.array([4], np.int32)})
    with pytest.raises(SpecError, match="bits b that are measured elsewhere"):
        to_qasm3(given)
