"""Superconducting qubits with cultivated magic states, and yoked codes for the qubits that wait.

The parts are those of `qdk.qre` 1.33.1 (GSJ24Factory, GSJ24CCXFactory, TwoDimensionalYokedSurfaceCode), put
together here: its own search over them takes seconds a program, and minutes for one more yoke. A step of a
factory takes a round of error correction here; there four gates, whatever the round.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

import attrs

from qattention.errors import InfeasibleError
from qattention.estimates.physical.counts import LogicalCounts, synthesise
from qattention.estimates.physical.cultivated import ROWS, factories, grown, longest_run
from qattention.estimates.physical.hardware import Hardware
from qattention.estimates.physical.kind import MachineKind, NamedMachine, Published
from qattention.estimates.physical.limits import Job
from qattention.estimates.physical.patches import BEVERLAND, fast_block
from qattention.estimates.physical.surface_code import MAX_DISTANCE, Built, least_volume
from qattention.estimates.result import PhysicalFigures

ROUND_US = 1.0  # unless the machine says (arXiv:1905.09749, section 2)
YOKE_PREFACTOR, YOKE_THRESHOLD = 5 / 600, 250.0  # beside the code's own (`qdk.qre`, after arXiv:2312.04522)
WIDER = 3  # distances tried beyond the smallest


@cache
def yoked_patches(n_qubits: int) -> tuple[int, int]:
    """(patches, longer side) of the smallest rectangle of n patches with two more in each direction."""
    shapes = ((-(-n_qubits // side), side) for side in range(1, math.isqrt(n_qubits) + 1))
    return min(((long + 2) * (side + 2), long + 2) for long, side in shapes)


def cultivated(counts: LogicalCounts, hardware: Hardware, p_fail: float) -> PhysicalFigures:
    """The machine of least qubits x runtime.

    Qubits that wait are those beside the counts' `n_compute_qubits`, or the hardware's `compute_share`; where
    neither is given, the cheapest of those that the program's own profile allows, moves paid, or none.

    Args:
        p_fail: budget of the machine's failures, split as is cheapest.
    Raises:
        InfeasibleError: nothing stays within it: with all qubits at work.
    """
    asked = counts.at_work(hardware.compute_share)
    found = _built(asked, hardware, p_fail)
    if asked.n_compute_qubits is None:
        for use in counts.waiting:
            with suppress(InfeasibleError):  # slower, so that the codes or the states may not do
                found = min(found, _built(counts.with_waiting(use), hardware, p_fail), key=_price)
    return found


def _price(one: PhysicalFigures) -> tuple[float, int]:
    return one.physical_qubits * one.runtime_s, one.physical_qubits


def _built(counts: LogicalCounts, hardware: Hardware, p_fail: float) -> PhysicalFigures:
    """With so many at work as the counts say; all unless they do."""
    gates = synthesise(counts, p_fail).beside_a_memory(counts)
    job = _Job.of(counts, hardware, gates, p_fail - gates.eps_synthesis)

    def needed() -> str:
        return f"a lower physical error, or less work (states of {job.model} err with {job.best_state:.2g})"

    found = least_volume(job.designs(), needed, job.model, hardware, job.limits, p_fail)
    return attrs.evolve(found, n_waiting=job.n_waiting)


@attrs.frozen
class _Job(Job):
    @property
    def model(self) -> str:
        memory = ", 2-D yoked memory" if self.n_waiting else ""
        return f"{self.hardware.name}, cultivated CCX{memory}"

    @property
    def round_us(self) -> float:
        return self.round_of(ROUND_US)

    @property
    def n_waiting(self) -> int:
        return self.counts.n_qubits - self.gates.n_qubits

    @property
    def best_state(self) -> float:
        return min((state.error for state in grown(self.hardware.p_physical)), default=1.0)

    def rounds(self, distance: int) -> int:
        memory = math.ceil(1e6 * self.limits.memory_s / self.round_us)
        bound = math.ceil(1e6 * self.limits.bound_s / self.round_us)
        return max(self.gates.n_steps * distance + memory, bound)

    def patch(self, distance: int) -> float:
        return BEVERLAND(self.hardware.p_physical, distance)

    def designs(self) -> Iterator[Built]:
        """For each distance of the data from the smallest: the memory and the factories of least qubits."""
        n_found = 0
        for distance in range(3, MAX_DISTANCE + 1, 2):
            paces = ([*self._completions(distance, rounds)] for rounds in self._paces(distance))
            ways = next(filter(None, paces), [])
            if ways:
                yield min(ways, key=lambda built: built.physical_qubits)
            n_found += bool(ways)
            if n_found > WIDER:
                return

    def _paces(self, distance: int) -> Iterator[int]:
        """Rounds in all; of programs shorter than a run of a factory also a tenth more, up to the longest."""
        longest = longest_run(self.gates, self.hardware.p_physical)
        rounds = self.rounds(distance)
        yield rounds
        while rounds < longest:
            rounds += 1 + rounds // 10
            yield rounds

    def _completions(self, distance: int, rounds: int) -> Iterator[Built]:
        known = factories(self.gates, self.hardware.p_physical, rounds)
        tiles = fast_block(self.gates.n_qubits)
        left = self.budget - tiles * -(-rounds // distance) * self.patch(distance)
        for waiting, errors in self._memories(rounds, distance):
            kept = left - errors
            found = next((one for one in known if one.spent <= kept), None)
            if kept > 0 and found:
                yield Built(
                    code_distance=distance,
                    n_tiles=tiles,
                    data_qubits=tiles * (2 * distance**2 - 1) + waiting,
                    n_factories=found.number,
                    factory_qubits=found.qubits,
                    n_cycles=rounds,
                    cycle_time_us=self.round_us,
                    p_fail=self.budget - kept + found.spent + self.gates.eps_synthesis,
                    n_steps=self.gates.n_steps,
                    patch_qubits=2 * distance**2 - 1,
                )

    def _memories(self, rounds: int, most: int) -> Iterator[tuple[int, float]]:
        """(qubits, errors) of yoked codes; nothing waits: none."""
        if not self.n_waiting:
            yield 0, 0.0
            return
        patches, side = yoked_patches(self.n_waiting)
        for distance in range(3, most + 1, 2):
            period = distance * (8 * distance * (side - 2) + 2 * distance)  # rounds between checks
            half = (distance + 1) // 2
            strings = (2 * max(side - 3, 1)) ** 4 * patches**2
            error = strings * YOKE_PREFACTOR * self.patch(distance) * YOKE_THRESHOLD**-half
            yield patches * (2 * distance**2 - 1), error * -(-rounds // period)


KIND = MachineKind(
    name="cultivation",
    summary="Superconducting qubits: cultivated magic states, and yoked codes for qubits that wait.",
    source="Gidney, Shutty and Jones, arXiv:2409.17595; Gidney and others, arXiv:2312.04522; `qdk.qre`",
    validity="Physical errors up to 0.002, by rows for 0.0005, 0.001 and 0.002; a memory only where the "
    "counts, `compute_share` or the program's own profile say how many qubits work at once.",
    machines=(NamedMachine(name="cultivation-1e-3", p_physical=1e-3),),
    gate_time_ns=50,
    measurement_time_ns=100,
    has_rounds=True,
    has_memory=True,
    most_error=max(ROWS),
    models=(cultivated,),
    published=(
        Published(
            name="ECC-256, 2026",
            counts=LogicalCounts(n_qubits=1200, n_compute_qubits=120, n_ccz=90_000_000),
            p_fail=0.1,
            model="cultivated",
            qubits=500_000,
            runtime_s=0.0,
            within=0.15,
            source="Google, 2026: fewer than 500,000 qubits and 1,200 logical ones, 9e7 Toffoli, minutes",
            why="A tenth of the qubits at work is this package's choice; Toffolis one after another, three "
            "steps each, take 1.6 hours where the paper's run at once in minutes.",
        ),
        Published(
            name="RSA-2048, 2025",
            counts=LogicalCounts(n_qubits=1399, n_compute_qubits=140, n_ccz=6_500_000_000),
            p_fail=0.1,
            model="cultivated",
            qubits=897_864,
            runtime_s=7 * 86_400.0,
            within=0.35,
            source="Gidney, arXiv:2505.15917 (897,864 qubits, less than a week; its 6.5e9 Toffolis as "
            "sciencestack.ai has them, its logical qubits are recalled)",
            why="There 1-D and 2-D yokes and a memory to pass through; here 2-D yokes, a tenth of the qubits "
            "at work, and no moves.",
        ),
    ),
)
