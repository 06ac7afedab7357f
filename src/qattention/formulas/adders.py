"""Closed forms of `FullAdder` and `HalfAdder`: one And, measured away backwards (arXiv:1709.06648)."""

from __future__ import annotations

from qattention.formulas.costs import Costs


def full_adder(uncompute: bool = False) -> Costs:
    """Three bits and their carry."""
    return Costs(toffoli=int(not uncompute), measurement=int(uncompute), qubits=4)


def half_adder(uncompute: bool = False) -> Costs:
    """Two bits and their carry."""
    return Costs(toffoli=int(not uncompute), measurement=int(uncompute), qubits=3)
