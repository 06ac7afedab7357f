"""Hardware: qubits, their error rate and times, and the classical processor beside them."""

from __future__ import annotations

import math

import attrs

from qattention.errors import SpecError, bad

THRESHOLD = 0.01  # of the surface code in both engines (arXiv:2211.07629, arXiv:1808.06709)
MAX_NAME = 40  # characters: a column of a table
MOST_NS = 10**15  # of a time in a machine's file
GATES_A_ROUND = 5  # one layer of one-qubit gates and four of CNOTs, then a measurement (arXiv:1009.3686)


@attrs.frozen(kw_only=True)
class Hardware:
    """What an engine assumes of the hardware; `Machine` adds what its kind says of these numbers.

    Attributes:
        kind: name of the family member, see `kinds`.
        p_physical: error of a physical Clifford operation.
        gate_time_ns, measurement_time_ns: of the physical operations.
        cycle_time_ns: of a round of error correction; None: what the kind or the engine makes of the times.
        reaction_time_us: from a measurement to the gate that its outcome conditions; 10 us: Gidney and
            Ekera, arXiv:1905.09749, section 2.
        classical_bit_ops_per_s: XORs of bits for fix-ups; 1e12, 512 bits at 2 GHz on one core, is this
            package's assumption.
        compute_share: of the qubits, those at work at once, the others waiting in a memory, where the counts
            do not say; None: all. Only for kinds that have a memory.
        label: its name in print; "" for kind and error: "superconducting 0.001".
    """

    kind: str
    p_physical: float
    gate_time_ns: int
    measurement_time_ns: int
    cycle_time_ns: int | None = None
    reaction_time_us: float = 10.0
    classical_bit_ops_per_s: float = 1e12
    compute_share: float | None = None
    label: str = ""

    def __attrs_post_init__(self) -> None:
        """Raises SpecError with every problem."""
        if found := self._problems():
            raise SpecError(found)

    def _problems(self) -> list[str]:
        times = ("gate_time_ns", "measurement_time_ns", "cycle_time_ns")
        found = [
            bad(name, value, "positive, and at most 10**15 (twelve days)")
            for name in times
            if (value := getattr(self, name)) is not None and not 0 < value <= MOST_NS
        ]
        if not 0 < self.classical_bit_ops_per_s < math.inf:
            found.append(bad("classical_bit_ops_per_s", self.classical_bit_ops_per_s, "positive and finite"))
        if not 0 < self.p_physical < THRESHOLD:
            found.append(bad("p_physical", self.p_physical, f"above 0 and below the threshold {THRESHOLD}"))
        if not 0 <= self.reaction_time_us < math.inf:
            found.append(bad("reaction_time_us", self.reaction_time_us, "at least 0 and finite"))
        if self.compute_share is not None and not 0 < self.compute_share <= 1:
            found.append(bad("compute_share", self.compute_share, "above 0 and at most 1"))
        if not (self.label.isprintable() and len(self.label) <= MAX_NAME):
            found.append(bad("label", self.label, f"at most {MAX_NAME} printable characters"))
        return found

    @property
    def name(self) -> str:
        """As printed."""
        return self.label or f"{self.kind} {self.p_physical:g}"

    @property
    def round_times_ns(self) -> tuple[int, int]:
        """(gate, measurement): as given, or in that proportion so that a round takes `cycle_time_ns`."""
        if self.cycle_time_ns is None:
            return self.gate_time_ns, self.measurement_time_ns
        share = self.gate_time_ns / (GATES_A_ROUND * self.gate_time_ns + self.measurement_time_ns)
        gate = min(max(1, round(self.cycle_time_ns * share)), (self.cycle_time_ns - 1) // GATES_A_ROUND)
        return gate, self.cycle_time_ns - GATES_A_ROUND * gate
