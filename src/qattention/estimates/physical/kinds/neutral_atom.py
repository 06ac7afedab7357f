"""Neutral atoms that are moved to each other: surface codes by lattice surgery."""

from __future__ import annotations

from typing import Any

from qattention.estimates.physical.hardware import Hardware
from qattention.estimates.physical.kind import TABLED, MachineKind, NamedMachine, QreParts

MOST_ROUND_NS = 2e6  # moves dominate: 1.6 ms a round at distance 19


def _architecture(one: Hardware, has_t: bool) -> Any:  # noqa: ARG001
    from qdk.qre import models

    return models.NeutralAtom(
        rydberg_time=one.gate_time_ns,
        rydberg_error=one.p_physical,
        measurement_time=one.measurement_time_ns,
    )


def _code(distances: tuple[int, ...], cycle_time_ns: int | None) -> Any:
    from qdk.qre import models

    return models.SurfaceCodeLowMove.q(distance=list(distances), code_cycle_override=cycle_time_ns)


def _round_ns(one: Hardware) -> float:  # noqa: ARG001 (of every kind)
    return MOST_ROUND_NS


KIND = MachineKind(
    name="neutral-atom",
    summary="Neutral atoms moved by tweezers: surface codes by lattice surgery, Litinski's factories.",
    source="`qdk.qre` 1.33.1, NeutralAtom and SurfaceCodeLowMove (arXiv:2506.20661 and others)",
    validity="Physical errors up to 0.001.",
    machines=(NamedMachine(name="neutral-atom-1e-3", p_physical=1e-3),),
    gate_time_ns=500,
    measurement_time_ns=10_000,
    has_rounds=False,
    qre=QreParts(
        code_name="surface code",
        factory=TABLED,
        distances=tuple(range(3, 52, 2)),
        inner_distances=tuple(range(3, 26, 2)),
        architecture=_architecture,
        code=_code,
        round_ns=_round_ns,
    ),
)
