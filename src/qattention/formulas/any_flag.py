"""Closed forms of `AnyFlag` and `LivePhase`."""

from __future__ import annotations

from qattention.costs import Costs


def any_flag(n_bits: int, uncompute: bool = False) -> Costs:
    """NOT all of `n_bits` wires: an And ladder, whose wires stay until it is erased."""
    ands = n_bits - 1
    kept = max(1, ands)
    if uncompute:
        return Costs(measurement=ands, qubits=n_bits + kept)
    return Costs(toffoli=ands, qubits=n_bits + kept)


def live_phase(is_sign: bool) -> Costs:
    """The phase where both the live bit and the flag are 1."""
    ands = int(not is_sign)
    return Costs(toffoli=ands, measurement=ands, rotation=ands, qubits=2 + ands)
