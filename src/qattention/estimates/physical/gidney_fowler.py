"""The model of catalysed CCZ factories, as many as keep up (arXiv:1812.01238).

Its runtime is set by reactions, as published, or by Clifford layers of d rounds each, where those are known:
gates of one layer run at once only if the Cliffords between layers are run too, not compiled away.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import attrs

from qattention.errors import InfeasibleError
from qattention.estimates.physical.counts import CliffordT, LogicalCounts, synthesise
from qattention.estimates.physical.hardware import Hardware
from qattention.estimates.physical.limits import Reaction, reaction
from qattention.estimates.physical.patches import GIDNEY_FOWLER
from qattention.estimates.physical.surface_code import Built, figures, out_of_states, smallest_distance
from qattention.estimates.physical.units import (
    Catalysed,
    Demand,
    Unit,
    catalysed,
    demand,
    rounds_taken,
    undominated,
    units_needed,
)
from qattention.estimates.result import PhysicalFigures

CYCLE_TIME_US = 1.0  # arXiv:1812.01238, figure 1; arXiv:1905.09749, section 2


def gidney_fowler(
    counts: LogicalCounts,
    hardware: Hardware,
    p_fail: float,
    *,
    n_factories: int | None = None,
    factories: Iterable[Catalysed] | None = None,
    cycle_time_us: float | None = None,
) -> PhysicalFigures:
    """The machine of least qubits x runtime.

    Args:
        p_fail: budget of the machine's failures: factories take theirs, the data's code what is left.
        n_factories: as many as keep up with reactions and Clifford layers, unless given.
        factories: all pairs of distances unless given.
        cycle_time_us: the machine's, or 1 us where it has none of its own, unless given.
    Raises:
        InfeasibleError: no factory's states are good enough, or no distance keeps the data.
    """
    gates = synthesise(counts, p_fail)
    limits = reaction(counts, gates, hardware)
    cycle_us = cycle_time_us or 1e-3 * (hardware.cycle_time_ns or 0) or CYCLE_TIME_US
    job = _Job(hardware, gates, limits, p_fail - gates.eps_synthesis, cycle_us, n_factories)
    designs = job.designs(factories or catalysed()) if gates.n_t_equivalent else [job.without_factories()]
    best = min(designs, key=lambda built: (built.physical_qubits * built.n_cycles, built.physical_qubits))
    return figures(best, job.model, hardware, limits)


@attrs.frozen
class _Job:
    """One question; `budget` is what the rotations leave of the machine's failures."""

    hardware: Hardware
    gates: CliffordT
    limits: Reaction
    budget: float
    cycle_us: float
    n_factories: int | None

    @property
    def model(self) -> str:
        return f"{self.hardware.name}, Gidney-Fowler, CCZ factories"

    def data_error(self, distance: int, rounds: int) -> float:
        return self._tiles * rounds * GIDNEY_FOWLER(self.hardware.p_physical, distance)

    @property
    def _tiles(self) -> int:
        return -(-3 * self.gates.n_qubits // 2)  # half as many again to route (arXiv:1812.01238)

    def without_factories(self) -> Built:
        """Clifford programs: a step a measurement."""

        def keeps(distance: int) -> bool:
            return self.data_error(distance, self.gates.n_steps * distance) <= self.budget

        distance = smallest_distance(keeps, self.model, self.hardware)
        return self._built(distance, self.gates.n_steps * distance, self.gates.n_steps)

    def designs(self, units: Iterable[Unit]) -> Iterator[Built]:
        """Of each unit: enough to keep up, and the smallest data code within what they leave."""
        asked, p_physical = demand(self.gates), self.hardware.p_physical
        known = undominated(units, asked, p_physical)
        spent = [unit.spent(asked, p_physical) for unit in known]
        if min(spent) >= self.budget:
            floor, whole = min(spent), self.budget + self.gates.eps_synthesis
            share = self.budget / floor
            raise out_of_states(self.model, whole, floor + self.gates.eps_synthesis, share)
        reasons = []
        for unit, errors in zip(known, spent, strict=True):
            if errors >= self.budget:
                continue
            try:
                yield self._design(unit, asked, errors)
            except InfeasibleError as error:
                reasons.append(error)
        if len(reasons) == sum(errors < self.budget for errors in spent):
            raise reasons[0]

    def _design(self, unit: Unit, asked: Demand, spent: float) -> Built:
        def number(distance: int) -> int:
            return self.n_factories or units_needed(unit, asked, self._asked(distance))

        def rounds(distance: int) -> int:
            return max(self._asked(distance), rounds_taken(unit, asked, number(distance)))

        def keeps(distance: int) -> bool:
            return self.data_error(distance, rounds(distance)) <= self.budget - spent

        distance = smallest_distance(keeps, self.model, self.hardware)
        steps = max(1, self.gates.t_depth, self.gates.clifford_depth)
        built = self._built(distance, rounds(distance), steps)
        return attrs.evolve(
            built,
            n_factories=number(distance),
            factory_qubits=unit.qubits,
            p_fail=built.p_fail + spent,
        )

    def _asked(self, distance: int) -> int:
        """Rounds of Clifford layers and a memory, or of the reactions: a round a layer at least."""
        bound = max(1, self.gates.t_depth, math.ceil(1e6 * self.limits.bound_s / self.cycle_us))
        memory = math.ceil(1e6 * self.limits.memory_s / self.cycle_us)
        return max(bound, self.gates.clifford_depth * distance + memory)

    def _built(self, distance: int, rounds: int, n_steps: int) -> Built:
        return Built(
            code_distance=distance,
            n_tiles=self._tiles,
            data_qubits=self._tiles * 2 * distance**2,
            n_factories=0,
            factory_qubits=0,
            n_cycles=rounds,
            cycle_time_us=self.cycle_us,
            p_fail=self.data_error(distance, rounds) + self.gates.eps_synthesis,
            n_steps=n_steps,
        )
