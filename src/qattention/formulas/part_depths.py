"""T depth of start states and reflections, which stand between the oracles.

Under the default rule of `lowering.schedule`. An iteration runs look-up, sum, unload and reflection one after
another, so their T depths add up to its own, but for one layer where a rotation overlaps the unload.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.costs import IntArray, address_bits, bit_length


def uniform_t_depth(n_items: ArrayLike, t_per_rotation: int) -> IntArray:
    """Two rotations and two ladders over the L bits of the odd part; nothing for a power of two."""
    n = np.asarray(n_items, dtype=np.int64)
    odd = n // (n & -n)
    return np.where(odd > 1, 2 * (t_per_rotation + bit_length(odd) - 1), 0)


def reflection_t_depth(n_items: ArrayLike, t_per_rotation: int, is_sign: bool = True) -> IntArray:
    """The superposition backwards, a ladder over all bits (and its rotation), the superposition."""
    m = address_bits(n_items)
    ladder = np.maximum(0, m - 2) if is_sign else m - 1 + t_per_rotation
    return 2 * uniform_t_depth(n_items, t_per_rotation) + ladder
