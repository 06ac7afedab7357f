"""Closed forms of `UniformSuperposition` and `Reflection`."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.costs import Costs, address_bits, bit_length
from qattention.formulas.phases import phase_at_zero


def uniform_superposition(n_items: ArrayLike) -> Costs:
    """The uniform superposition of n = 2**s r addresses, r odd, L = ceil(log2 r).

    None if r = 1; else one phase-matched amplification step (quant-ph/0106071): a phase below r and one at
    zero on L bits, 2 (L - 1) And's and two rotations.
    """
    n = np.asarray(n_items, dtype=np.int64)
    odd = n // (n & -n)
    needed = odd > 1
    ladder = np.where(needed, bit_length(odd) - 1, 0)
    m = address_bits(n)
    return Costs(
        toffoli=2 * ladder, measurement=2 * ladder, rotation=np.where(needed, 2, 0), qubits=m + ladder
    )


def reflection(n_items: ArrayLike) -> Costs:
    """2|s><s| - 1: the superposition backwards, a sign at zero, the superposition."""
    prepare = uniform_superposition(n_items)
    return prepare + phase_at_zero(address_bits(n_items)) + prepare
