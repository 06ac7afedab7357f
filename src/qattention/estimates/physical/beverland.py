"""The second engine's other model: one lattice-surgery step after another (arXiv:2211.07629)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import attrs
from qualtran.resource_counting import GateCounts
from qualtran.surface_code import (
    FastDataBlock,
    FifteenToOne,
    LogicalErrorModel,
    MagicStateFactory,
    QECScheme,
    iter_ccz2t_factories,
)

from qattention.estimates.model import PhysicalFigures
from qattention.estimates.physical.counts import CliffordT, LogicalCounts, synthesise
from qattention.estimates.physical.hardware import Hardware
from qattention.estimates.physical.limits import reaction
from qattention.estimates.physical.surface_code import Built, figures, out_of_states, smallest_distance

SCHEME = QECScheme.make_beverland_et_al()
# One-level units listed for physical errors 1e-4 and 1e-3: Litinski, arXiv:1905.06903, table 1.
FIFTEEN_TO_ONE = {1e-4: ((7, 3, 3), (9, 3, 3), (11, 5, 5)), 1e-3: ((17, 7, 7),)}
TWO_LEVEL = tuple(iter_ccz2t_factories(l1_stop=27, l2_stop=53))  # arXiv:1812.01238
DISTILLED = 35 / 27  # p_out of 15-to-1 is at least 35 (p / 3)^3: Z errors alone (arXiv:1905.06903, section 2)


def beverland(counts: LogicalCounts, machine: Hardware, p_fail: float) -> PhysicalFigures:
    """The machine of least qubits; its runtime is that of the steps and of a memory, not of factories.

    Args:
        p_fail: budget of the machine's failures: a third each for the data, the states, the rotations.
    Raises:
        InfeasibleError: no factory's states are good enough.
    """
    gates = synthesise(counts, p_fail)
    limits = reaction(counts, gates, machine)
    errors = LogicalErrorModel(physical_error=machine.p_physical, qec_scheme=SCHEME)
    cycle_us = 1e-3 * (machine.cycle_time_ns or 4 * machine.gate_time_ns + 2 * machine.measurement_time_ns)
    # The cycle is four gates and two measurements (table V, surface code) unless the machine says.
    tiles = FastDataBlock.get_n_tiles(gates.n_qubits)

    def steps(distance: int) -> int:
        step_s = 1e-6 * distance * cycle_us
        return max(gates.n_steps + math.ceil(limits.memory_s / step_s), math.ceil(limits.bound_s / step_s))

    model = f"{machine.name}, Beverland"
    distance = smallest_distance(lambda d: tiles * steps(d) * errors(d) <= p_fail / 3, model, machine)
    data = Built(
        code_distance=distance,
        n_tiles=tiles,
        data_qubits=FastDataBlock(distance).n_physical_qubits(gates.n_qubits),
        n_factories=0,
        factory_qubits=0,
        n_cycles=steps(distance) * distance,
        cycle_time_us=cycle_us,
        p_fail=tiles * steps(distance) * errors(distance) + gates.eps_synthesis,
        n_steps=gates.n_steps,
    )
    if not gates.n_t_equivalent:
        return figures(data, f"{model}, no factories", machine, limits)
    built, name = _with_factories(data, gates, machine, errors, p_fail / 3)
    return figures(built, f"{model}, {name} factories", machine, limits)


def _with_factories(
    data: Built, gates: CliffordT, machine: Hardware, errors: LogicalErrorModel, budget: float
) -> tuple[Built, str]:
    """As many factories as the steps demand, of the kind that takes fewest qubits.

    15-to-1 units are tried from small to large, the first that is good enough is taken.
    """
    magic = GateCounts(t=gates.n_t, toffoli=gates.n_ccz)
    found: list[tuple[Built, str]] = []
    floor = math.inf
    for name, factory, least in _factories(machine.p_physical, gates.n_t_equivalent):
        if found and name == "15-to-1":
            continue
        spent = least if least > budget else float(factory.factory_error(magic, errors))
        floor = min(floor, spent)
        if spent <= budget:
            number = math.ceil(factory.n_cycles(magic, errors) / data.n_cycles)
            qubits = factory.n_physical_qubits()
            more = attrs.evolve(data, n_factories=number, factory_qubits=qubits, p_fail=data.p_fail + spent)
            found.append((more, name))
    if not found:
        raise out_of_states(f"{machine.name}, Beverland", 3 * budget, 3 * floor, budget / floor)
    return min(found, key=lambda pair: pair[0].physical_qubits)


def _factories(p_physical: float, n_t: int) -> Iterator[tuple[str, MagicStateFactory, float]]:
    """(kind, factory, an error that it cannot beat); simulating a 15-to-1 unit takes a while."""
    listed = FIFTEEN_TO_ONE[1e-4 if p_physical <= 1e-4 else 1e-3]
    for sizes in listed:
        yield "15-to-1", FifteenToOne(*sizes), DISTILLED * p_physical**3 * n_t
    for factory in TWO_LEVEL:
        yield "CCZ", factory, 0.0
