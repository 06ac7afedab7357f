"""Closed forms of `HardwareLoad` and `MemoryQuery`: wires, and the cells of the device; no gates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import AnyIntArray, Costs, address_bits

QUERIES = 2  # of an oracle: the load and the unload


def hardware_load(n_keys: ArrayLike, word_bits: ArrayLike) -> Costs:
    """One query, forwards or backwards, padded or not."""
    qubits = address_bits(n_keys) + np.asarray(word_bits)
    return Costs(toffoli=np.zeros_like(qubits), measurement=np.zeros_like(qubits), qubits=qubits)


def memory_cells(n_keys: ArrayLike, word_bits: ArrayLike) -> AnyIntArray:
    """Bits that the device holds, each written once: n w."""
    cells: AnyIntArray = np.asarray(np.asarray(n_keys, dtype=object) * np.asarray(word_bits, dtype=object))
    return cells
