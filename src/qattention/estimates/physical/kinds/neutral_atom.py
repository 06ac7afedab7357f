"""Neutral atoms that are moved to each other: transversal gates between patches, a round a step.

A patch is moved onto another and their gates are one step; syndromes are measured once a step and decoded
together, so that nothing waits for code-distance rounds (arXiv:2505.15907). `qdk.qre` knows atoms too, by
lattice surgery with one ancilla a plaquette: at 1.6 ms a round it takes 7,733 days for RSA-2048, 1,400 times
what is published, and cannot hold the runtime of larger programs; it is not asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import attrs

from qattention.estimates.physical.counts import LogicalCounts, synthesise
from qattention.estimates.physical.cultivated import ROWS, Factories, factories, grown, longest_run
from qattention.estimates.physical.hardware import Hardware
from qattention.estimates.physical.kind import MachineKind, NamedMachine, Published
from qattention.estimates.physical.limits import Job
from qattention.estimates.physical.patches import GIDNEY_FOWLER
from qattention.estimates.physical.surface_code import MAX_DISTANCE, Built, least_volume
from qattention.estimates.result import PhysicalFigures

ROUND_US = 1000.0  # moves, gates and readout (arXiv:2505.15907, abstract)
WIDER = 3  # distances tried beyond the smallest


def transversal(counts: LogicalCounts, hardware: Hardware, p_fail: float) -> PhysicalFigures:
    """The machine of least atoms x runtime: a round for each layer of T and Toffoli, and of Cliffords.

    Args:
        p_fail: budget of the machine's failures, split as is cheapest.
    Raises:
        InfeasibleError: nothing stays within it.
    """
    gates = synthesise(counts, p_fail)
    job = _Job.of(counts, hardware, gates, p_fail - gates.eps_synthesis)

    def needed() -> str:
        best = min((state.error for state in grown(hardware.p_physical)), default=1.0)
        return f"a lower physical error, or less work (T states err with {best:.2g})"

    return least_volume(job.designs(), needed, job.model, hardware, job.limits, p_fail)


@attrs.frozen
class _Job(Job):
    @property
    def model(self) -> str:
        return f"{self.hardware.name}, transversal gates, cultivated CCZ"

    @property
    def round_us(self) -> float:
        return self.round_of(ROUND_US)

    @property
    def layers(self) -> int:
        """Of gates; of measurements alone in a program without T."""
        least = self.gates.n_steps if not self.gates.n_t_equivalent else 1
        return max(least, self.gates.t_depth, self.gates.clifford_depth)

    @property
    def rounds(self) -> int:
        """A layer takes a round, or a reaction where that is longer; a memory adds its own."""
        memory = math.ceil(1e6 * self.limits.memory_s / self.round_us)
        return max(self.layers + memory, math.ceil(1e6 * self.limits.bound_s / self.round_us))

    def paces(self) -> Iterator[int]:
        """Rounds in all; of programs shorter than a run of a factory also a tenth more, up to the longest."""
        longest, rounds = longest_run(self.gates, self.hardware.p_physical), self.rounds
        yield rounds
        while rounds < longest:
            rounds += 1 + rounds // 10
            yield rounds

    def designs(self) -> Iterator[Built]:
        """At the first pace that can be kept: the smallest codes, and some that are wider."""
        for rounds in self.paces():
            known = factories(self.gates, self.hardware.p_physical, rounds, is_transversal=True)
            found = [built for built in (self._design(d, rounds, known) for d in _distances()) if built]
            if found:
                yield from found[:WIDER]
                return

    def _design(self, distance: int, rounds: int, known: list[Factories]) -> Built | None:
        tiles = -(-3 * self.gates.n_qubits // 2)  # half as many again: ancillas and places to move through
        spent = tiles * rounds * GIDNEY_FOWLER(self.hardware.p_physical, distance)
        chosen = next((one for one in known if one.spent + spent <= self.budget), None)
        if chosen is None:
            return None
        return Built(
            code_distance=distance,
            n_tiles=tiles,
            data_qubits=tiles * 2 * distance**2,
            n_factories=chosen.number,
            factory_qubits=chosen.qubits,
            n_cycles=rounds,
            cycle_time_us=self.round_us,
            p_fail=spent + chosen.spent + self.gates.eps_synthesis,
            n_steps=self.layers,
        )


def _distances() -> range:
    return range(3, MAX_DISTANCE + 1, 2)


KIND = MachineKind(
    name="neutral-atom",
    summary="Neutral atoms moved by tweezers: transversal gates, a round of 1 ms a step, cultivated states.",
    source="arXiv:2505.15907 (its abstract); Gidney, Shutty and Jones, arXiv:2409.17595",
    validity="Physical errors up to 0.002, by rows for 0.0005, 0.001 and 0.002; patches err a round as those "
    "of lattice surgery do, 1.5 patches a qubit.",
    machines=(NamedMachine(name="neutral-atom-1e-3", p_physical=1e-3),),
    gate_time_ns=500,
    measurement_time_ns=10_000,
    has_rounds=True,
    most_error=max(ROWS),
    models=(transversal,),
    published=(
        Published(
            name="RSA-2048 on atoms, 2025",
            counts=LogicalCounts(n_qubits=8982, n_ccz=3_290_431_488, t_depth=492_830_720),
            p_fail=0.1,
            model="transversal",
            qubits=19_000_000,
            runtime_s=5.6 * 86_400,
            within=0.1,
            source="arXiv:2505.15907, abstract; windows of 3 and 4, runways of 96 and 43 bits are recalled",
            why="Only the abstract could be read here: the layers are those of windowed additions with "
            "recalled parameters, 1.5 patches a qubit.",
        ),
    ),
)
