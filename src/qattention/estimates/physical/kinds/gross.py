"""Gross codes: twelve logical qubits in 144, and a modular machine of them (arXiv:2506.03094).

A program is a row of Pauli products, each of a T gate, of a rotation or of a measurement; a product joins all
modules, which stand in a path with one source of T states at its end, so that one comes after another.
Errors and times of the instructions, and how many a product takes, are those of the authors' compiler and of
the runs that it publishes. What is not published there is not made up: the qubits that measure inside a
module, those between modules and those of the source are in no figure, and of two-gross codes there is no
machine.
"""

from __future__ import annotations

import math

import attrs

from qattention.errors import InfeasibleError
from qattention.estimates.physical.counts import LogicalCounts, synthesise
from qattention.estimates.physical.hardware import Hardware
from qattention.estimates.physical.kind import MachineKind, NamedMachine, Published
from qattention.estimates.physical.limits import Job
from qattention.estimates.physical.surface_code import OWN, Built, figures
from qattention.estimates.result import PhysicalFigures
from qattention.formulas.synthesis import TOFFOLI_T

DISTANCE, MODULE_QUBITS = 12, 288  # of the code; its 144 data qubits and as many checks (arXiv:2308.07915)
LOGICAL = 11  # of a module, the twelfth is its pivot
CYCLE_STEPS = 8  # time steps of a cycle of checks
JOINT_STEPS = 120  # of a measurement of two modules
# Of a product, a module: means of the five random ones that the compiler's notebook shows, of two modules.
MEASUREMENTS, SHIFTS, PRODUCT_STEPS = 18.6, 22.4, 2594  # 14,115 steps of five, less their T's 229 each
ROUND_US = 1.0  # a cycle, unless the machine says


@attrs.frozen(kw_only=True)
class Instructions:
    """Errors at one physical error, and the steps that bring a T in."""

    idle: float
    shift: float
    measurement: float
    joint: float
    t: float
    t_steps: int

    def error(self, n_t: float, n_shifts: float, n_measurements: float, n_joint: float) -> float:
        """Of so many, idling apart."""
        inside = n_shifts * self.shift + n_measurements * self.measurement
        return n_t * self.t + inside + n_joint * self.joint


KNOWN = {
    1e-3: Instructions(
        idle=1.61e-9, shift=4.01e-7, measurement=1.11e-5, joint=2.01e-3, t=2.01e-3, t_steps=471
    ),
    1e-4: Instructions(
        idle=1.44e-15, shift=6.07e-14, measurement=1.01e-9, joint=4.81e-8, t=8.79e-7, t_steps=229
    ),
}
TWO_GROSS = {  # as their compiler has them, extrapolated: rounded powers of ten but for T at 1e-3
    1e-3: Instructions(idle=8.2e-21, shift=3.25e-15, measurement=1e-11, joint=1e-9, t=2.1e-8, t_steps=2383),
    1e-4: Instructions(idle=5.29e-39, shift=1.34e-37, measurement=1e-20, joint=1e-18, t=1e-18, t_steps=623),
}


def gross_codes(counts: LogicalCounts, hardware: Hardware, p_fail: float) -> PhysicalFigures:
    """Modules of gross codes, of data and checks alone; one product after another.

    Args:
        p_fail: budget of the machine's failures.
    Raises:
        InfeasibleError: the instructions' errors exceed it; with what two-gross codes are said to do.
    """
    gates = synthesise(counts, p_fail)
    job = _Job.of(counts, hardware, gates, p_fail - gates.eps_synthesis)
    if job.p_fail > p_fail:
        raise InfeasibleError(f"p_fail of {job.model}", p_fail, job.refusal(p_fail))
    return figures(job.built, job.model, hardware, job.limits, OWN)


