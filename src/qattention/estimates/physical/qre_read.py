"""What `qdk.qre` answered, as figures.

Apart from `qre` because what the other library answers is read out of its own types here alone.
"""

from __future__ import annotations

import math
import re
from typing import Any

from qdk.qre import instruction_ids as ids
from qdk.qre.property_keys import PHYSICAL_FACTORY_QUBITS

from qattention.estimates.physical.counts import CliffordT
from qattention.estimates.physical.limits import Reaction
from qattention.estimates.physical.machine import Machine
from qattention.estimates.physical.patches import fast_block
from qattention.estimates.physical.qre_settings import QreSettings, model_name, round_ns, units_of
from qattention.estimates.result import PhysicalFigures

ENGINE = "qdk.qre"


def nearest_error(message: str, gates: CliffordT, p_fail: float) -> str:
    """What would do: the smallest error of any candidate, from the library's message, or less work."""
    told = re.search(r"successfully was ([0-9.eE+-]*[0-9])", message)
    if not told:
        return "a lower physical error or fewer logical steps"
    least = float(told[1]) + gates.eps_synthesis
    ways = f"a program with {p_fail / least:.3g} of the logical steps, or a lower physical error"
    return f"{least:.3g} (its best codes' and magic states' errors), or {ways}" if least < 1 else ways


def figures_of(
    entry: Any, gates: CliffordT, machine: Machine, limits: Reaction, settings: QreSettings
) -> PhysicalFigures:
    """One point of the engine's front as figures: qubits, seconds, failure, and what they are made of."""
    surgery = entry.source[ids.LATTICE_SURGERY]
    distance = surgery.transform.distance
    step_ns = surgery.instruction.expect_time(1)
    copies = sum(factory.copies for factory in entry.factories.values())
    in_factories = entry.properties.get(PHYSICAL_FACTORY_QUBITS, 0)
    runtime_s = 1e-9 * max(entry.runtime, _run_ns(entry, machine, settings))
    return PhysicalFigures(
        engine=ENGINE,
        model=model_name(machine, settings),
        physical_qubits=entry.qubits,
        runtime_s=runtime_s,
        code_distance=distance,
        n_factories=copies,
        p_fail=min(1.0, entry.error + gates.eps_synthesis + limits.p_memory),
        p_physical=machine.p_physical,
        cycle_time_us=1e-3 * step_ns / distance,
        n_tiles=fast_block(gates.n_qubits),
        patch_qubits=surgery.instruction.expect_space(1),
        factory_qubits=in_factories // copies if copies else 0,
        n_steps=gates.n_steps,
        waiting=_waiting(1e9 * runtime_s / (gates.n_steps * step_ns), settings.slow_downs),
        reaction_bound_s=limits.bound_s,
        fixup_latency_us=limits.fixup_latency_us,
        fixup_share=limits.fixup_share,
        memory_s=limits.memory_s,
        p_memory=limits.p_memory,
    )


def _run_ns(entry: Any, machine: Machine, settings: QreSettings) -> float:
    """A run of a tabled unit, all its states together, which the library takes one by one."""
    made = {factory.error_rate for factory in entry.factories.values()}
    runs = [unit.run_rounds for unit in units_of(machine, settings) if unit.error in made]
    return max(runs, default=0.0) * round_ns(machine, settings)


def _waiting(found: float, factors: tuple[float, ...]) -> float:
    """The slow-down of a point, which the library does not say: the nearest, or a single run's."""
    nearest = min(factors, key=lambda factor: abs(math.log(factor / found)))
    return nearest if abs(math.log(nearest / found)) < 1e-3 else found
