"""Closed forms of `FullAdder` and `HalfAdder`: one And, measured away backwards (arXiv:1709.06648)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.costs import Costs


def full_adder(uncompute: bool = False) -> Costs:
    """Three bits and their carry."""
    return Costs(toffoli=int(not uncompute), measurement=int(uncompute), qubits=4)


def half_adder(uncompute: bool = False) -> Costs:
    """Two bits and their carry."""
    return Costs(toffoli=int(not uncompute), measurement=int(uncompute), qubits=3)


def add_word(n_word: ArrayLike, n_acc: ArrayLike) -> Costs:
    """Add in place: a carry between any two bits of the sum, all held at once, then measured away."""
    word, acc = np.asarray(n_word, dtype=np.int64), np.asarray(n_acc, dtype=np.int64)
    return Costs(toffoli=acc - 1, measurement=acc - 1, qubits=word + 2 * acc - 1)


def multiply_words(n_query: ArrayLike, n_key: ArrayLike, uncompute: bool = False) -> Costs:
    """Q x b bits: And's of Q rows, and Q - 1 additions of b carries; the first row is kept, or measured.

    At the last row the words, the product, that row and as many carries are in use.
    """
    query, key = np.asarray(n_query, dtype=np.int64), np.asarray(n_key, dtype=np.int64)
    ands, again = (2 * query - 1) * key, (2 * query - 2) * key
    toffoli, measurement = (again, ands) if uncompute else (ands, again)
    return Costs(toffoli=toffoli, measurement=measurement, qubits=2 * query + 4 * key)
