"""Small programs that exercise every opcode an exporter must write."""

from __future__ import annotations

import numpy as np
import pytest

from qattention.bloqs.grover import GroverSearch
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.lowering.lower import lower
from qattention.lowering.operands import encode
from qattention.lowering.program import GateProgram, MaskTable, Op

KEYS = np.array([[1], [-2], [0], [-1]])


@pytest.fixture(scope="session")
def every_op() -> GateProgram:
    """Each opcode at least once; outputs are a mix of input and new wires; one classical register."""
    ops = [
        (Op.H, 0), (Op.H, 1), (Op.PHASE, 0, 0), (Op.ALLOC, 4), (Op.ALLOC, 5), (Op.XOR_ROW, 0, 0, 0, 0),
        (Op.XOR_ROW, 1, 0, 1, 0), (Op.AND, 0, 1, 6), (Op.TOFFOLI, 6, 2, 3), (Op.CSWAP, 0, 2, 3),
        (Op.CZ, 1, 6), (Op.H, 2), (Op.SWAP, 2, 3), (Op.MEASURE_X, 6, 0), (Op.CZ_IF, 0, 1, 0),
        (Op.MEASURE_X, 4, 1), (Op.MEASURE_X, 5, 2), (Op.CZ_PARITY, 0, -1, 1, 0, 1),
        (Op.CZ_PARITY, 1, 2, 1, 1, 1),
        (Op.CZ_PARITY, 1, -1, 1, 2, 1), (Op.ALLOC, 4), (Op.X, 4), (Op.CNOT, 4, 2), (Op.Z, 2), (Op.CNOT, 4, 5),
        (Op.X_IF, 3, 2), (Op.Z_IF, 3, 1), (Op.GLOBAL_PHASE, 1), (Op.H, 3), (Op.MEASURE_Z, 3, 3),
        (Op.PHASE, 1, 2),
    ]  # fmt: skip
    ops.insert(ops.index((Op.CNOT, 4, 5)), (Op.ALLOC, 5))
    ops += [(Op.X, 5), (Op.FREE, 5), (Op.ALLOC, 3)]
    return GateProgram(
        code=encode(ops),
        n_wires=7,
        n_cbits=4,
        inputs={"x": np.array([0, 1], np.int32), "measure": np.array([[2], [3]], np.int32)},
        outputs={
            "x": np.array([1, 0], np.int32),
            "y": np.array([4, 2], np.int32),
            "z": np.array([3], np.int32),
        },
        cbit_outputs={"found!": np.array([3], np.int32)},
        spans=(np.array([4, 5], np.int32), np.array([1, 2], np.int32)),
        tables=(
            MaskTable.from_bits(np.array([[1, 0], [1, 1]], bool)),
            MaskTable.from_bits(np.array([[1, 1], [0, 1], [0, 0]], bool), np.array([False, True, True])),
        ),
        angles=np.array([0.3, -1.1, np.pi / 4]),
    )


@pytest.fixture(scope="session")
def oracle() -> HeavyKeyOracle:
    return HeavyKeyOracle(KeyTable.from_values(KEYS, 2), weights=(1,), threshold=1)


@pytest.fixture(scope="session")
def oracle_gates(oracle: HeavyKeyOracle) -> GateProgram:
    """A heavy-key oracle on four addresses, address 0 marked."""
    return lower(oracle)


@pytest.fixture(scope="session")
def search_gates(oracle: HeavyKeyOracle) -> GateProgram:
    """A whole Grover search with one iterate; it finds address 0 for certain."""
    return lower(GroverSearch(oracle, 1))
