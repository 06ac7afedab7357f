"""Closed form of `MeasuredUnload`: about 2 sqrt n And's, whatever the word (arXiv:1902.02134, appendix C)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qattention.costs import Costs, IntArray, address_bits, bit_length
from qattention.formulas.one_hot import one_hot_t_depth, one_hot_toffoli
from qattention.formulas.walk import walk_toffoli


def served_addresses(n_keys: ArrayLike, padded: bool) -> IntArray:
    """Addresses that are looked up: n, or all 2**m if padded."""
    n = np.asarray(n_keys, dtype=np.int64)
    return np.int64(1) << address_bits(n) if padded else n


def unload_split(n_rows: ArrayLike) -> tuple[IntArray, IntArray]:
    """(low address bits l, And's) of the cheapest fix-up over `n_rows` addresses, the smallest l on a tie.

    The And's are max(0, ceil(n / 2**l) - 2) + max(0, 2**l - 2), l = 0..m.
    """
    n = np.asarray(n_rows, dtype=np.int64)
    low, best = _split(n.tobytes(), n.shape)
    return low.copy(), best.copy()


@lru_cache(maxsize=256)  # a table of plans asks for the same few sizes hundreds of times
def _split(n_rows: bytes, shape: tuple[int, ...]) -> tuple[IntArray, IntArray]:
    n = np.frombuffer(n_rows, dtype=np.int64).reshape(shape)
    m = address_bits(n)
    best = walk_toffoli(n)
    low = np.zeros_like(best)
    for bits in range(1, int(m.max(initial=1)) + 1):
        n_ands = walk_toffoli(-(-n >> bits)) + one_hot_toffoli(bits)
        better = (n_ands < best) & (bits <= m)
        best, low = np.where(better, n_ands, best), np.where(better, bits, low)
    return low, best


def low_bits(n_keys: ArrayLike, padded: bool, block: ArrayLike | None = None) -> IntArray:
    """Low bits l: of the fewest And's, or of a `block` of addresses made one-hot at once, a power of two."""
    if block is None:
        return unload_split(served_addresses(n_keys, padded))[0]
    return np.minimum(bit_length(block) - 1, address_bits(n_keys))


def measured_unload(
    n_keys: ArrayLike, word_bits: ArrayLike, padded: bool = False, block: ArrayLike | None = None
) -> Costs:
    """|j>|k_j> -> |j>, any phase that depends on j alone riding along; `block` as in `low_bits`.

    The word is measured first; then l bits are one-hot (2**l lines) and the others walked, an And for each
    but the first of them.
    """
    n_rows, m, low = served_addresses(n_keys, padded), address_bits(n_keys), low_bits(n_keys, padded, block)
    n_ands = walk_toffoli(-(-n_rows >> low)) + one_hot_toffoli(low)
    lines = np.where(low > 0, np.int64(1) << low, 0)
    fix_up = lines + np.maximum(0, m - low - 1)
    return Costs(
        toffoli=n_ands,
        measurement=n_ands + np.asarray(word_bits),
        qubits=m + np.maximum(word_bits, fix_up),
    )


def measured_unload_t_depth(
    n_keys: ArrayLike, padded: bool = False, block: ArrayLike | None = None
) -> IntArray:
    """The walk over the high address bits, the one-hot tree of the low ones beside it.

    The walk goes down to its first leaf while the tree is made, and goes on when both stand.
    """
    n_rows, m, low = served_addresses(n_keys, padded), address_bits(n_keys), low_bits(n_keys, padded, block)
    walk = walk_toffoli(-(-n_rows >> low))
    first_leaf = np.minimum(np.maximum(m - low - 1, 0), walk)
    return np.maximum(first_leaf, one_hot_t_depth(low)) + walk - first_leaf


def unload_leading(s: Any) -> Mapping[str, Any]:
    """Leading terms: sqrt n lines times sqrt n steps of a walk; the phases of n addresses, P a layer."""
    root = s.sqrt(s.n)
    return {
        "toffoli": 2 * root,
        "t_depth": root,
        "clifford_depth": 4 * root + s.n / s.P,
        "measurement": 2 * root,
        "qubits": root,
    }
