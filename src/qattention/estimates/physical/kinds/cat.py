"""Cat qubits in repetition codes: photons suppress bit flips, the code phase flips (arXiv:2302.06639).

Figures hold for one ratio of losses, 1e-5, and for 100 ns between two-photon losses: the Toffoli factories
were simulated for them alone (table III of the paper).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import attrs

from qattention.estimates.physical.counts import LogicalCounts, synthesise
from qattention.estimates.physical.hardware import Hardware
from qattention.estimates.physical.kind import MachineKind, NamedMachine, Published
from qattention.estimates.physical.limits import Job
from qattention.estimates.physical.surface_code import Built, least_volume
from qattention.estimates.result import PhysicalFigures

LOSS_RATIO = 1e-5  # of one-photon to two-photon losses
THRESHOLD = 0.013  # of that ratio (figure 26)
ROUND_US = 0.5  # five times between two-photon losses (page 28)
TOFFOLI_CYCLES, CNOT_CYCLES = 10.1, 2.2  # of code-distance rounds (figures 33 and 27)
LINES_A_FACTORY = 5  # four logical qubits and one to route (page 27)
GATE_NS = 8920.0  # of a CNOT in a factory, times the photons (page 32)
MAX_DISTANCE, MAX_PHOTONS = 49, 30


@attrs.frozen(kw_only=True)
class ToffoliFactory:
    """A row of table III: a Toffoli state is measured into being, and kept with probability `p_accept`."""

    distance: int
    photons: float
    error: float
    steps: int
    p_accept: float

    @property
    def qubits(self) -> int:
        """Lines of d data qubits and d - 1 ancillas."""
        return LINES_A_FACTORY * (2 * self.distance - 1)

    @property
    def run_us(self) -> float:
        """Rejected attempts included."""
        return 1e-3 * GATE_NS / self.photons * self.steps / self.p_accept


FACTORIES = tuple(
    ToffoliFactory(distance=d, photons=photons, error=error, steps=steps, p_accept=p)
    for d, photons, error, steps, p in (
        (3, 3.75, 1.05e-3, 23, 0.84),
        (3, 5.08, 1.02e-4, 29, 0.745),
        (3, 5.32, 8.14e-5, 35, 0.66),
        (5, 7.15, 4.62e-6, 46, 0.456),
        (5, 8.18, 7.00e-7, 53, 0.362),
        (5, 8.38, 5.36e-7, 60, 0.288),
        (7, 9.71, 6.14e-8, 73, 0.148),
        (7, 10.76, 8.40e-9, 81, 0.105),
        (7, 11.06, 5.16e-9, 89, 0.0727),
        (9, 11.64, 2.28e-9, 104, 0.0262),
        (9, 12.83, 2.30e-10, 113, 0.0154),
        (9, 13.44, 7.36e-11, 122, 0.00975),
        (19, 17.35, 7.90e-12, 9_576, 1.0),
        (21, 18.94, 5.40e-13, 14_112, 1.0),
        (23, 20.53, 3.74e-14, 21_344, 1.0),
    )
)


def cycle_error(distance: int, photons: float) -> float:
    """Of a line in code-distance rounds: phase flips of the code, bit flips of its CNOTs (equations 3, 4)."""
    phase = 5.6e-2 * (photons**0.86 * LOSS_RATIO / THRESHOLD) ** ((distance + 1) // 2)
    return distance * (phase + (distance - 1) * math.exp(-2 * photons))


@cache
def best_error(distance: int) -> float:
    """With the whole number of photons, 1 to 30, that suits the distance."""
    return min(cycle_error(distance, photons) for photons in range(1, MAX_PHOTONS + 1))


def qubits_in_all(n_lines: int, distance: int, number: int, factory: ToffoliFactory | None) -> int:
    """Lines of d data qubits and d - 1 ancillas, factories, and columns that join them (page 27)."""
    inside = number * factory.qubits if factory else 0
    columns = 2 * (3 * (n_lines + LINES_A_FACTORY * number) - 1)
    return n_lines * (2 * distance - 1) + inside + columns


def cats(counts: LogicalCounts, hardware: Hardware, p_fail: float) -> PhysicalFigures:
    """The machine of least qubits x runtime; Toffolis one after another, or by layers where those are known.

    Args:
        p_fail: budget of the machine's failures: factories take theirs, the codes what is left.
    Raises:
        InfeasibleError: no row's states, or no code, are good enough.
    """
    gates = synthesise(counts, p_fail)
    job = _Job.of(counts, hardware, gates, p_fail - gates.eps_synthesis)

    def needed() -> str:
        best = min(factory.error for factory in FACTORIES)
        return f"a program of less than {job.budget / best:.3g} Toffoli states, which err with {best:g}"

    return least_volume(job.designs(), needed, job.model, hardware, job.limits, p_fail)


@attrs.frozen
class _Job(Job):
    @property
    def model(self) -> str:
        return f"{self.hardware.name}, cat qubits, Toffoli factories"

    @property
    def n_lines(self) -> int:
        """Logical qubits, a line to route for two of them, and one at the factories."""
        return self.gates.n_qubits + -(-self.gates.n_qubits // 2) + 1

    @property
    def n_states(self) -> int:
        """Toffolis, and one for two T (arXiv:1812.01238)."""
        return self.gates.n_ccz + -(-self.gates.n_t // 2)

    @property
    def cycles(self) -> int:
        """Of code-distance rounds: Toffoli layers, and Clifford layers of a CNOT where they are known."""
        layers = min(self.gates.t_depth, self.n_states)
        steps = self.gates.n_steps if not self.n_states else 0
        return max(1, math.ceil(TOFFOLI_CYCLES * layers + CNOT_CYCLES * self.gates.clifford_depth), steps)

    def rounds(self, distance: int) -> int:
        memory, bound = (1e6 * one / ROUND_US for one in (self.limits.memory_s, self.limits.bound_s))
        return max(self.cycles * distance + math.ceil(memory), math.ceil(bound))

    def designs(self) -> Iterator[Built]:
        for distance in range(3, MAX_DISTANCE + 1, 2):
            for factory in FACTORIES if self.n_states else (None,):
                built = self._design(distance, factory)
                if built.p_fail <= self.budget + self.gates.eps_synthesis:
                    yield built

    def _design(self, distance: int, factory: ToffoliFactory | None) -> Built:
        asked, number, spent = self.rounds(distance), 0, 0.0
        rounds = asked
        if factory:
            run = math.ceil(factory.run_us / ROUND_US)
            number = -(-self.n_states * run // max(asked, run))
            rounds = max(asked, -(-self.n_states // number) * run)
            spent = self.n_states * factory.error
        errors = self.n_lines * -(-rounds // distance) * best_error(distance)
        whole = qubits_in_all(self.n_lines, distance, number, factory)
        inside = factory.qubits if factory else 0
        return Built(
            code_distance=distance,
            n_tiles=self.n_lines,
            data_qubits=whole - number * inside,
            n_factories=number,
            factory_qubits=inside,
            n_cycles=rounds,
            cycle_time_us=ROUND_US,
            p_fail=errors + spent + self.gates.eps_synthesis,
            n_steps=self.cycles,
            patch_qubits=2 * distance - 1,
        )


KIND = MachineKind(
    name="cat",
    summary="Cat qubits: repetition codes against phase flips, Toffoli states by measurement.",
    source="Gouzien and others, arXiv:2302.06639, equations 3 and 4, table III (as in anb-estimator)",
    validity="One ratio of losses, 1e-5, with 100 ns between two-photon losses; `p_physical` is that ratio.",
    machines=(NamedMachine(name="cat-1e-5", p_physical=LOSS_RATIO),),
    gate_time_ns=100,
    measurement_time_ns=100,
    has_rounds=False,
    known_errors=(LOSS_RATIO,),
    models=(cats,),
    published=(
        Published(
            name="ECC-256 on cats, 2023",
            counts=LogicalCounts(n_qubits=2326, n_ccz=324_359_510, clifford_depth=417_566_265),
            p_fail=1 / 3,
            model="cat qubits",
            qubits=126_133,
            runtime_s=9 * 3600.0,
            within=0.16,
            source="arXiv:2302.06639, table IV, counts of its appendices C.10 and C.11; its authors' post, "
            "alice-bob.com, February 2023",
            why="The paper takes 84 factories of distance 19, which gives 126,248 here; fewer are enough to "
            "keep up.",
            repeats=True,
        ),
    ),
)
