"""What classical reaction takes, whatever the factories do."""

from __future__ import annotations

import attrs

from qattention.estimates.physical.counts import CliffordT, LogicalCounts
from qattention.estimates.physical.machine import Machine


@attrs.frozen(kw_only=True)
class Reaction:
    """Bounds that follow from measurements whose outcomes choose the next gates.

    Attributes:
        bound_s: no run is faster: T depth x reaction time, and what fix-ups take beyond it.
        fixup_latency_us: XORs of one fix-up at the classical processor's rate.
        fixup_share: that latency over the reaction time; above 1 every fix-up makes the qubits wait.
    """

    bound_s: float
    fixup_latency_us: float
    fixup_share: float | None


def reaction(counts: LogicalCounts, gates: CliffordT, machine: Machine) -> Reaction:
    """The reaction bound of a program on a machine."""
    latency_us = 1e6 * counts.fixup_bit_ops / machine.classical_bit_ops_per_s
    late_us = max(0.0, latency_us - machine.reaction_time_us)
    bound_us = gates.t_depth * machine.reaction_time_us + counts.n_fixups * late_us
    return Reaction(
        bound_s=1e-6 * bound_us,
        fixup_latency_us=latency_us,
        fixup_share=latency_us / machine.reaction_time_us if machine.reaction_time_us else None,
    )
