"""Majorana qubits: they measure pairs, in the three-aux code, with round-based distillation."""

from __future__ import annotations

from typing import Any

from qattention.estimates.physical.hardware import Hardware
from qattention.estimates.physical.kind import SEARCHED, MachineKind, NamedMachine, QreParts


def _architecture(one: Hardware, has_t: bool) -> Any:  # noqa: ARG001 (nothing is tabled for it)
    from qdk.qre import models

    return models.Majorana(error_rate=one.p_physical, time=one.measurement_time_ns)


def _code(distances: tuple[int, ...], cycle_time_ns: int | None) -> Any:  # noqa: ARG001 (it has none)
    from qdk.qre import models

    return models.ThreeAux.q(distance=list(distances), single_rail=[False])  # the other is slower, errs more


def _round_ns(one: Hardware) -> float:
    return 7 * one.gate_time_ns


KIND = MachineKind(
    name="majorana",
    summary="Majorana qubits, which measure pairs: the three-aux code, round-based distillation.",
    source="Beverland et al., arXiv:2211.07629, table I; arXiv:2310.12981",
    validity="Errors 1e-4, 1e-5 and 1e-6: those for which `qdk.qre` knows the error of a physical T.",
    machines=(
        NamedMachine(name="majorana-1e-4", p_physical=1e-4),
        NamedMachine(name="majorana-1e-6", p_physical=1e-6, place=3),
    ),
    gate_time_ns=1000,
    measurement_time_ns=1000,
    has_rounds=False,
    known_errors=(1e-4, 1e-5, 1e-6),
    qre=QreParts(
        code_name="three-aux code",
        factory=SEARCHED,
        distances=tuple(range(3, 26, 2)),
        inner_distances=tuple(range(3, 14, 2)),  # a search of three rounds
        architecture=_architecture,
        code=_code,
        round_ns=_round_ns,
    ),
)
