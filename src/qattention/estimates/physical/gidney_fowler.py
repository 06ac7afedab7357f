"""The second engine's first model: catalysed CCZ factories as many as keep up (arXiv:1812.01238).

Its runtime is set by reactions, as published, or by Clifford layers of d rounds each, where those are known:
gates of one layer run at once only if the Cliffords between layers are run too, not compiled away.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from qualtran.resource_counting import GateCounts
from qualtran.surface_code import (
    CCZ2TFactory,
    LogicalErrorModel,
    MultiFactory,
    QECScheme,
    SimpleDataBlock,
    iter_ccz2t_factories,
)

from qattention.estimates.model import PhysicalFigures
from qattention.estimates.physical.counts import CliffordT, LogicalCounts, synthesise
from qattention.estimates.physical.hardware import Hardware
from qattention.estimates.physical.limits import Reaction, reaction
from qattention.estimates.physical.surface_code import Built, figures, out_of_states, smallest_distance

CYCLE_TIME_US = 1.0  # arXiv:1812.01238, figure 1; arXiv:1905.09749, section 2
SCHEME = QECScheme.make_gidney_fowler()
FACTORIES = tuple(iter_ccz2t_factories(l1_stop=27, l2_stop=53))


def gidney_fowler(
    counts: LogicalCounts,
    machine: Hardware,
    p_fail: float,
    *,
    n_factories: int | None = None,
    factories: Iterable[CCZ2TFactory] = FACTORIES,
    cycle_time_us: float | None = None,
) -> PhysicalFigures:
    """The machine of least qubits x runtime.

    Args:
        p_fail: budget of the machine's failures: factories take theirs, the data's code what is left.
        n_factories: as many as keep up with reactions and Clifford layers, unless given.
        cycle_time_us: the machine's, or 1 us where it has none of its own, unless given.
    Raises:
        InfeasibleError: no factory's states are good enough.
    """
    gates = synthesise(counts, p_fail)
    limits = reaction(counts, gates, machine)
    errors = LogicalErrorModel(physical_error=machine.p_physical, qec_scheme=SCHEME)
    magic, factories = GateCounts(t=gates.n_t, toffoli=gates.n_ccz), tuple(factories)
    left = p_fail - gates.eps_synthesis
    good = [f for f in factories if f.factory_error(magic, errors) < left]
    if not good:
        floor = min(f.factory_error(magic, errors) for f in factories) + gates.eps_synthesis
        raise out_of_states(_model(machine), p_fail, floor, left / (floor - gates.eps_synthesis))
    cycle_us = cycle_time_us or 1e-3 * (machine.cycle_time_ns or 0) or CYCLE_TIME_US
    built = [
        _build(factory, magic, gates, limits, errors, left, n_factories, cycle_us, machine)
        for factory in good
    ]
    best = min(built, key=lambda machine: machine.physical_qubits * machine.n_cycles)
    return figures(best, _model(machine), machine, limits)


def _model(machine: Hardware) -> str:
    return f"{machine.name}, Gidney-Fowler, CCZ factories"


def _build(
    factory: CCZ2TFactory,
    magic: GateCounts,
    gates: CliffordT,
    limits: Reaction,
    errors: LogicalErrorModel,
    left: float,
    n_factories: int | None,
    cycle_time_us: float,
    machine: Hardware,
) -> Built:
    """Enough factories to keep up; the smallest data code within what they leave of the budget."""
    made, spent = factory.n_cycles(magic, errors), factory.factory_error(magic, errors)
    bound = max(1, gates.t_depth, math.ceil(1e6 * limits.bound_s / cycle_time_us))  # a round a layer at least

    def asked(distance: int) -> int:
        return max(bound, gates.clifford_depth * distance + math.ceil(1e6 * limits.memory_s / cycle_time_us))

    def several(distance: int) -> MultiFactory:
        number = n_factories if n_factories is not None else math.ceil(made / asked(distance))
        return MultiFactory(factory, max(1, number))

    def duration(distance: int) -> int:
        if not made:  # Clifford programs: a step a measurement, which the library costs at nothing
            return gates.n_steps * distance
        return max(asked(distance), several(distance).n_cycles(magic, errors))

    def error(distance: int) -> float:
        return float(SimpleDataBlock(distance).data_error(gates.n_qubits, duration(distance), errors))

    distance = smallest_distance(lambda d: error(d) <= left - spent, _model(machine), machine)
    block = SimpleDataBlock(distance)
    return Built(
        code_distance=distance,
        n_tiles=block.n_tiles(gates.n_qubits),
        data_qubits=block.n_physical_qubits(gates.n_qubits),
        n_factories=several(distance).n_factories if made else 0,
        factory_qubits=factory.n_physical_qubits(),
        n_cycles=duration(distance),
        cycle_time_us=cycle_time_us,
        p_fail=error(distance) + spent + gates.eps_synthesis,
        n_steps=max(1, gates.t_depth, gates.clifford_depth) if made else gates.n_steps,
    )
