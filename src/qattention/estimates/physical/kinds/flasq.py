"""Fluid allocation of surface code qubits: the volume of gates, corridors and waiting (arXiv:2511.08508).

S = L Q + V: V is the ancilla volume of all gates, Q the qubits that wait for L = max(V / A, t_react D)
logical steps, A the ancillas that gates share, D the layers of reactions. Volumes are of the paper's two
models as Qualtran's main branch has them. A program's own gates say how far they reach, with its wires in
rows of a square, and a one-to-many CNOT takes one corridor that branches to all of its targets (this
package's choice: the paper has two ends a gate). Counts alone say nothing of corridors, so that a machine
made of them is a floor: the fan-out of a look-up, whose corridors are most of its volume, is not in it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs

from qattention.errors import InfeasibleError
from qattention.estimates.physical.counts import LogicalCounts, synthesise
from qattention.estimates.physical.hardware import Hardware
from qattention.estimates.physical.kind import MachineKind, NamedMachine
from qattention.estimates.physical.limits import Job
from qattention.estimates.physical.patches import BEVERLAND
from qattention.estimates.physical.surface_code import OWN, Built, figures, smallest_distance
from qattention.estimates.result import PhysicalFigures

ROUND_US = 1.0  # unless the machine says
CULTIVATION = 6.0  # blocks of a patch and a step to grow a T state, of the paper's examples
T_ERROR = 2e-9  # of a T state cultivated at a physical error of 1e-3 (arXiv:2409.17595, abstract)
MAX_ERROR = 1e-3  # beyond, no such state is published


@attrs.frozen(kw_only=True)
class FlasqGates:
    """What a circuit holds, and how far its gates reach.

    Attributes:
        span: sum over gates of two and three qubits of the grid distance that spans them, in patches.
        reaction_depth: layers of measurements whose outcomes choose the next gate.
        rotation_error: of each rotation's synthesis.
    """

    n_qubits: int
    n_t: float = 0
    n_toffoli: float = 0
    n_and: float = 0
    n_rotations: float = 0
    n_hadamard: float = 0
    n_s: float = 0
    span: float = 0
    reaction_depth: float = 0
    rotation_error: float = 1e-3

    @property
    def t_per_rotation(self) -> float:
        """On average, by mixed fallback synthesis (arXiv:2203.10064)."""
        return 4.86 - 0.53 * math.log2(self.rotation_error)

    @property
    def n_t_states(self) -> float:
        """Four a Toffoli."""
        return self.n_t + 4 * (self.n_toffoli + self.n_and) + self.t_per_rotation * self.n_rotations


@attrs.frozen(kw_only=True)
class FlasqVolumes:
    """Ancilla volumes of gates in blocks of a patch and a step, beside cultivation and reactions.

    Attributes:
        growing: factor on the volume of cultivation. reach: of a corridor, a patch of its length.
        rotation_t, rotation: further volume of a T in a rotation, and of the rotation.
    """

    t: float
    toffoli: float
    n_and: float
    hadamard: float
    s: float
    growing: float
    reach: float
    rotation_t: float
    rotation: float


CONSERVATIVE, OPTIMISTIC = (
    FlasqVolumes(
        t=6.0,
        toffoli=68.0,
        n_and=64.0,
        hadamard=7.0,
        s=5.5,
        growing=1.5,
        reach=5.0,
        rotation_t=2.0,
        rotation=45.0,
    ),
    FlasqVolumes(
        t=2.5,
        toffoli=39.0,
        n_and=36.0,
        hadamard=1.5,
        s=1.5,
        growing=1.0,
        reach=2.0,
        rotation_t=1.0,
        rotation=12.0,
    ),
)
TOFFOLI_REACTIONS, AND_REACTIONS = 5, 2


@attrs.frozen(kw_only=True)
class FlasqVolume:
    """Where the volume is, in blocks; `steps` logical steps in all."""

    gates: float
    corridors: float
    cultivation: float
    waiting: float
    steps: float

    @property
    def ancillas(self) -> float:
        """V: of all gates."""
        return self.gates + self.corridors + self.cultivation

    @property
    def whole(self) -> float:
        """S: with the qubits that wait."""
        return self.ancillas + self.waiting


def flasq_volume(
    gates: FlasqGates,
    volumes: FlasqVolumes = CONSERVATIVE,
    *,
    n_ancillas: int,
    reaction_steps: float,
    cultivation: float = CULTIVATION,
) -> FlasqVolume:
    """The volume of a circuit with so many shared ancillas.

    Args:
        n_ancillas: at least 1. reaction_steps: time of a reaction in logical steps.
        cultivation: blocks to grow a T state.
    """
    each_t = volumes.t + reaction_steps
    gate_volume = (
        gates.n_t * each_t
        + gates.n_toffoli * (volumes.toffoli + TOFFOLI_REACTIONS * reaction_steps)
        + gates.n_and * (volumes.n_and + AND_REACTIONS * reaction_steps)
        + gates.n_rotations * (gates.t_per_rotation * (each_t + volumes.rotation_t) + volumes.rotation)
        + gates.n_hadamard * volumes.hadamard
        + gates.n_s * volumes.s
    )
    corridors = volumes.reach * gates.span
    grown = volumes.growing * cultivation * gates.n_t_states
    steps = max((gate_volume + corridors + grown) / n_ancillas, reaction_steps * gates.reaction_depth)
    return FlasqVolume(
        gates=gate_volume,
        corridors=corridors,
        cultivation=grown,
        waiting=gates.n_qubits * steps,
        steps=steps,
    )


def grid_span(places: Sequence[tuple[int, int]]) -> int:
    """Grid distance that spans two or three patches: half the perimeter of their bounding box.

    Raises:
        ValueError: more than three.
    """
    if len(places) > 3:
        raise ValueError(f"got {len(places)} patches; spans are known for at most 3")
    rows, columns = [row for row, _ in places], [column for _, column in places]
    return max(rows) - min(rows) + max(columns) - min(columns)


def flasq(counts: LogicalCounts, hardware: Hardware, p_fail: float) -> PhysicalFigures:
    """As many ancillas as let reactions set the pace; conservative volumes; of counts alone a floor.

    Args:
        p_fail: budget of the machine's failures: T states take theirs, the codes what is left.
    Raises:
        InfeasibleError: cultivated states are not good enough, or no distance keeps the blocks.
    """
    gates = synthesise(counts, p_fail)
    job = _Job.of(counts, hardware, gates, p_fail - gates.eps_synthesis)
    spent = T_ERROR * gates.n_t_equivalent
    if spent >= job.budget:
        share = f"a program with {job.budget / spent:.3g} of the T and Toffoli"
        raise InfeasibleError(f"p_fail of {job.model}", p_fail, f"{share} (cultivated states err with 2e-9)")
    distance = smallest_distance(lambda d: job.errors(d) <= job.budget - spent, job.model, hardware)
    built = job.design(distance)
    return figures(attrs.evolve(built, p_fail=built.p_fail + spent), job.model, hardware, job.limits, OWN)


@attrs.frozen
class _Job(Job):
    @property
    def model(self) -> str:
        told = "without corridors of Cliffords" if self.counts.span is None else "with its gates' corridors"
        return f"{self.hardware.name}, FLASQ, {told}"

    @property
    def round_us(self) -> float:
        return self.round_of(ROUND_US)

    @property
    def reactions(self) -> int:
        """Layers of them: of the gates, or those of T and Toffoli."""
        depth = self.counts.reaction_depth
        return self.gates.t_depth if depth is None else max(depth, self.gates.t_depth)

    def volume(self, distance: int, n_ancillas: int) -> FlasqVolume:
        counts, n_ccz = self.counts, self.gates.n_ccz
        n_and = n_ccz if counts.n_and is None else counts.n_and
        return flasq_volume(
            FlasqGates(
                n_qubits=self.gates.n_qubits,
                n_t=self.gates.n_t,
                n_and=n_and,
                n_toffoli=n_ccz - n_and,
                n_hadamard=counts.n_hadamard,
                n_s=counts.n_s,
                span=counts.span or 0,
                reaction_depth=self.reactions,
            ),
            n_ancillas=n_ancillas,
            reaction_steps=self.hardware.reaction_time_us / (distance * self.round_us),
        )

    def n_ancillas(self, distance: int) -> int:
        """With as many the gates take as long as the reactions, or a step a layer without any."""
        reactions_us = self.reactions * self.hardware.reaction_time_us
        paced = max(self.bound_steps(distance), reactions_us / (distance * self.round_us))
        least = max(1.0, paced or float(self.reactions))
        return max(1, math.ceil(self.volume(distance, 1).ancillas / least))

    def bound_steps(self, distance: int) -> float:
        return 1e6 * self.limits.bound_s / (distance * self.round_us)

    def steps(self, distance: int) -> float:
        paced = self.volume(distance, self.n_ancillas(distance)).steps
        return max(1.0, paced, self.bound_steps(distance))

    def errors(self, distance: int) -> float:
        """Of all blocks but those in which states are grown, a round at a time."""
        n_patches = self.gates.n_qubits + self.n_ancillas(distance)
        rounds = distance * self.steps(distance)
        return n_patches * rounds * BEVERLAND(self.hardware.p_physical, distance)

    def design(self, distance: int) -> Built:
        n_patches = self.gates.n_qubits + self.n_ancillas(distance)
        patch = 2 * (distance + 1) ** 2  # walls between patches included (the paper, section II)
        steps = math.ceil(self.steps(distance))
        return Built(
            code_distance=distance,
            n_tiles=n_patches,
            data_qubits=n_patches * patch,
            n_factories=0,
            factory_qubits=0,
            n_cycles=steps * distance,
            cycle_time_us=self.round_us,
            p_fail=self.errors(distance) + self.gates.eps_synthesis,
            n_steps=steps,
            patch_qubits=patch,
        )


KIND = MachineKind(
    name="flasq",
    summary="Superconducting qubits: ancillas that flow to the gates, T states grown where they are used.",
    source="arXiv:2511.08508 (its volumes as in Qualtran's main branch); arXiv:2409.17595",
    validity="Physical errors up to 0.001; a floor where no gates are lowered, for counts say nothing of "
    "corridors between Cliffords.",
    machines=(NamedMachine(name="flasq-1e-3", p_physical=1e-3),),
    gate_time_ns=50,
    measurement_time_ns=100,
    has_rounds=True,
    has_corridors=True,
    most_error=MAX_ERROR,
    models=(flasq,),
)
