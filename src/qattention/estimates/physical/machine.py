"""Machines: qubits, their error rate and times, and the classical processor beside them."""

from __future__ import annotations

from typing import Literal

import attrs

from qattention.errors import SpecError, bad

Kind = Literal["superconducting", "majorana", "neutral-atom"]
THRESHOLD = 0.01  # of the surface code in both engines (arXiv:2211.07629, arXiv:1808.06709)


@attrs.frozen(kw_only=True)
class Machine:
    """What an engine assumes of the hardware.

    Attributes:
        p_physical: error of a physical Clifford operation.
        gate_time_ns, measurement_time_ns: of the physical operations (Majorana: the measurement's only).
        reaction_time_us: from a measurement to the gate that its outcome conditions; 10 us: Gidney and
            Ekera, arXiv:1905.09749, section 2.
        classical_bit_ops_per_s: XORs of bits for fix-ups; 1e12, 512 bits at 2 GHz on one core, is this
            package's assumption.
    """

    kind: Kind = "superconducting"
    p_physical: float
    gate_time_ns: int = 50
    measurement_time_ns: int = 100
    reaction_time_us: float = 10.0
    classical_bit_ops_per_s: float = 1e12

    def __attrs_post_init__(self) -> None:
        """Raises SpecError with every problem."""
        times = ("gate_time_ns", "measurement_time_ns", "classical_bit_ops_per_s")
        found = [bad(name, getattr(self, name), "positive") for name in times if not getattr(self, name) > 0]
        if not 0 < self.p_physical < THRESHOLD:
            found.append(bad("p_physical", self.p_physical, f"above 0 and below the threshold {THRESHOLD}"))
        if not self.reaction_time_us >= 0:
            found.append(bad("reaction_time_us", self.reaction_time_us, "at least 0"))
        if found:
            raise SpecError(found)

    @property
    def name(self) -> str:
        """As printed: "superconducting 0.001"."""
        return f"{self.kind} {self.p_physical:g}"


# Realistic and optimistic superconducting qubits, and Majorana qubits (arXiv:2211.07629, table I).
SUPERCONDUCTING = Machine(p_physical=1e-3)
SUPERCONDUCTING_OPTIMISTIC = Machine(p_physical=1e-4)
MAJORANA = Machine(kind="majorana", p_physical=1e-6, gate_time_ns=1000, measurement_time_ns=1000)
NEUTRAL_ATOM = Machine(kind="neutral-atom", p_physical=1e-3, gate_time_ns=500, measurement_time_ns=10_000)
MACHINES = (SUPERCONDUCTING, SUPERCONDUCTING_OPTIMISTIC, MAJORANA)
