"""What each test of the closed forms compares with."""

from collections.abc import Callable

import attrs
import numpy as np
import pytest
from qualtran import Bloq
from qualtran.resource_counting import QECGatesCost, get_cost_value

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import Circuit
from qattention.formulas import Costs, RowSums
from qattention.formulas.grid import GridPoint
from qattention.lowering.lower import lower
from qattention.lowering.resources import count

Figures = dict[str, int]


def from_formula(costs: Costs) -> Figures:
    """A closed form's figures; of one row, where it is of many."""
    return {name: int(np.asarray(value).reshape(-1)[0]) for name, value in attrs.asdict(costs).items()}


def from_bloqs(bloq: Bloq) -> Figures:
    """Those that the call graph has (it has no high-water mark)."""
    counts = get_cost_value(bloq, QECGatesCost())
    toffoli = counts.and_bloq + counts.toffoli + counts.cswap
    return {"toffoli": toffoli, "rotation": counts.rotation, "measurement": counts.measurement}


def from_gates(bloq: Bloq) -> Figures:
    """Those of the lowered program, gate by gate."""
    tally = count(lower(bloq))
    return {name: getattr(tally, name) for name in ("toffoli", "rotation", "measurement", "qubits")}


def differences(costs: Costs, bloq: Bloq, gates: bool = True) -> list[str]:
    """A line for each figure on which two witnesses differ."""
    formula = from_formula(costs)
    witnesses = {"bloqs": from_bloqs(bloq)} | ({"gates": from_gates(bloq)} if gates else {})
    return [
        f"{bloq} {name}: formula {formula[name]}, {witness} {value}"
        for witness, figures in witnesses.items()
        for name, value in figures.items()
        if formula[name] != value
    ]


@pytest.fixture(scope="session", name="differences")
def _differences() -> Callable[..., list[str]]:
    return differences


@pytest.fixture(scope="session")
def oracle_of() -> Callable[[GridPoint], HeavyKeyOracle]:
    def make(point: GridPoint) -> HeavyKeyOracle:
        table = KeyTable.from_values(point.keys, point.key_bits)
        circuit = Circuit(padding="on" if point.padded else "off")
        return HeavyKeyOracle(table, point.weights, point.threshold, circuit=circuit)

    return make


@pytest.fixture(scope="session")
def sums_of() -> Callable[[GridPoint], RowSums]:
    def make(point: GridPoint) -> RowSums:
        return RowSums.from_weights([point.weights], [point.threshold], point.key_bits)

    return make
