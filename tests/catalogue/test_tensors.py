"""Circuits contracted to their full matrix, against matrices written down without Qualtran."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray
from qualtran import Bloq, Register
from qualtran.simulation.classical_sim import do_phased_classical_simulation
from qualtran.simulation.tensor import bloq_to_dense

from qattention.catalogue import RECORDS, BloqRecord, Size, find_record

MAX_BITS = 13  # entering and leaving together: the matrix has 2**13 entries
Matrix = NDArray[np.complex128]


def _total_bits(bloq: Bloq) -> int:
    signature = bloq.signature
    return sum(reg.total_bits() for side in (signature.lefts(), signature.rights()) for reg in side)


def _cases() -> list[Any]:
    cases = []
    for record in RECORDS:
        if "tensor" not in record.checks:
            continue
        tiny = [size for size in record.sizes if _total_bits(record.build(size)) <= MAX_BITS]
        assert tiny, f"{record.slug}: no size is small enough for its tensor rung"
        cases += [
            pytest.param(record, size, id="-".join([record.slug, *map(str, size.values())])) for size in tiny
        ]
    return cases


def _index(registers: list[Register], values: dict[str, Any]) -> int:
    """Row or column of the matrix that stands for these register values."""
    bits = []
    for reg in registers:
        items = np.asarray(values[reg.name]).reshape(-1)
        bits += [bit for item in items for bit in reg.dtype.to_bits(item)]
    return int("".join(str(int(bit)) for bit in bits) or "0", 2)


def columns(bloq: Bloq, states: Any) -> dict[int, Matrix]:
    """Input index -> the state that the declared action makes of it."""
    lefts, rights = list(bloq.signature.lefts()), list(bloq.signature.rights())
    size = 2 ** sum(reg.total_bits() for reg in rights)
    found = {}
    for values, _ in states.reachable(bloq):
        out, phase = do_phased_classical_simulation(bloq, values)
        found[_index(lefts, values)] = phase * np.eye(size)[_index(rights, out)]
    return found


def uniform(n_items: int) -> Matrix:
    state = np.zeros(2 ** max(1, (n_items - 1).bit_length()))
    state[:n_items] = n_items**-0.5
    return state


def reflection(n_items: int, angle: float = np.pi) -> Matrix:
    """1 + (exp(i angle) - 1)|s><s|; for pi its negative, which is the usual reflection."""
    state = uniform(n_items)
    matrix = np.eye(len(state)) + (np.exp(1j * angle) - 1) * np.outer(state, state)
    return -matrix if angle == np.pi else matrix


def marks(oracle: Any) -> Matrix:
    """Diagonal of the oracle in plain NumPy."""
    heavy = oracle.table.values @ np.array(oracle.weights) >= oracle.threshold
    diagonal = np.ones(2 ** max(1, (len(heavy) - 1).bit_length()))
    diagonal[: len(heavy)][heavy] = -1
    return diagonal


def search_columns(bloq: Any) -> dict[int, Matrix]:
    iterate = reflection(bloq.oracle.n_items) * marks(bloq.oracle)
    return {0: np.linalg.matrix_power(iterate, bloq.n_iterations) @ uniform(bloq.oracle.n_items)}


def iterate_columns(bloq: Any) -> dict[int, Matrix]:
    """Without padding, on the addresses of the table only."""
    matrix = reflection(bloq.oracle.n_items) * marks(bloq.oracle)
    return {j: matrix[:, j] for j in range(int(bloq.oracle.n_items))}


def phased_columns(bloq: Any) -> dict[int, Matrix]:
    state = uniform(bloq.oracle.n_items)
    for marked, start in bloq.phases:
        phase = np.where(marks(bloq.oracle) < 0, np.exp(1j * marked), 1)
        state = reflection(bloq.oracle.n_items, start) @ (phase * state)
    return {0: state}


def uniform_columns(bloq: Any) -> dict[int, Matrix]:
    return {0: uniform(bloq.n_items)}


EXPECTED = {
    "grover_search": search_columns,
    "grover_iterate": iterate_columns,
    "phased_search": phased_columns,
    "reflection": lambda bloq: dict(enumerate(reflection(bloq.n_items, bloq.angle).T)),
    "uniform_superposition": uniform_columns,
}


@pytest.mark.parametrize(("record", "size"), _cases())
def test_matrix_of_the_circuit_is_the_action(record: BloqRecord, size: Size, states: Any) -> None:
    bloq = record.build(size)
    # Parts are not flattened, so that the measured unload stands for its declared isometry.
    matrix = bloq_to_dense(bloq.decompose_bloq(), full_flatten=False)
    if record.slug == "inner_product":
        _assert_sign_decides(bloq, matrix, states)
        return
    if record.slug == "uniform_superposition" and bloq.uncompute:
        matrix = matrix.conj().T
    matrix = matrix.reshape(len(matrix), -1)
    expected = EXPECTED[record.slug](bloq) if record.slug in EXPECTED else columns(bloq, states)
    assert expected
    for j, state in expected.items():
        np.testing.assert_allclose(matrix[:, j], state, atol=1e-7)


def _assert_sign_decides(bloq: Any, matrix: Matrix, states: Any) -> None:
    """Each key goes to one state, distinct ones to distinct ones, with the sign of its sum."""
    matrix = matrix.T if bloq.uncompute else matrix
    n_key_bits = bloq.key_shape[0] * bloq.key_shape[1]
    np.testing.assert_allclose(matrix.T @ matrix, np.eye(2**n_key_bits), atol=1e-7)
    by_sign = (matrix**2).reshape(2**n_key_bits, 2, -1, 2**n_key_bits).sum(axis=(0, 2))
    forward = bloq.adjoint() if bloq.uncompute else bloq
    for values, _ in states.reachable(forward):
        column = _index(list(forward.signature.lefts()), values)
        assert np.isclose(by_sign[int(bloq.acc(bloq.components(values["key"])) < 0), column], 1)


def test_a_wrong_matrix_is_caught(states: Any) -> None:
    """The witness of the oracle differs from the matrix of one with another threshold."""
    oracle = find_record("heavy_key_oracle").build({"n": 3, "d": 2, "b": 2})
    wrong = attrs.evolve(oracle, threshold=oracle.threshold + 100)
    matrix = bloq_to_dense(wrong.decompose_bloq(), full_flatten=False)
    assert any(not np.allclose(matrix[:, j], state) for j, state in columns(oracle, states).items())
