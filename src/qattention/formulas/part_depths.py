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
    """n = 2**s r, r odd: bits L of r, and 0s among them."""

    bits: IntArray
    zeros: IntArray
    is_one: IntArray

    @classmethod
    def of(cls, n_items: ArrayLike) -> _OddPart:
        n = np.asarray(n_items, dtype=np.int64)
        odd = n // (n & -n)
        bits = bit_length(odd)
        return cls(bits, bits - np.bitwise_count(odd), odd == 1)


def levels(n_bits: ArrayLike) -> IntArray:
    """Of a tree over m bits: ceil(log2 m)."""
    return bit_length(np.asarray(n_bits, dtype=np.int64) - 1)


def uniform_t_depth(n_items: ArrayLike, t_per_rotation: int) -> IntArray:
    """Two rotations, a ladder and a tree over the L bits of the odd part; nothing for a power of two."""
    odd = _OddPart.of(n_items)
    return np.where(odd.is_one, 0, 2 * t_per_rotation + odd.bits - 1 + levels(odd.bits))


def reflection_t_depth(n_items: ArrayLike, t_per_rotation: int, is_sign: bool = True) -> IntArray:
    """The superposition backwards, a tree over all bits (and its rotation), the superposition."""
    tree = levels(address_bits(n_items))
    tree = np.maximum(0, tree - 1) if is_sign else tree + t_per_rotation
    return 2 * uniform_t_depth(n_items, t_per_rotation) + tree


def uniform_clifford_depth(n_items: ArrayLike) -> IntArray:
    """Hadamards; of an odd part also two an And of its ladder, or four more for an OR, and two a level."""
    n, odd = np.asarray(n_items, dtype=np.int64), _OddPart.of(n_items)
    return np.where(odd.is_one, n > 1, 2 * (odd.bits + levels(odd.bits)) + 4 * odd.zeros + 3)


def reflection_clifford_depth(n_items: ArrayLike, is_sign: bool = True) -> IntArray:
    """Both superpositions, two X, and two layers a level of the tree between, or a CZ for its top one."""
    tree = levels(address_bits(n_items))
    tree = 3 + 2 * np.maximum(0, tree - 1) if is_sign else 2 + 2 * tree
    return 2 * uniform_clifford_depth(n_items) + tree


def uniform_cliffords(n_items: ArrayLike) -> IntArray:
    """A Hadamard a bit; of an odd part two more and two X a bit, a CZ an And, and two CNOTs an OR, twice."""
    n, odd = np.asarray(n_items, dtype=np.int64), _OddPart.of(n_items)
    amplified = 4 * odd.bits + 2 * (odd.bits - 1) + 4 * odd.zeros
    return np.where(n > 1, address_bits(n), 0) + np.where(odd.is_one, 0, amplified)


def reflection_cliffords(n_items: ArrayLike, is_sign: bool = True) -> IntArray:
    """Both superpositions, two X a bit, and the tree's conditioned CZs, its top one unconditioned."""
    m = address_bits(n_items)
    return 2 * uniform_cliffords(n_items) + 2 * m + np.maximum(1 if is_sign else 0, m - 1)
