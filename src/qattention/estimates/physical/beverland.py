"""The model of one lattice-surgery step after another (arXiv:2211.07629)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import attrs

from qattention.errors import InfeasibleError
from qattention.estimates.physical.counts import LogicalCounts, synthesise
from qattention.estimates.physical.hardware import Hardware
from qattention.estimates.physical.limits import Job
from qattention.estimates.physical.patches import BEVERLAND, fast_block
from qattention.estimates.physical.surface_code import (
    MAX_DISTANCE,
    Built,
    figures,
    out_of_states,
    smallest_distance,
)
from qattention.estimates.physical.units import (
    Catalysed,
    Demand,
    Unit,
    catalysed,
    demand,
    distilleries,
    rounds_taken,
    undominated,
    units_needed,
)
from qattention.estimates.result import PhysicalFigures


def beverland(counts: LogicalCounts, hardware: Hardware, p_fail: float) -> PhysicalFigures:
    """The machine of least qubits, over distances and units, whose factories keep up with the steps.

    Args:
        p_fail: budget of the machine's failures: a third each for the data, the states, the rotations.
    Raises:
        InfeasibleError: no factory's states are good enough, or no distance keeps the data.
    """
    gates = synthesise(counts, p_fail)
    job = _Job.of(counts, hardware, gates, p_fail / 3)
    smallest = smallest_distance(job.keeps, job.model, hardware)
    if not gates.n_t_equivalent:
        alone = job.data(smallest, job.rounds(smallest))
        return figures(alone, f"{job.model}, no factories", hardware, job.limits)
    built, unit = job.least_qubits(smallest)
    kind = "CCZ" if isinstance(unit, Catalysed) else "15-to-1"
    return figures(built, f"{job.model}, {kind} factories", hardware, job.limits)


@attrs.frozen
class _Job(Job):
    """One question; `budget` is each third of the machine's failures."""

    @property
    def model(self) -> str:
        return f"{self.hardware.name}, Beverland"

    @property
    def cycle_us(self) -> float:
        """Four gates and two measurements (table V, surface code) unless the machine says."""
        one = self.hardware
        return 1e-3 * (one.cycle_time_ns or 4 * one.gate_time_ns + 2 * one.measurement_time_ns)

    def rounds(self, distance: int) -> int:
        """Of the steps, of a memory between them, and of the reactions."""
        step_s = 1e-6 * distance * self.cycle_us
        memory, bound = math.ceil(self.limits.memory_s / step_s), math.ceil(self.limits.bound_s / step_s)
        return distance * max(self.gates.n_steps + memory, bound)

    def data_error(self, distance: int, rounds: int) -> float:
        steps = -(-rounds // distance)
        return fast_block(self.gates.n_qubits) * steps * BEVERLAND(self.hardware.p_physical, distance)

    def keeps(self, distance: int) -> bool:
        return self.data_error(distance, self.rounds(distance)) <= self.budget

    def data(self, distance: int, rounds: int) -> Built:
        """The design without factories."""
        tiles = fast_block(self.gates.n_qubits)
        return Built(
            code_distance=distance,
            n_tiles=tiles,
            data_qubits=tiles * 2 * distance**2,
            n_factories=0,
            factory_qubits=0,
            n_cycles=rounds,
            cycle_time_us=self.cycle_us,
            p_fail=self.data_error(distance, rounds) + self.gates.eps_synthesis,
            n_steps=self.gates.n_steps,
        )

    def least_qubits(self, smallest: int) -> tuple[Built, Unit]:
        """Wider codes make slower steps, for which fewer factories may do."""
        asked = demand(self.gates)
        units = self._good_units(asked)
        best: tuple[Built, Unit] | None = None
        for distance in range(smallest, MAX_DISTANCE + 1, 2):
            if best and self.data(distance, 1).data_qubits >= best[0].physical_qubits:
                break
            for built, unit in self._designs(distance, units, asked):
                if best is None or _order(built) < _order(best[0]):
                    best = built, unit
        if best is None:
            lower = f"a lower one (no code up to distance {MAX_DISTANCE} keeps the data)"
            raise InfeasibleError(f"p_physical of {self.model}", self.hardware.p_physical, lower)
        return best

    def _designs(self, distance: int, units: list[Unit], asked: Demand) -> Iterator[tuple[Built, Unit]]:
        steps = self.rounds(distance)
        for unit in units:
            number = units_needed(unit, asked, steps)
            rounds = max(steps, rounds_taken(unit, asked, number))
            if self.data_error(distance, rounds) <= self.budget:
                spent = unit.spent(asked, self.hardware.p_physical)
                data = self.data(distance, rounds)
                built = attrs.evolve(
                    data, n_factories=number, factory_qubits=unit.qubits, p_fail=data.p_fail + spent
                )
                yield built, unit

    def _good_units(self, asked: Demand) -> list[Unit]:
        """Units whose states are within their third: one level of 15-to-1 as tabled, or CCZ units."""
        p_physical = self.hardware.p_physical
        single = [one for one in distilleries(p_physical) if one.levels == 1]
        known = undominated([*single, *catalysed()], asked, p_physical)
        good = [unit for unit in known if unit.spent(asked, p_physical) <= self.budget]
        if not good:
            floor = min(unit.spent(asked, p_physical) for unit in known)
            raise out_of_states(self.model, 3 * self.budget, 3 * floor, self.budget / floor)
        return good


def _order(built: Built) -> tuple[int, int]:
    return built.physical_qubits, built.n_cycles
