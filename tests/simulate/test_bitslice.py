"""The compiled engine against a twin that runs one basis state at a time with Python integers."""

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.lowering.lower import lower
from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, Op
from qattention.simulate.bitslice import run_program


def run_one(program, wires, outcomes):
    """One basis state: final wires, sign bit, was an ancilla dirty. Shares nothing with the engine."""
    bit, sign, dirty, outcomes = list(wires), 0, False, np.array(outcomes, dtype=object)
    for op, a, b, c, d, e in program.code.tolist():
        match Op(op):
            case Op.ALLOC | Op.FREE:
                dirty |= bool(bit[a])
                bit[a] = 0
            case Op.X:
                bit[a] ^= 1
            case Op.Z:
                sign ^= bit[a]
            case Op.CNOT:
                bit[b] ^= bit[a]
            case Op.CZ:
                sign ^= bit[a] & bit[b]
            case Op.SWAP:
                bit[a], bit[b] = bit[b], bit[a]
            case Op.AND:
                dirty |= bool(bit[c])
                bit[c] ^= bit[a] & bit[b]
            case Op.TOFFOLI:
                bit[c] ^= bit[a] & bit[b]
            case Op.CSWAP:
                if bit[a]:
                    bit[b], bit[c] = bit[c], bit[b]
            case Op.MEASURE_X:
                sign ^= bit[a] & outcomes[d]
                bit[a] = 0
            case Op.X_IF:
                bit[a] ^= outcomes[d]
            case Op.Z_IF:
                sign ^= bit[a] & outcomes[d]
            case Op.CZ_IF:
                sign ^= bit[a] & bit[b] & outcomes[d]
            case Op.CZ_PARITY:
                mask = program.tables[e].bits()[d]
                odd = int(outcomes[program.spans[c][mask]].sum() + program.tables[e].flips[d]) & 1
                sign ^= odd & bit[a] & (bit[b] if b >= 0 else 1)
            case Op.XOR_ROW:
                for wire in program.spans[c][program.tables[e].bits()[d]].tolist():
                    bit[wire] ^= bit[a]
    return bit, sign, dirty


def random_program(rng, n_wires=9, n_ops=60):
    """Any gates in any order, wires alive throughout."""
    ops = []
    for i in range(n_ops):
        a, b, c = rng.permutation(n_wires)[:3].tolist()
        ops.append(
            [
                (Op.X, a),
                (Op.Z, a),
                (Op.CNOT, a, b),
                (Op.CZ, a, b),
                (Op.SWAP, a, b),
                (Op.TOFFOLI, a, b, c),
                (Op.CSWAP, a, b, c),
                (Op.MEASURE_X, a, i),
                (Op.X_IF, a, int(rng.integers(n_ops))),
                (Op.Z_IF, a, int(rng.integers(n_ops))),
                (Op.CZ_IF, a, b, int(rng.integers(n_ops))),
                (Op.AND, a, b, c),
            ][rng.integers(12)]
        )
    wires = np.arange(n_wires, dtype=np.int32)
    return GateProgram(
        code=encode(ops), n_wires=n_wires, n_cbits=n_ops, inputs={"x": wires}, outputs={"x": wires}
    )


@pytest.mark.parametrize("seed", range(20))
def test_engine_equals_the_twin_on_random_programs(seed):
    rng = np.random.default_rng(seed)
    program = random_program(rng)
    outcomes = rng.integers(0, 2, program.n_cbits, dtype=np.uint8)
    states = np.arange(2**9)
    result = run_program(program, {"x": states}, outcomes, batch_bytes=9 * 8 * 3)
    for state in rng.choice(states, 40, replace=False).tolist():
        bits, sign, dirty = run_one(program, [state >> (8 - i) & 1 for i in range(9)], outcomes)
        assert result.outputs["x"][state] == sum(bit << (8 - i) for i, bit in enumerate(bits))
        assert (bool(result.phase[state]), bool(result.dirty[state])) == (bool(sign), dirty)


@pytest.mark.parametrize("size", [(3, 2, 2), (37, 2, 3)])
def test_engine_equals_the_twin_on_an_oracle(make_oracle, size):
    program = lower(make_oracle(*size))
    outcomes = np.random.default_rng(1).integers(0, 2, program.n_cbits, dtype=np.uint8)
    result = run_program(program, {"address": np.arange(size[0])}, outcomes)
    address = program.inputs["address"]
    for j in range(size[0]):
        wires = [0] * program.n_wires
        for i, wire in enumerate(address.tolist()):
            wires[wire] = j >> (len(address) - 1 - i) & 1
        bits, sign, dirty = run_one(program, wires, outcomes)
        assert (bool(sign), dirty, sum(bits)) == (bool(result.phase[j]), False, j.bit_count())


@pytest.mark.parametrize("n_states", [1, 63, 64, 65, 130])
def test_any_number_of_states_and_any_batch_gives_the_same(make_oracle, n_states):
    program = lower(make_oracle(130, 1, 2))
    outcomes = np.random.default_rng(0).integers(0, 2, program.n_cbits, dtype=np.uint8)
    whole = run_program(program, {"address": np.arange(130)}, outcomes)
    part = run_program(program, {"address": np.arange(n_states)}, outcomes, batch_bytes=1)
    np.testing.assert_array_equal(part.phase, whole.phase[:n_states])
    np.testing.assert_array_equal(part.outputs["address"], np.arange(n_states))


def test_a_dirty_ancilla_is_seen_at_its_end_and_at_the_end_of_the_program():
    wire = np.array([0], dtype=np.int32)
    kept = encode([(Op.CNOT, 0, 1)])
    freed = encode([(Op.ALLOC, 1), (Op.CNOT, 0, 1), (Op.FREE, 1)])
    for code in (kept, freed):
        program = GateProgram(code=code, n_wires=2, n_cbits=0, inputs={"x": wire}, outputs={"x": wire})
        result = run_program(program, {"x": np.array([0, 1])}, np.zeros(0, np.uint8))
        assert result.dirty.tolist() == [False, True]


def test_gates_that_leave_the_basis_and_wrong_outcomes_are_refused():
    wire = np.array([0], dtype=np.int32)
    program = GateProgram(
        code=encode([(Op.H, 0)]), n_wires=1, n_cbits=0, inputs={"x": wire}, outputs={"x": wire}
    )
    with pytest.raises(SpecError, match="`program`: got 'H'"):
        run_program(program, {"x": np.array([0])}, np.zeros(0, np.uint8))
    with pytest.raises(SpecError, match="`outcomes`: got 3"):
        run_program(lower(_cnot()), {"ctrl": np.array([0]), "target": np.array([0])}, np.zeros(3, np.uint8))


def _cnot():
    from qualtran.bloqs.basic_gates import CNOT

    return CNOT()
