"""What a physical engine is given: logical counts of a whole program."""

from __future__ import annotations

import math

import attrs

from qattention.errors import SpecError, bad
from qattention.estimates.result import MemoryUse
from qattention.formulas.synthesis import TOFFOLI_T, t_per_rotation
from qattention.problem.spec import LEAST_P_FAIL, P_FAIL_RANGE

NO_COUNTS = ("read_latency_us", "p_read", "waiting")
MAY_BE_UNKNOWN = (
    *("t_depth", "clifford_depth", "t_per_rotation", "n_compute_qubits"),
    *("n_and", "span", "span_each", "reaction_depth"),
)
READ_STEPS, WRITE_STEPS = 1, 2  # to fetch a qubit from a memory and to bring it back (`qdk.qre` 1.33.1)
STEPS_PER_CCZ = 3  # logical time steps of a Toffoli (arXiv:2211.07629, equation D3)


@attrs.frozen(kw_only=True)
class LogicalCounts:
    """Counts of a program, all dimensionless and at least 0.

    Attributes:
        n_qubits: logical qubits, at least 1.
        n_t, n_ccz: T gates; Toffolis, And's and controlled swaps.
        n_rotations, rotation_depth: arbitrary rotations, and layers that hold at least one.
        n_measurements: logical measurements, one after another.
        t_depth: layers of T and Toffoli, a rotation its T-count; None: every gate its own layer.
        clifford_depth: layers of Cliffords and measurements; None: not known, no time is counted for them.
        t_per_rotation: T that a rotation was synthesised to already; None: the machine's budget decides.
        n_fixups, fixup_bit_ops: corrections that wait for classical parities, and XORs of one of them.
        n_reads: queries of a memory device, one after another, between the gates.
        read_latency_us, p_read: time of one in microseconds, and probability that it goes wrong.
        n_compute_qubits: of the qubits, those at work at once; the others may wait in denser codes, where the
            machine has any. None: all.
        n_memory_reads, n_memory_writes: moves of a qubit from that memory, and to it.
        waiting: ways to let qubits wait, of the program's own profile; a machine with a memory takes one of
            them, or none, where n_compute_qubits does not say.
        n_and: of n_ccz those whose target enters in 0; None: all. n_hadamard, n_s: counts.
        span, span_each: grid distance in patches that gates of several qubits span, a one-to-many CNOT along
            one corridor or along one to each target; None: not known.
        reaction_depth: layers of T, Toffoli and measurements that wait for each other; None: t_depth.
    """

    n_qubits: int
    n_t: int = 0
    n_ccz: int = 0
    n_rotations: int = 0
    rotation_depth: int = 0
    n_measurements: int = 0
    t_depth: int | None = None
    clifford_depth: int | None = None
    t_per_rotation: int | None = None
    n_fixups: int = 0
    fixup_bit_ops: int = 0
    n_reads: int = 0
    read_latency_us: float = 0.0
    p_read: float = 0.0
    n_compute_qubits: int | None = None
    n_memory_reads: int = 0
    n_memory_writes: int = 0
    waiting: tuple[MemoryUse, ...] = ()
    n_and: int | None = None
    n_hadamard: int = 0
    n_s: int = 0
    span: int | None = None
    span_each: int | None = None
    reaction_depth: int | None = None

    def at_work(self, share: float | None) -> LogicalCounts:
        """With this share of the qubits at work at once, if nothing is said of them."""
        if share is None or self.n_compute_qubits is not None:
            return self
        return attrs.evolve(self, n_compute_qubits=math.ceil(share * self.n_qubits))

    def with_waiting(self, use: MemoryUse) -> LogicalCounts:
        """With the other qubits waiting, each move one to the memory and one back."""
        moves = use.n_moves
        return attrs.evolve(
            self, n_compute_qubits=use.n_working, n_memory_reads=moves, n_memory_writes=moves, waiting=()
        )

    def __attrs_post_init__(self) -> None:
        """Raises SpecError with every problem."""
        found = [
            bad(field.name, value, f"an integer >= {1 if field.name == 'n_qubits' else 0}")
            for field in attrs.fields(LogicalCounts)
            if field.name not in NO_COUNTS and not _is_count(value := getattr(self, field.name), field.name)
        ]
        if not 0 <= self.read_latency_us < math.inf:
            found.append(bad("read_latency_us", self.read_latency_us, "at least 0 and finite"))
        if not 0 <= self.p_read <= 1:
            found.append(bad("p_read", self.p_read, "in 0..1"))
        if found := found or self._impossible():
            raise SpecError(found)

    def _impossible(self) -> list[str]:
        low, high = -(-self.n_rotations // self.n_qubits), self.n_rotations
        found = []
        if not low <= self.rotation_depth <= high:
            found.append(bad("rotation_depth", self.rotation_depth, f"{low}..{high} for {high} rotations"))
        if (at_work := self.n_compute_qubits) is not None and not 1 <= at_work <= self.n_qubits:
            found.append(bad("n_compute_qubits", at_work, f"1..{self.n_qubits}"))
        if self.n_and is not None and self.n_and > self.n_ccz:
            found.append(bad("n_and", self.n_and, f"0..{self.n_ccz}"))
        found += [
            bad("waiting", attrs.asdict(one), f"1..{self.n_qubits} at work, moves of at least 0")
            for one in self.waiting
            if not (1 <= one.n_working <= self.n_qubits and one.n_moves >= 0)
        ]
        if self.t_depth == 0 and self.n_t + self.n_ccz + self.n_rotations:
            found.append(bad("t_depth", 0, "at least 1 for a program with T gates"))
        return found


@attrs.frozen(kw_only=True)
class CliffordT:
    """Counts with the rotations synthesised, as every engine is given them.

    Attributes:
        n_steps: logical time steps one after another, measurements + rotations + T + 3 Toffoli + layers
            of rotations times their T, at least 1 (arXiv:2211.07629, equation D3).
        t_depth, clifford_depth: layers of T and Toffoli; of Cliffords, 0 where they are not known.
        eps_synthesis: what the rotations take of the machine's failure budget.
    """

    n_qubits: int
    n_t: int
    n_ccz: int
    n_steps: int
    t_depth: int
    clifford_depth: int
    t_per_rotation: int
    eps_synthesis: float

    def beside_a_memory(self, counts: LogicalCounts) -> CliffordT:
        """With the qubits at work alone, and the steps of moves to and from a memory of the others."""
        moves = READ_STEPS * counts.n_memory_reads + WRITE_STEPS * counts.n_memory_writes
        n_working = counts.n_compute_qubits or counts.n_qubits
        return attrs.evolve(self, n_qubits=n_working, n_steps=self.n_steps + moves)

    @property
    def n_t_equivalent(self) -> int:
        """T states if a Toffoli takes four."""
        return self.n_t + TOFFOLI_T * self.n_ccz


def _is_count(value: object, name: str) -> bool:
    if value is None:
        return name in MAY_BE_UNKNOWN
    return type(value) is int and value >= (name == "n_qubits")


def synthesise(counts: LogicalCounts, p_fail: float) -> CliffordT:
    """Rotations to T gates: within a third of `p_fail` (arXiv:2211.07629), or as they were synthesised.

    Raises:
        SpecError: `p_fail` is no budget.
    """
    if not LEAST_P_FAIL <= p_fail < 1:
        raise SpecError(bad("machine_p_fail", p_fail, P_FAIL_RANGE))
    each, eps = counts.t_per_rotation or 0, 0.0
    if counts.n_rotations and counts.t_per_rotation is None:
        eps = p_fail / 3
        each = t_per_rotation(eps / counts.n_rotations)
    gates = counts.n_t + counts.n_ccz
    steps = counts.n_measurements + counts.n_rotations + counts.n_t + STEPS_PER_CCZ * counts.n_ccz
    serial = gates + each * counts.rotation_depth
    return CliffordT(
        n_qubits=counts.n_qubits,
        n_t=counts.n_t + each * counts.n_rotations,
        n_ccz=counts.n_ccz,
        n_steps=max(1, steps + each * counts.rotation_depth),
        t_depth=serial if counts.t_depth is None else counts.t_depth,
        clifford_depth=counts.clifford_depth or 0,
        t_per_rotation=each,
        eps_synthesis=eps,
    )


def whole_ratio(work: float, reads: float) -> int:
    """Work of one read in whole bits, rounded up; six digits of both, as JSON has them, give the same."""
    return math.ceil(work / reads * (1 - 1e-5)) if reads else 0
