"""Figures that others published, from the same logical counts, within 5 %."""

import pytest

from qattention.estimates.physical import (
    LogicalCounts,
    Machine,
    QreSettings,
    beverland,
    gidney_fowler,
    qre_front,
    synthesise,
)
from qattention.estimates.physical.units import Catalysed

REALISTIC, OPTIMISTIC = Machine(p_physical=1e-3), Machine(p_physical=1e-4)

# The Azure estimator's conventions (qubit_gate_ns_e3, surface_code): rounds of four gates and two
# measurements, factories whose rounds share their qubits.
AZURE = QreSettings(factory="round-based", reuse_qubits=True, cycle_time_ns=400)
# Its point of fewest qubits gives the data half of the budget, hence distance 21, and waits for one factory.
AZURE_SMALLEST = QreSettings(
    factory="round-based", reuse_qubits=True, cycle_time_ns=400, distances=(21,), slow_downs=(12.72,)
)


@pytest.mark.parametrize(
    ("settings", "qubits", "runtime_s", "distance", "n_factories"),
    [(AZURE, 602_120, 12.5617512, 19, 15), (AZURE_SMALLEST, 423_720, 176.548008, 21, 1)],
)
def test_azure_frontier_of_the_peers_case(
    peers: LogicalCounts,
    settings: QreSettings,
    qubits: int,
    runtime_s: float,
    distance: int,
    n_factories: int,
) -> None:
    """Ends of qsharp's frontier at error 1e-3, budget 0.01 (qsharp 1.31.0)."""
    found = qre_front(peers, REALISTIC, 0.01, settings)[0]
    assert found.physical_qubits == pytest.approx(qubits, rel=0.05)
    assert found.runtime_s == pytest.approx(runtime_s, rel=0.05)
    assert (found.code_distance, found.n_factories) == (distance, n_factories)


def test_azure_frontier_needs_its_own_cycle_time(peers: LogicalCounts) -> None:
    own = qre_front(peers, REALISTIC, 0.01, QreSettings(factory="round-based", reuse_qubits=True))[0]
    assert own.runtime_s != pytest.approx(12.5617512, rel=0.05)


def test_gidney_fowler_spreadsheet() -> None:
    """10^8 T and 10^8 Toffoli on 100 qubits: arXiv:1812.01238, its calculator, as in Qualtran's tests."""
    counts = LogicalCounts(n_qubits=100, n_t=10**8, n_ccz=10**8)
    found = gidney_fowler(counts, REALISTIC, 0.01, n_factories=1, factories=[Catalysed(inner=15, outer=31)])
    assert found.physical_qubits == pytest.approx(4.00e5, rel=0.05)
    assert found.runtime_s / 3600 == pytest.approx(7.53, rel=0.05)
    assert found.p_fail == pytest.approx(0.0084, rel=0.05)


# Beverland et al., arXiv:2211.07629, section IV, as Qualtran's tests have them: counts and budget; steps,
# code distance at an error of 1e-4, T states.
CHEMISTRY = LogicalCounts(
    n_qubits=1318,
    n_t=55_300_000,
    n_rotations=206_000_000,
    rotation_depth=205_000_000,
    n_ccz=135_000_000_000,
    n_measurements=1_370_000_000,
)
FACTORING = LogicalCounts(
    n_qubits=12_581,
    n_t=12,
    n_rotations=12,
    rotation_depth=12,
    n_ccz=3_730_000_000,
    n_measurements=1_080_000_000,
)


@pytest.mark.parametrize(
    ("counts", "p_fail", "steps", "distance", "n_t"),
    [(CHEMISTRY, 1e-2, 4.1e11, 17, 5.44e11), (FACTORING, 1 / 3, 1.23e10, 13, 1.49e10)],
)
def test_beverland_applications(
    counts: LogicalCounts, p_fail: float, steps: float, distance: int, n_t: float
) -> None:
    found = beverland(counts, OPTIMISTIC, p_fail)
    assert found.code_distance == distance
    assert found.n_steps == pytest.approx(steps, rel=0.05)
    assert synthesise(counts, p_fail).n_t_equivalent == pytest.approx(n_t, rel=0.05)
    assert found.cycle_time_us == pytest.approx(0.4)
    assert found.p_fail <= p_fail
