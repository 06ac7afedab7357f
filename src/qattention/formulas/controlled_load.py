"""Closed form of `ControlledLoad`: an And an address bit masks the address, whatever the loader."""

from __future__ import annotations

from numpy.typing import ArrayLike

from qattention.costs import Costs, address_bits


def controlled_load(load: Costs, n_keys: ArrayLike) -> Costs:
    """A load of costs `load` under a control: m And's that are measured away, on m + 1 wires beside it."""
    m = address_bits(n_keys)
    masked = Costs(toffoli=load.toffoli + m, measurement=load.measurement + m, qubits=load.qubits)
    return masked.beside(m + 1)
