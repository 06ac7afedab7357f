"""What `qdk.qre` is asked: the trace of the counts, the machine's qubits, its code and its factories.

Apart from `qre` because what the other library is asked is put into its own types here alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qdk import qre
from qdk.qre import instruction_ids as ids
from qdk.qre import models

from qattention.estimates.physical.counts import LogicalCounts
from qattention.estimates.physical.machine import Machine
from qattention.estimates.physical.qre_settings import QreSettings, parts_of, round_ns
from qattention.estimates.physical.units import distilleries


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


def architecture_of(machine: Machine, settings: QreSettings) -> Any:
    """Qubits, without T gates where factories are tabled."""
    return parts_of(machine).architecture(machine, not settings.is_tabled)


def code_of(machine: Machine, settings: QreSettings, distances: tuple[int, ...] | None = None) -> Any:
    """The code of a machine as the engine asks for it, at its usual distances or at those given."""
    return parts_of(machine).code(distances or settings.distances, settings.cycle_time_ns)


def factory_of(machine: Machine, settings: QreSettings) -> Any:
    """The factory query: tabled units, or rounds of distillation on the code of the inner distances."""
    if settings.is_tabled:
        return TabledUnits.q(round_ns=round_ns(machine, settings))
    return models.RoundBasedFactory.q(
        code_query=code_of(machine, settings, parts_of(machine).inner_distances),
        physical_qubit_calculation=max if settings.reuse_qubits else sum,
        use_cache=False,  # no files in the user's home
    )


def isa_of(machine: Machine, settings: QreSettings) -> Any:
    """The code, the factories, and a memory if there is one."""
    whole = code_of(machine, settings) * factory_of(machine, settings)
    if not settings.yoked:
        return whole
    return whole * models.TwoDimensionalYokedSurfaceCode.q(source=code_of(machine, settings))
