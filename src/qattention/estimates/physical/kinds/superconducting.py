"""Superconducting qubits in surface codes, lattice surgery, distilled magic states."""

from __future__ import annotations

from typing import Any

from qattention.estimates.physical.beverland import beverland
from qattention.estimates.physical.counts import LogicalCounts
from qattention.estimates.physical.gidney_fowler import gidney_fowler
from qattention.estimates.physical.hardware import GATES_A_ROUND, Hardware
from qattention.estimates.physical.kind import TABLED, MachineKind, NamedMachine, Published, QreParts


def _architecture(one: Hardware, has_t: bool) -> Any:
    from qdk.qre import models

    from qattention.estimates.physical.qre_qubits import CliffordQubits

    gate_ns, measurement_ns = one.round_times_ns
    if not has_t:
        return CliffordQubits(gate_ns, measurement_ns, one.p_physical)
    return models.GateBased(gate_time=gate_ns, measurement_time=measurement_ns, error_rate=one.p_physical)


def _code(distances: tuple[int, ...], cycle_time_ns: int | None) -> Any:
    from qdk.qre import models

    return models.SurfaceCode.q(distance=list(distances), code_cycle_override=cycle_time_ns)


def _round_ns(one: Hardware) -> float:
    gate_ns, measurement_ns = one.round_times_ns
    return GATES_A_ROUND * gate_ns + measurement_ns


KIND = MachineKind(
    name="superconducting",
    summary="Superconducting qubits on a grid: surface codes, lattice surgery, distilled magic states.",
    source="Beverland et al., arXiv:2211.07629, table I; Gidney and Fowler, arXiv:1812.01238",
    validity="Physical errors below the threshold of 0.01; with Litinski's factories at most 0.001.",
    machines=(
        NamedMachine(name="superconducting-1e-3", p_physical=1e-3, place=1),
        NamedMachine(name="superconducting-1e-4", p_physical=1e-4, place=2),
    ),
    gate_time_ns=50,
    measurement_time_ns=100,
    has_rounds=True,
    least_round_ns=GATES_A_ROUND + 1,  # a ns for each gate and the measurement
    qre=QreParts(
        code_name="surface code",
        factory=TABLED,
        distances=tuple(range(3, 52, 2)),
        inner_distances=tuple(range(3, 26, 2)),
        architecture=_architecture,
        code=_code,
        round_ns=_round_ns,
    ),
    models=(gidney_fowler, beverland),
    published=(
        Published(
            name="RSA-2048, 2019",
            counts=LogicalCounts(n_qubits=6190, n_ccz=2_624_225_018),
            p_fail=0.1,
            model="Gidney-Fowler",
            qubits=20_000_000,
            runtime_s=8 * 3600.0,
            within=0.1,
            source="Gidney and Ekera, arXiv:1905.09749, abstract: qubits and Toffoli for n = 2048",
            why="The paper lays out runways and factories by hand and runs 31 % of failures again; here 1.5 "
            "patches a qubit, a Toffoli a reaction.",
        ),
        Published(
            name="Grover search of 2^12 keys, 2026",
            counts=LogicalCounts(n_qubits=209, n_ccz=479_750, n_measurements=213_612),
            p_fail=0.01,
            model="surface code",
            qubits=602_120,
            runtime_s=12.5617512,
            within=0.8,
            source="qsharp 1.31.0, the fast end of its frontier",
            why="Round-based factories there, Litinski's here (with round-based ones 5 %, test); rounds of "
            "400 ns there, 350 ns here.",
        ),
    ),
)
