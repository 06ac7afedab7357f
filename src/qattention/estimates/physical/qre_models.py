"""What `qdk.qre` is asked: the trace of the counts, the machine's qubits, its code and its factories."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import attrs
from qdk import qre
from qdk.qre import instruction_ids as ids
from qdk.qre import models

from qattention.errors import SpecError, bad
from qattention.estimates.physical.counts import LogicalCounts
from qattention.estimates.physical.kind import SEARCHED, TABLED, QreParts
from qattention.estimates.physical.kinds import KINDS
from qattention.estimates.physical.machine import Machine
from qattention.estimates.physical.units import Distillery, distilleries


@attrs.frozen(kw_only=True)
class QreSettings:
    """How `qdk.qre` looks for machines.

    Attributes:
        distances: of the data's code.
        slow_downs: factors by which the program may be slowed to save factories.
        factory: "litinski" (arXiv:1905.06903, table 1, whole units) or "round-based" distillation with a
            search over codes of distance 3 to 25 (arXiv:2211.07629).
        reuse_qubits: whether rounds of a round-based factory share qubits.
        cycle_time_ns: of a round of error correction, of data and factories; None: of the code's schedule.
        yoked: whether qubits beside `n_compute_qubits` wait in 2-D yoked codes (arXiv:2312.04522).
    """

    distances: tuple[int, ...] = tuple(range(3, 52, 2))
    slow_downs: tuple[float, ...] = (1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)
    factory: str = attrs.field(default=TABLED, validator=attrs.validators.in_((TABLED, SEARCHED)))
    reuse_qubits: bool = False
    cycle_time_ns: int | None = None
    yoked: bool = False

    @property
    def is_tabled(self) -> bool:
        """Whether its factories are rows of a table."""
        return self.factory == TABLED


@dataclass
class TabledUnits(qre.ISATransform):
    """T states from whole tabled units; the library's own class takes a quarter of one that puts out four.

    Attributes:
        round_ns: of a round of error correction.
    """

    round_ns: int = 1

    @staticmethod
    def required_isa() -> Any:
        """Cliffords, whose error chooses the rows."""
        named = (qre.constraint(ids.H), qre.constraint(ids.CNOT, arity=2), qre.constraint(ids.MEAS_Z))
        return qre.ISARequirements(*named)

    def provided_isa(self, impl_isa: Any, ctx: Any) -> Iterator[Any]:
        """A T instruction a unit, at the unit's rate."""
        source = [impl_isa[gate] for gate in (ids.CNOT, ids.H, ids.MEAS_Z)]
        for unit in distilleries(max(gate.expect_error_rate() for gate in source)):
            node = ctx.add_instruction(
                ids.T,
                arity=1,
                encoding=qre.LOGICAL,
                space=unit.qubits,
                time=math.ceil(self.round_ns * unit.run_rounds / unit.states),
                error_rate=unit.error,
                transform=self,
                source=source,
            )
            yield ctx.make_isa(node)


class CountsApplication(qre.Application):
    """Logical counts as a trace of `qdk.qre`."""

    def __init__(self, counts: LogicalCounts, yoked: bool) -> None:
        self.counts = counts
        self.n_working = counts.n_compute_qubits if yoked else None

    def get_trace(self, parameters: None = None) -> Any:  # noqa: ARG002 (the library's protocol)
        """One block a kind of gate; rotations in `rotation_depth` layers."""
        counts = self.counts
        is_empty = not (counts.n_t or counts.n_ccz or counts.n_rotations or counts.n_measurements)
        measurements = 1 if is_empty else counts.n_measurements  # a run takes a step at least
        trace = qre.Trace(self.n_working or counts.n_qubits)
        for number, gate, wires in (
            (counts.n_t, ids.T, [0]),
            (counts.n_ccz, ids.CCX, [0, 1, 2]),
            (measurements, ids.MEAS_Z, [0]),
        ):
            if number:
                trace.add_block(repetitions=number).add_operation(gate, wires)
        if self.n_working and self.n_working < counts.n_qubits:
            trace.memory_qubits = counts.n_qubits - self.n_working
            self._add_moves(trace)
        for width, layers in _layers(counts):
            block = trace.add_block(repetitions=layers)
            for wire in range(width):
                block.add_operation(ids.RZ, [wire])
        return trace

    def _add_moves(self, trace: Any) -> None:
        """Of the first qubit, and the first that waits."""
        moves = (
            (ids.READ_FROM_MEMORY, self.counts.n_memory_reads),
            (ids.WRITE_TO_MEMORY, self.counts.n_memory_writes),
        )
        for gate, number in moves:
            if number:
                trace.add_block(repetitions=number).add_operation(gate, [0, self.n_working])


def _layers(counts: LogicalCounts) -> list[tuple[int, int]]:
    """(rotations in a layer, layers of that width)."""
    if not counts.rotation_depth:
        return []
    width, extra = divmod(counts.n_rotations, counts.rotation_depth)
    return [(w, n) for w, n in ((width + 1, extra), (width, counts.rotation_depth - extra)) if n]


def parts_of(machine: Machine) -> QreParts:
    """How the library is told of the machine's kind.

    Raises:
        SpecError: it is not.
    """
    if machine.what.qre is None:
        known = ", ".join(name for name, kind in KINDS.items() if kind.qre)
        raise SpecError(bad("kind", machine.kind, f"one that qdk.qre costs: {known}"))
    return machine.what.qre


def default_settings(machine: Machine) -> QreSettings:
    """The distances and factories of the machine's kind."""
    parts = parts_of(machine)
    return QreSettings(distances=parts.distances, factory=parts.factory)


def model_name(machine: Machine, settings: QreSettings) -> str:
    return f"{machine.name}, {parts_of(machine).code_name}, {settings.factory} factories"


def architecture_of(machine: Machine, settings: QreSettings) -> Any:
    """Qubits, without T gates where factories are tabled."""
    return parts_of(machine).architecture(machine, not settings.is_tabled)


def code_of(machine: Machine, settings: QreSettings, distances: tuple[int, ...] | None = None) -> Any:
    return parts_of(machine).code(distances or settings.distances, settings.cycle_time_ns)


def factory_of(machine: Machine, settings: QreSettings) -> Any:
    if settings.is_tabled:
        return TabledUnits.q(round_ns=round_ns(machine, settings))
    return models.RoundBasedFactory.q(
        code_query=code_of(machine, settings, parts_of(machine).inner_distances),
        physical_qubit_calculation=max if settings.reuse_qubits else sum,
        use_cache=False,  # no files in the user's home
    )


def round_ns(machine: Machine, settings: QreSettings) -> int:
    """A round of error correction of surface codes."""
    return settings.cycle_time_ns or round(parts_of(machine).round_ns(machine))


def units_of(machine: Machine, settings: QreSettings) -> tuple[Distillery, ...]:
    """The rows that it may take; none where it searches factories itself."""
    return distilleries(machine.p_physical) if settings.is_tabled else ()


def isa_of(machine: Machine, settings: QreSettings) -> Any:
    """The code, the factories, and a memory if there is one."""
    whole = code_of(machine, settings) * factory_of(machine, settings)
    if not settings.yoked:
        return whole
    return whole * models.TwoDimensionalYokedSurfaceCode.q(source=code_of(machine, settings))


def longest_step_ns(machine: Machine, settings: QreSettings) -> float:
    """A logical step at the largest distance: never less than the library's."""
    return max(settings.distances) * max(parts_of(machine).round_ns(machine), settings.cycle_time_ns or 0)
