"""What classical reaction and a memory device take, whatever the factories do."""

from __future__ import annotations

from typing import Self

import attrs

from qattention.estimates.physical.counts import CliffordT, LogicalCounts
from qattention.estimates.physical.hardware import Hardware


@attrs.frozen(kw_only=True)
class Reaction:
    """Bounds that follow from measurements whose outcomes choose the next gates, and from a memory device.

    Attributes:
        bound_s: no run is faster: T depth x reaction time, what fix-ups take beyond it, and memory_s.
        memory_s: waiting for a memory device, during which no gate runs.
        p_memory: probability that any of its reads goes wrong, clipped to 1 (union bound).
        fixup_latency_us: XORs of one fix-up at the classical processor's rate.
        fixup_share: that latency over the reaction time; above 1 every fix-up makes the qubits wait.
    """

    bound_s: float
    memory_s: float
    p_memory: float
    fixup_latency_us: float
    fixup_share: float | None


def reaction(counts: LogicalCounts, gates: CliffordT, machine: Hardware) -> Reaction:
    """The reaction bound of a program on a machine."""
    latency_us = 1e6 * counts.fixup_bit_ops / machine.classical_bit_ops_per_s
    late_us = max(0.0, latency_us - machine.reaction_time_us)
    memory_us = counts.n_reads * counts.read_latency_us
    bound_us = memory_us + gates.t_depth * machine.reaction_time_us + counts.n_fixups * late_us
    return Reaction(
        bound_s=1e-6 * bound_us,
        memory_s=1e-6 * memory_us,
        p_memory=min(1.0, counts.n_reads * counts.p_read),
        fixup_latency_us=latency_us,
        fixup_share=latency_us / machine.reaction_time_us if machine.reaction_time_us else None,
    )


@attrs.frozen
class Job:
    """One question to a machine: totals, as gates of Clifford + T and as they come, with what bounds them.

    Attributes:
        budget: what of the machine's failures is left for the gates.
    """

    counts: LogicalCounts
    hardware: Hardware
    gates: CliffordT
    limits: Reaction
    budget: float

    @classmethod
    def of(cls, counts: LogicalCounts, hardware: Hardware, gates: CliffordT, budget: float) -> Self:
        """With the bounds of its reactions."""
        return cls(counts, hardware, gates, reaction(counts, gates, hardware), budget)

    def round_of(self, usual_us: float) -> float:
        """Of checks, in microseconds: the hardware's own, or the usual one."""
        return 1e-3 * (self.hardware.cycle_time_ns or 0) or usual_us