@attrs.frozen
class _Job(Job):
    @property
    def model(self) -> str:
        return f"{self.hardware.name}, gross codes, data and checks alone"

    def _known(self, table: dict[float, Instructions]) -> Instructions:
        return next(one for error, one in table.items() if math.isclose(error, self.hardware.p_physical))

    @property
    def modules(self) -> int:
        return -(-self.counts.n_qubits // LOGICAL)

    @property
    def n_t(self) -> int:
        return self.gates.n_t + TOFFOLI_T * self.gates.n_ccz

    @property
    def n_products(self) -> int:
        """The T of a rotation share its product."""
        counts = self.counts
        return counts.n_t + TOFFOLI_T * counts.n_ccz + counts.n_rotations + counts.n_measurements

    def spent(self, one: Instructions) -> float:
        """Errors of all products, idling apart."""
        inside = self.n_products * self.modules
        joint = self.n_products * (self.modules - 1)
        return one.error(self.n_t, SHIFTS * inside, MEASUREMENTS * inside, joint)

    @property
    def steps(self) -> int:
        """Joint measurements of a path are two rounds of them, of two modules one."""
        each = PRODUCT_STEPS + (JOINT_STEPS if self.modules > 2 else 0)
        return self.n_products * each + self.n_t * self._known(KNOWN).t_steps

    @property
    def round_us(self) -> float:
        return self.round_of(ROUND_US)

    @property
    def cycles(self) -> int:
        memory, bound = (1e6 * one / self.round_us for one in (self.limits.memory_s, self.limits.bound_s))
        return max(1, -(-self.steps // CYCLE_STEPS) + math.ceil(memory), math.ceil(bound))

    @property
    def p_fail(self) -> float:
        idle = self.modules * self.cycles * self._known(KNOWN).idle
        return self.spent(self._known(KNOWN)) + idle + self.gates.eps_synthesis

    @property
    def built(self) -> Built:
        return Built(
            code_distance=DISTANCE,
            n_tiles=self.modules,
            data_qubits=self.modules * MODULE_QUBITS,
            n_factories=0,
            factory_qubits=0,
            n_cycles=self.cycles,
            cycle_time_us=self.round_us,
            p_fail=self.p_fail,
            n_steps=max(1, -(-self.cycles // DISTANCE)),
            patch_qubits=MODULE_QUBITS,
        )

    def refusal(self, p_fail: float) -> str:
        """What would do, and what is said of two-gross codes, of which no machine is made."""
        share, two = p_fail / self.p_fail, self._known(TWO_GROSS)
        waiting_s = 1e-6 * self.n_t * two.t_steps * self.round_us / CYCLE_STEPS
        return (
            f"a program with {share:.3g} of the products (a T errs with {self._known(KNOWN).t:g}, joining "
            f"two modules with {self._known(KNOWN).joint:g}); two-gross codes, by their authors' "
            f"extrapolation ({two.t:g} a T, {two.joint:g} a joint measurement), would fail with "
            f"{self.spent(two):.2g} and inject their T alone for {waiting_s:.2g} s, but no run of theirs is "
            "published to take times from"
        )


KIND = MachineKind(
    name="gross",
    summary="Gross codes, modules in a path: Pauli products one after another, a source of T at the end.",
    source="Yoder and others, arXiv:2506.03094: errors, times and runs of their compiler "
    "(qiskit-community/bicycle-architecture-compiler); Bravyi and others, arXiv:2308.07915",
    validity="Physical errors 1e-3 and 1e-4; programs of up to some 10^5 T at 1e-4, of 10 at 1e-3. Qubits "
    "are data and checks alone, a floor: those of measurements, of links and of the source of T could not be "
    "read.",
    machines=(
        NamedMachine(name="gross-1e-4", p_physical=1e-4),
        NamedMachine(name="gross-1e-3", p_physical=1e-3),
    ),
    gate_time_ns=125,
    measurement_time_ns=125,
    has_rounds=True,
    known_errors=tuple(KNOWN),
    models=(gross_codes,),
    published=(
        Published(
            name="Ising chain on gross codes, 2026",
            counts=LogicalCounts(n_qubits=20, n_rotations=195, rotation_depth=195, t_per_rotation=91),
            p_fail=1 / 3,
            model="gross codes",
            qubits=0,
            runtime_s=4_232_949 * ROUND_US / CYCLE_STEPS / 1e6,
            within=0.1,
            source="the compiler's notebook of custom circuits: 20 spins, 5 steps, 17,745 T: 4,232,949 time "
            "steps, failure 0.0156; a cycle of 8 steps in 1 us is this package's",
            why="Products of two neighbours take fewer measurements than the random ones of the model. The "
            "failure is met to 0.1 %; no qubits are published with it.",
        ),
    ),
)
