"""The first engine: `qdk.qre`, a Pareto front of qubits and runtime for one machine.

Apart from `engines` because another library is asked here, and only where its engine is wanted.
"""

from __future__ import annotations

import contextlib
import io

import attrs
from qdk import qre

from qattention.errors import InfeasibleError
from qattention.estimates.fastest import ALIKE
from qattention.estimates.physical.counts import CliffordT, LogicalCounts, synthesise
from qattention.estimates.physical.limits import Reaction, reaction
from qattention.estimates.physical.machine import Machine
from qattention.estimates.physical.qre_models import CountsApplication, architecture_of, isa_of
from qattention.estimates.physical.qre_read import ENGINE, figures_of, nearest_error
from qattention.estimates.physical.qre_settings import (
    QreSettings,
    default_settings,
    longest_step_ns,
    model_name,
    units_of,
)
from qattention.estimates.physical.units import LITINSKI_ROWS
from qattention.estimates.result import PhysicalFigures

MAX_NS = 2**63  # runtimes are 64-bit counts of ns, and wrap silently
MAX_QUBITS = 2**26  # the library allocates for each, and ends the process where memory does not do
NS_ROUNDING = 1 - 1e-9  # of a bound: runtimes are whole ns


def front_of(
    counts: LogicalCounts, machine: Machine, p_fail: float, settings: QreSettings | None
) -> tuple[PhysicalFigures, ...]:
    """As `engines.qre_front`, which imports this only if it is asked."""
    gates, chosen = synthesise(counts, p_fail), settings or default_settings(machine)
    gates = gates.beside_a_memory(counts) if chosen.yoked else gates
    job = _Job(counts, gates, machine, chosen, p_fail)
    front = job.run()
    limits, fastest = job.limits, min(point.runtime_s for point in front)
    if limits.memory_s or fastest < limits.bound_s * NS_ROUNDING:
        front = _waiting(job, min(point.code_distance for point in front))
    return _undominated(front)


@attrs.frozen
class _Job:
    """One question to the library."""

    counts: LogicalCounts
    gates: CliffordT
    machine: Machine
    settings: QreSettings
    p_fail: float

    @property
    def limits(self) -> Reaction:
        return reaction(self.counts, self.gates, self.machine)

    def slowed(self, by: float) -> _Job:
        """With all slow-downs times `by`."""
        slow = tuple(by * factor for factor in self.settings.slow_downs)
        return attrs.evolve(self, settings=attrs.evolve(self.settings, slow_downs=slow))

    def run(self) -> list[PhysicalFigures]:
        _require_room(self)
        _require_factories(self)
        settings = _representable(_with_runs(self), self.gates.n_steps, self.machine)
        trace = qre.PSSPC.q(num_ts_per_rotation=[max(1, self.gates.t_per_rotation)], ccx_magic_states=False)
        trace = trace * qre.LatticeSurgery.q(slow_down_factor=list(settings.slow_downs))
        isa = isa_of(self.machine, settings)
        budget, said = self.p_fail - self.gates.eps_synthesis, io.StringIO()
        with contextlib.redirect_stdout(said):  # it prints what it could not do
            found = qre.estimate(
                CountsApplication(self.counts, settings.yoked),
                architecture_of(self.machine, settings),
                isa,
                trace,
                max_error=budget,
            )
        if not found:
            nearest = nearest_error(said.getvalue(), self.gates, self.p_fail)
            raise InfeasibleError(f"p_fail of {model_name(self.machine, settings)}", self.p_fail, nearest)
        return [figures_of(entry, self.gates, self.machine, self.limits, settings) for entry in found]


def _require_room(job: _Job) -> None:
    if job.counts.n_qubits > MAX_QUBITS:
        asked = f"logical qubits of {ENGINE}, {job.machine.name}"
        raise InfeasibleError(asked, f"{job.counts.n_qubits:.3g}", MAX_QUBITS)


def _require_factories(job: _Job) -> None:
    """Round-based factories would reach further, but their search takes the library hours there."""
    is_needed = job.settings.is_tabled and job.gates.n_t_equivalent > 0
    if is_needed and not units_of(job.machine, job.settings):
        listed = f"{max(LITINSKI_ROWS):g}, the highest error for which its factories are listed"
        name = model_name(job.machine, job.settings)
        raise InfeasibleError(f"p_physical of {name}", job.machine.p_physical, listed)


def _with_runs(job: _Job) -> QreSettings:
    """For programs shorter than a run of a factory: the slow-downs at which one run just fits, too."""
    units, settings = units_of(job.machine, job.settings), job.settings
    if not units or not job.gates.n_t_equivalent:
        return settings
    rounds = min(unit.run_rounds for unit in units)
    exact = {rounds / (job.gates.n_steps * distance) for distance in settings.distances}
    needed = tuple(sorted(factor * (1 + 1e-6) for factor in exact if factor > 1))
    return attrs.evolve(settings, slow_downs=(*settings.slow_downs, *needed))


def _representable(settings: QreSettings, n_steps: int, machine: Machine) -> QreSettings:
    """Without the slow-downs at which a runtime could overflow."""
    step_ns = longest_step_ns(machine, settings)
    kept = tuple(factor for factor in settings.slow_downs if n_steps * step_ns * factor < MAX_NS)
    if not kept:
        most = MAX_NS / (step_ns * min(settings.slow_downs))
        raise InfeasibleError(f"logical steps of {ENGINE}, {machine.name}", f"{n_steps:.3g}", f"{most:.3g}")
    return attrs.evolve(settings, slow_downs=kept)


def _waiting(job: _Job, smallest: int) -> list[PhysicalFigures]:
    """Where steps would beat reactions, or memory adds to them: the two smallest distances that hold, slowed.

    All distances in one question would not do: points faster than the bound would dominate the others.
    """
    limits, found, reasons = job.limits, [], []
    for distance in (d for d in job.settings.distances if d >= smallest):
        alone = attrs.evolve(job, settings=attrs.evolve(job.settings, distances=(distance,)))
        try:
            steps_s = min(point.runtime_s for point in alone.run())
            needed_s = max(limits.bound_s, steps_s + limits.memory_s)
            front = _slow_enough(alone, needed_s, steps_s)
        except InfeasibleError as error:
            reasons.append(error)
            continue
        found.append(front)
        if len(found) == 2:
            break
    if not found:
        raise reasons[-1]
    return [point for front in found for point in front]


def _slow_enough(job: _Job, needed_s: float, steps_s: float) -> list[PhysicalFigures]:
    """Points no faster than needed; slowed a little more where the library's whole steps fall short of it."""
    kept: list[PhysicalFigures] = []
    for more in (1.0, 1.001, 1.1, 2.0):
        points = job.slowed(more * max(1.0, needed_s / steps_s)).run()
        kept = [point for point in points if point.runtime_s >= needed_s * NS_ROUNDING]
        if kept:
            break
    return kept


def _undominated(points: list[PhysicalFigures]) -> tuple[PhysicalFigures, ...]:
    """Fastest first; each more than alike faster than all that take as many qubits or fewer."""
    front: list[PhysicalFigures] = []
    for point in sorted(points, key=lambda point: (point.physical_qubits, point.runtime_s)):
        if not front or point.runtime_s * ALIKE < front[-1].runtime_s:
            front.append(point)
    return tuple(reversed(front))
