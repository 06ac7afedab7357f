"""The statevector engine against dense matrices, and whole Grover searches against theory."""

from __future__ import annotations

from itertools import product

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray
from statevector import run_statevector

from qattention.bloqs.grover import GroverSearch
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.errors import CheckFailed, SpecError
from qattention.lowering.lower import lower
from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, MaskTable, Op
from qattention.lowering.schedule import with_fresh_wires

Matrix = NDArray[np.complex128]
ANGLES = np.array([np.pi / 4, -0.7, 2.1])


def program(ops: list[tuple[int, ...]], n_in: int, outputs: list[int], n_cbits: int = 0) -> GateProgram:
    """Wires 0 .. n_in - 1 come in; one span of wires, one of bits; three mask rows, two flipped."""
    return GateProgram(
        code=encode(ops),
        n_wires=8,
        n_cbits=n_cbits,
        inputs={"x": np.arange(n_in, dtype=np.int32)},
        outputs={"y": np.array(outputs, np.int32)},
        spans=(np.array([1, 2], np.int32), np.arange(2, dtype=np.int32)),
        tables=(
            MaskTable.from_bits(np.array([[1, 1], [0, 1], [0, 0]], bool), np.array([False, True, True])),
        ),
        angles=ANGLES,
    )


def permutation(n: int, move: object) -> Matrix:
    """The matrix of a map on tuples of n bits."""
    matrix = np.zeros((2**n, 2**n), dtype=complex)
    for i, bits in enumerate(product((0, 1), repeat=n)):
        image = move(*bits)  # type: ignore[operator]
        matrix[int("".join(map(str, image)), 2), i] = 1
    return matrix


def diagonal(n: int, phase: object) -> Matrix:
    """diag(exp(i phase(bits)))."""
    return np.diag([np.exp(1j * phase(*bits)) for bits in product((0, 1), repeat=n)])  # type: ignore[operator]


HADAMARD = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
# Gates on three wires (not all in order) and their matrices, written out from the definitions.
GATES = [
    ((Op.X, 1), permutation(3, lambda a, b, c: (a, 1 - b, c))),
    ((Op.Z, 2), diagonal(3, lambda a, b, c: np.pi * c)),
    ((Op.CNOT, 2, 0), permutation(3, lambda a, b, c: (a ^ c, b, c))),
    ((Op.CZ, 0, 2), diagonal(3, lambda a, b, c: np.pi * a * c)),
    ((Op.SWAP, 0, 2), permutation(3, lambda a, b, c: (c, b, a))),
    ((Op.TOFFOLI, 2, 0, 1), permutation(3, lambda a, b, c: (a, b ^ (a & c), c))),
    ((Op.CSWAP, 1, 0, 2), permutation(3, lambda a, b, c: (c, b, a) if b else (a, b, c))),
    ((Op.H, 1), np.kron(np.kron(np.eye(2), HADAMARD), np.eye(2))),
    ((Op.PHASE, 0, 1), diagonal(3, lambda a, b, c: -0.7 * a)),
    ((Op.GLOBAL_PHASE, 2), diagonal(3, lambda a, b, c: 2.1)),
    ((Op.XOR_ROW, 0, 0, 0, 0), permutation(3, lambda a, b, c: (a, b ^ a, c ^ a))),
    ((Op.XOR_ROW, 0, 0, 1, 0), permutation(3, lambda a, b, c: (a, b, c ^ a))),
]


def random_state(n: int, seed: int = 0) -> NDArray[np.complex128]:
    rng = np.random.default_rng(seed)
    state = rng.normal(size=2**n) + 1j * rng.normal(size=2**n)
    return state / np.linalg.norm(state)


@pytest.mark.parametrize(
    ("gate", "matrix"), GATES, ids=lambda x: Op(x[0]).name if isinstance(x, tuple) else ""
)
def test_gates_are_their_matrices(gate: tuple[int, ...], matrix: Matrix) -> None:
    state = random_state(3)
    found = run_statevector(program([gate], 3, [0, 1, 2]), state).state.ravel()
    np.testing.assert_allclose(found, matrix @ state, atol=1e-14)
    assert not np.allclose(found, state)


