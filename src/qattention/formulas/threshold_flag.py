"""Closed form of `ThresholdFlag`."""

from __future__ import annotations

from qattention.costs import Costs


def threshold_flag() -> Costs:
    """Clifford: the sign and the flag."""
    return Costs(qubits=2)
