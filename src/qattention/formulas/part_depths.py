"""T and Clifford depth, and Cliffords, of start states and reflections, which stand between the oracles.

Exact under the default rule of `lowering.schedule`; the Clifford depths as long as an address has no more
bits than a layer takes gates. An iteration runs look-up, sum, unload and reflection one after another
(`iteration_depth`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from qattention.costs import IntArray, address_bits, bit_length


class _OddPart(NamedTuple):
    """n = 2**s r, r odd: bits L of r, 0s among them, and 1s at its low end."""

    bits: IntArray
    zeros: IntArray
    ones_below: IntArray
    is_one: IntArray

    @classmethod
    def of(cls, n_items: ArrayLike) -> _OddPart:
        n = np.asarray(n_items, dtype=np.int64)
        odd = n // (n & -n)
        bits = bit_length(odd)
        return cls(bits, bits - np.bitwise_count(odd), bit_length(~odd & (odd + 1)) - 1, odd == 1)


def uniform_t_depth(n_items: ArrayLike, t_per_rotation: int) -> IntArray:
    """Two rotations and two ladders over the L bits of the odd part; nothing for a power of two."""
    odd = _OddPart.of(n_items)
    return np.where(odd.is_one, 0, 2 * (t_per_rotation + odd.bits - 1))


def reflection_t_depth(n_items: ArrayLike, t_per_rotation: int, is_sign: bool = True) -> IntArray:
    """The superposition backwards, a ladder over all bits (and its rotation), the superposition."""
    m = address_bits(n_items)
    ladder = np.maximum(0, m - 2) if is_sign else m - 1 + t_per_rotation
    return 2 * uniform_t_depth(n_items, t_per_rotation) + ladder


def uniform_clifford_depth(n_items: ArrayLike) -> IntArray:
    """Hadamards; of an odd part also two an And of the ladders, and four more for an OR of the first."""
    n, odd = np.asarray(n_items, dtype=np.int64), _OddPart.of(n_items)
    return np.where(odd.is_one, n > 1, 4 * (odd.bits + odd.zeros) + 1)


def reflection_clifford_depth(n_items: ArrayLike, is_sign: bool = True) -> IntArray:
    """Both superpositions and the ladder between, which starts beside the first one's last steps.

    At most two And's of it, and one fewer for each 1 but one at the low end of the odd part.
    """
    m, odd = address_bits(n_items), _OddPart.of(n_items)
    ladder = np.maximum(3, 2 * m - 1) if is_sign else 2 * m
    beside = np.where(odd.is_one, 0, np.maximum(0, np.minimum(3, odd.bits - 2) - odd.ones_below))
    return 2 * uniform_clifford_depth(n_items) + ladder - 2 * beside


def uniform_cliffords(n_items: ArrayLike) -> IntArray:
    """A Hadamard a bit; of an odd part two more and two X a bit, a CZ an And, and two CNOTs an OR, twice."""
    n, odd = np.asarray(n_items, dtype=np.int64), _OddPart.of(n_items)
    amplified = 4 * odd.bits + 2 * (odd.bits - 1) + 4 * odd.zeros
    return np.where(n > 1, address_bits(n), 0) + np.where(odd.is_one, 0, amplified)


def reflection_cliffords(n_items: ArrayLike, is_sign: bool = True) -> IntArray:
    """Both superpositions, two X a bit, and the ladder's conditioned CZs, its last one unconditioned."""
    m = address_bits(n_items)
    return 2 * uniform_cliffords(n_items) + 2 * m + np.maximum(1 if is_sign else 0, m - 1)