def test_every_gate_with_a_matrix_is_tested() -> None:
    others = {Op.ALLOC, Op.FREE, Op.AND, Op.MEASURE_X, Op.MEASURE_Z, Op.X_IF, Op.Z_IF, Op.CZ_IF, Op.CZ_PARITY}
    others.add(Op.QUERY)  # a device, not a gate: it has no matrix
    assert {gate[0] for gate, _ in GATES} | others == set(Op)


def test_the_inputs_are_most_significant_first() -> None:
    base = program([], 3, [0, 1, 2])
    for value in range(8):
        assert np.argmax(np.abs(run_statevector(base, {"x": value}).state)) == value
    assert np.argmax(np.abs(run_statevector(base, {"x": -3}).state)) == 5
    shaped = attrs.evolve(base, inputs={"x": np.arange(3, dtype=np.int32).reshape(3, 1)})
    assert np.argmax(np.abs(run_statevector(shaped, {"x": [1, 0, 1]}).state)) == 5


@pytest.mark.parametrize("outcome", [0, 1])
def test_measured_erasure_of_an_and_leaves_no_trace(outcome: int) -> None:
    ops = [(Op.AND, 0, 2, 5), (Op.MEASURE_X, 5, 0), (Op.CZ_IF, 0, 2, 0)]
    state = random_state(3)
    run = run_statevector(program(ops, 3, [0, 1, 2], 1), state, outcomes=[outcome])
    np.testing.assert_allclose(run.state.ravel(), state, atol=1e-14)
    assert run.p_outcomes == pytest.approx([0.5])
    if outcome:  # without the fix-up the phase is wrong
        bare = run_statevector(program(ops[:2], 3, [0, 1, 2], 1), state, outcomes=[1]).state.ravel()
        np.testing.assert_allclose(bare, diagonal(3, lambda a, b, c: np.pi * a * c) @ state, atol=1e-14)


@pytest.mark.parametrize("outcomes", list(product((0, 1), repeat=2)))
def test_parity_fixes_the_phase_of_copied_bits(outcomes: tuple[int, int]) -> None:
    copy = [(Op.ALLOC, 5), (Op.ALLOC, 6), (Op.CNOT, 0, 5), (Op.CNOT, 0, 6)]
    ops = [*copy, (Op.MEASURE_X, 5, 0), (Op.MEASURE_X, 6, 1), (Op.CZ_PARITY, 0, -1, 1, 0, 0)]
    state = random_state(2)
    run = run_statevector(program(ops, 2, [0, 1], 2), state, outcomes=outcomes)
    np.testing.assert_allclose(run.state.ravel(), state, atol=1e-14)
    flipped = program([*ops, (Op.CZ_PARITY, 0, 1, 1, 2, 0)], 2, [0, 1], 2)  # no bits, flip: always
    again = run_statevector(flipped, state, outcomes=outcomes).state.ravel()
    np.testing.assert_allclose(again, np.diag([1, 1, 1, -1]) @ state, atol=1e-14)


def test_teleportation_feeds_both_bits_forward() -> None:
    ops = [(Op.ALLOC, 1), (Op.ALLOC, 2), (Op.H, 1), (Op.CNOT, 1, 2), (Op.CNOT, 0, 1), (Op.MEASURE_X, 0, 0)]
    ops += [(Op.MEASURE_Z, 1, 1), (Op.X_IF, 2, 1), (Op.Z_IF, 2, 0)]
    state = random_state(1)
    for outcomes in product((0, 1), repeat=2):
        run = run_statevector(program(ops, 1, [2], 2), state, outcomes=outcomes)
        np.testing.assert_allclose(run.state, state, atol=1e-14)
        assert run.bits.tolist() == list(outcomes)


def test_drawn_outcomes_follow_their_probabilities() -> None:
    state = np.array([np.sqrt(0.2), 0, 0, np.sqrt(0.8)])
    base = program([(Op.MEASURE_Z, 0, 0)], 2, [1], 1)
    drawn = [run_statevector(base, state, seed=seed) for seed in range(400)]
    assert all(run.p_outcomes[0] == pytest.approx(0.8 if run.bits[0] else 0.2) for run in drawn)
    assert all(np.abs(run.state[run.bits[0]]) == pytest.approx(1) for run in drawn)
    assert abs(sum(int(run.bits[0]) for run in drawn) - 320) < 4 * np.sqrt(400 * 0.2 * 0.8)


