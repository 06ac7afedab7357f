"""What the two models of `qualtran.surface_code` share."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from qattention.errors import InfeasibleError
from qattention.estimates.physical.hardware import Hardware
from qattention.estimates.physical.limits import Reaction
from qattention.estimates.result import PhysicalFigures

ENGINE = "qualtran.surface_code"  # whose models these are; it is their witness in tests
OWN = "qattention"  # the engine of models that this package put together from papers
MAX_DISTANCE = 201  # physical error a hair below the threshold: no code is wide enough


@attrs.frozen(kw_only=True)
class Built:
    """One design: fields as in `PhysicalFigures`; `n_cycles` rounds of error correction in all.

    Attributes:
        data_qubits: of the tiles, and of a memory for waiting qubits where there is one.
        patch_qubits: of a tile; 0: 2 d^2.
    """

    code_distance: int
    n_tiles: int
    data_qubits: int
    n_factories: int
    factory_qubits: int
    n_cycles: int
    cycle_time_us: float
    p_fail: float
    n_steps: int
    patch_qubits: int = 0

    @property
    def physical_qubits(self) -> int:
        """Data and factories."""
        return self.data_qubits + self.n_factories * self.factory_qubits


def smallest_distance(holds: Callable[[int], bool], model: str, machine: Hardware) -> int:
    """The smallest odd distance at which `holds`.

    Raises:
        InfeasibleError: none up to 201.
    """
    for distance in range(3, MAX_DISTANCE + 1, 2):
        if holds(distance):
            return distance
    lower = f"a lower one (no code up to distance {MAX_DISTANCE} keeps the data)"
    raise InfeasibleError(f"p_physical of {model}", machine.p_physical, lower)


def out_of_states(model: str, p_fail: float, floor: float, share: float) -> InfeasibleError:
    """The magic states bind: what budget, or what share of the states, the best of them would satisfy."""
    ways = f"a program with {share:.3g} of the T and Toffoli, or a lower physical error"
    nearest = f"{floor:.3g} (its best magic states' errors), or {ways}" if floor < 1 else ways
    return InfeasibleError(f"p_fail of {model}", p_fail, nearest)


def least_volume(
    designs: Iterable[Built],
    needed: Callable[[], str],
    model: str,
    machine: Hardware,
    limits: Reaction,
    p_fail: float,
) -> PhysicalFigures:
    """The design of least qubits x runtime, and of equal ones of fewest qubits.

    Args:
        needed: says what would make a design feasible; asked if there is none.
    Raises:
        InfeasibleError: there is no design.
    """
    found = sorted(designs, key=lambda one: (one.physical_qubits * one.n_cycles, one.physical_qubits))
    if not found:
        raise InfeasibleError(f"p_fail of {model}", p_fail, needed())
    return figures(found[0], model, machine, limits, OWN)


def figures(
    built: Built, model: str, machine: Hardware, limits: Reaction, engine: str = ENGINE
) -> PhysicalFigures:
    """A design as the estimate reports it."""
    return PhysicalFigures(
        engine=engine,
        model=model,
        physical_qubits=built.physical_qubits,
        runtime_s=1e-6 * built.n_cycles * built.cycle_time_us,
        code_distance=built.code_distance,
        n_factories=built.n_factories,
        p_fail=min(1.0, built.p_fail + limits.p_memory),
        p_physical=machine.p_physical,
        cycle_time_us=built.cycle_time_us,
        n_tiles=built.n_tiles,
        patch_qubits=built.patch_qubits or 2 * built.code_distance**2,
        factory_qubits=built.factory_qubits if built.n_factories else 0,
        n_steps=built.n_steps,
        waiting=built.n_cycles / (built.n_steps * built.code_distance),
        reaction_bound_s=limits.bound_s,
        fixup_latency_us=limits.fixup_latency_us,
        fixup_share=limits.fixup_share,
        memory_s=limits.memory_s,
        p_memory=limits.p_memory,
    )
