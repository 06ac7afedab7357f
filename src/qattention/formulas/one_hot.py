"""Closed form of `OneHot` (arXiv:1902.02134, appendix C)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.costs import Costs, IntArray


def one_hot_toffoli(n_bits: ArrayLike) -> IntArray:
    """2**l - 2 And's: all lines but the first two are And's; none for l = 0."""
    bits = np.asarray(n_bits, dtype=np.int64)
    return np.maximum(0, (np.int64(1) << bits) - 2)


def one_hot(n_bits: ArrayLike, uncompute: bool = False) -> Costs:
    """|u> -> |u>|e_u> on 2**n_bits lines; uncomputing measures its And's."""
    bits = np.asarray(n_bits, dtype=np.int64)
    qubits, n_ands = bits + (np.int64(1) << bits), one_hot_toffoli(bits)
    return Costs(measurement=n_ands, qubits=qubits) if uncompute else Costs(toffoli=n_ands, qubits=qubits)


def one_hot_t_depth(n_bits: ArrayLike) -> IntArray:
    """A layer for each level but the first, which needs no And."""
    return np.maximum(0, np.asarray(n_bits, dtype=np.int64) - 1)
