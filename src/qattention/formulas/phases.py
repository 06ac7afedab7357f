"""Closed forms of `PhaseAtZero` and `PhaseBelow`: a tree and a ladder of And's."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.costs import Costs, bit_length


def phase_at_zero(n_bits: ArrayLike, is_sign: bool = True) -> Costs:
    """A phase on |0..0> of m bits: m - 2 And's for a sign (the last is a CZ), else m - 1 and a rotation."""
    m = np.asarray(n_bits, dtype=np.int64)
    n_ands = np.maximum(0, m - (2 if is_sign else 1))
    return Costs(toffoli=n_ands, measurement=n_ands, rotation=int(not is_sign), qubits=m + n_ands)


def phase_below(bound: ArrayLike) -> Costs:
    """A phase on all values below an odd bound >= 3, on its L bits: L - 1 And's and a rotation."""
    n_bits = bit_length(bound)
    return Costs(toffoli=n_bits - 1, measurement=n_bits - 1, rotation=1, qubits=2 * n_bits - 1)
