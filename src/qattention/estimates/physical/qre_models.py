"""What `qdk.qre` is asked: the trace of the counts, the machine's qubits, its code and its factories."""

from __future__ import annotations

from typing import Any, Literal

import attrs
from qdk import qre
from qdk.qre import instruction_ids as ids
from qdk.qre import models

from qattention.estimates.physical.counts import LogicalCounts
from qattention.estimates.physical.machine import Machine

MOST_LITINSKI = 1e-3  # Clifford error of the tables in arXiv:1905.06903


@attrs.frozen(kw_only=True)
class QreSettings:
    """How `qdk.qre` looks for machines.

    Attributes:
        distances: of the data's code.
        slow_downs: factors by which the program may be slowed to save factories.
        factory: "litinski" (arXiv:1905.06903, tables 1 and 2) or "round-based" distillation with a search
            over codes of distance 3 to 25 (arXiv:2211.07629).
        reuse_qubits: whether rounds of a round-based factory share qubits.
        cycle_time_ns: of a round of error correction; None: of the code's own schedule.
    """

    distances: tuple[int, ...] = tuple(range(3, 52, 2))
    slow_downs: tuple[float, ...] = (1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)
    factory: Literal["litinski", "round-based"] = "litinski"
    reuse_qubits: bool = False
    cycle_time_ns: int | None = None


class CountsApplication(qre.Application):
    """Logical counts as a trace of `qdk.qre`."""

    def __init__(self, counts: LogicalCounts) -> None:
        self.counts = counts

    def get_trace(self, parameters: None = None) -> Any:  # noqa: ARG002 (the library's protocol)
        """One block a kind of gate; rotations in `rotation_depth` layers."""
        counts = self.counts
        is_empty = not (counts.n_t or counts.n_ccz or counts.n_rotations or counts.n_measurements)
        measurements = 1 if is_empty else counts.n_measurements  # a run takes a step at least
        trace = qre.Trace(counts.n_qubits)
        for number, gate, wires in (
            (counts.n_t, ids.T, [0]),
            (counts.n_ccz, ids.CCX, [0, 1, 2]),
            (measurements, ids.MEAS_Z, [0]),
        ):
            if number:
                trace.add_block(repetitions=number).add_operation(gate, wires)
        for width, layers in _layers(counts):
            block = trace.add_block(repetitions=layers)
            for wire in range(width):
                block.add_operation(ids.RZ, [wire])
        return trace


def _layers(counts: LogicalCounts) -> list[tuple[int, int]]:
    """(rotations in a layer, layers of that width)."""
    if not counts.rotation_depth:
        return []
    width, extra = divmod(counts.n_rotations, counts.rotation_depth)
    return [(w, n) for w, n in ((width + 1, extra), (width, counts.rotation_depth - extra)) if n]


def default_settings(machine: Machine) -> QreSettings:
    """Majorana qubits measure, so their factories are round-based; the others take Litinski's."""
    if machine.kind == "majorana":
        return QreSettings(distances=tuple(range(3, 26, 2)), factory="round-based")
    return QreSettings()


def model_name(machine: Machine, settings: QreSettings) -> str:
    code = "three-aux code" if machine.kind == "majorana" else "surface code"
    return f"{machine.name}, {code}, {settings.factory} factories"


def architecture_of(machine: Machine) -> Any:
    if machine.kind == "majorana":
        return models.Majorana(error_rate=machine.p_physical, time=machine.measurement_time_ns)
    if machine.kind == "neutral-atom":
        return models.NeutralAtom(
            rydberg_time=machine.gate_time_ns,
            rydberg_error=machine.p_physical,
            measurement_time=machine.measurement_time_ns,
        )
    gate_ns, measurement_ns = machine.round_times_ns
    return models.GateBased(gate_time=gate_ns, measurement_time=measurement_ns, error_rate=machine.p_physical)


def code_of(machine: Machine, settings: QreSettings, distances: tuple[int, ...] | None = None) -> Any:
    domain = list(distances or settings.distances)
    if machine.kind == "majorana":
        return models.ThreeAux.q(distance=domain, single_rail=[False])  # the other is slower and errs more
    code = models.SurfaceCodeLowMove if machine.kind == "neutral-atom" else models.SurfaceCode
    return code.q(distance=domain, code_cycle_override=settings.cycle_time_ns)


def factory_of(machine: Machine, settings: QreSettings) -> Any:
    if settings.factory == "litinski":
        return models.Litinski19Factory.q()
    most = 14 if machine.kind == "majorana" else 26  # of a code inside the factory: a search of three rounds
    return models.RoundBasedFactory.q(
        code_query=code_of(machine, settings, tuple(range(3, most, 2))),
        physical_qubit_calculation=max if settings.reuse_qubits else sum,
        use_cache=False,  # no files in the user's home
    )


def longest_step_ns(machine: Machine, settings: QreSettings) -> float:
    """A logical step at the largest distance: never less than the library's."""
    distance, gate_ns = max(settings.distances), machine.gate_time_ns
    if machine.kind == "neutral-atom":
        return 2e6 * distance  # moves dominate: 1.6 ms a round at distance 19
    round_ns = (
        7 * gate_ns
        if machine.kind == "majorana"
        else machine.cycle_time_ns or 5 * gate_ns + machine.measurement_time_ns
    )
    return distance * max(round_ns, settings.cycle_time_ns or 0)