def test_a_dirty_wire_and_an_impossible_outcome_are_failures() -> None:
    with pytest.raises(CheckFailed, match=r"wire 1 .*0\.64"):
        run_statevector(program([(Op.FREE, 1)], 2, [0]), np.array([0.6, 0.8, 0, 0]))
    with pytest.raises(CheckFailed, match="cannot be 1"):
        run_statevector(program([(Op.MEASURE_Z, 1, 0)], 2, [0], 1), {"x": 0}, outcomes=[1])


@pytest.mark.parametrize(
    "inputs", [{}, {"z": 0}, {"x": 4}, {"x": -3}, {"x": [0]}, np.ones(4), np.ones(3) / np.sqrt(3)]
)
def test_bad_inputs_are_refused(inputs: object) -> None:
    with pytest.raises(SpecError, match="inputs"):
        run_statevector(program([], 2, [0, 1]), inputs)  # type: ignore[arg-type]


def test_too_many_wires_are_refused() -> None:
    wide = np.arange(30, dtype=np.int32)
    with pytest.raises(SpecError, match="qubits"):
        run_statevector(
            GateProgram(code=encode([]), n_wires=30, n_cbits=0, inputs={"x": wide}, outputs={"x": wide}),
            {"x": 0},
        )


def search(n: int, n_iterations: int, n_marked: int) -> tuple[GroverSearch, NDArray[np.bool_]]:
    """A whole search for the largest of n random keys, and which are marked."""
    rng = np.random.default_rng(n)
    keys = np.stack([rng.permutation(n) - n // 2, np.zeros(n, int)], axis=1)[:, :1]
    threshold = int(np.sort(keys[:, 0])[-n_marked])
    oracle = HeavyKeyOracle(KeyTable.from_values(keys, 4), weights=(1,), threshold=threshold)
    return GroverSearch(oracle, n_iterations), keys[:, 0] >= threshold


@pytest.mark.parametrize(
    ("n", "n_marked", "n_iterations"), [(2, 1, 0), (4, 1, 1), (5, 1, 1), (5, 2, 2), (8, 1, 2), (7, 2, 3)]
)
def test_grover_search_from_gates_is_theory(n: int, n_marked: int, n_iterations: int) -> None:
    bloq, marked = search(n, n_iterations, n_marked)
    gates = lower(bloq)
    theta = np.arcsin(np.sqrt(n_marked / n))
    hit = np.sin((2 * n_iterations + 1) * theta) ** 2
    expected = np.zeros(2 ** len(gates.outputs["address"].ravel()))
    expected[:n] = np.where(marked, hit / n_marked, (1 - hit) / max(n - n_marked, 1))
    for seed in range(3):
        run = run_statevector(gates, {}, seed=seed)
        np.testing.assert_allclose(run.probabilities("address"), expected, atol=1e-10)
        if n_iterations:
            np.testing.assert_allclose(run.p_outcomes, 0.5, atol=1e-10)  # measured erasure says nothing


def test_fresh_wires_change_nothing_but_names() -> None:
    gates = lower(search(5, 1, 2)[0])
    forced = np.random.default_rng(0).integers(0, 2, gates.n_cbits)
    runs = [run_statevector(p, {}, outcomes=forced).state for p in (gates, with_fresh_wires(gates))]
    np.testing.assert_allclose(runs[0], runs[1], atol=1e-12)


def test_a_dropped_gate_shows() -> None:
    gates = lower(search(4, 1, 1)[0])
    good = run_statevector(gates, {}, outcomes=np.ones(gates.n_cbits, int)).probabilities("address")
    at = int(np.flatnonzero(gates.code[:, 0] == Op.CZ_IF)[0])
    broken = attrs.evolve(gates, code=np.delete(gates.code, at, axis=0))
    bad = run_statevector(broken, {}, outcomes=np.ones(gates.n_cbits, int)).probabilities("address")
    assert not np.allclose(bad, good)
