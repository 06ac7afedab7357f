"""Cliffords of an addition, of the phase between sums, and of gates that exclude found addresses: exact."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.costs import IntArray


def add_word_cliffords(n_word: ArrayLike, n_acc: ArrayLike) -> IntArray:
    """Five CNOTs a full adder and one a half adder, both ways; a CZ an And, and a CNOT a bit added."""
    word, acc = np.asarray(n_word, dtype=np.int64), np.asarray(n_acc, dtype=np.int64)
    full = np.maximum(0, np.minimum(word, acc - 1) - 1)
    half = acc - 1 - full
    return 10 * full + 2 * half + (acc - 1) + word + acc - 1


def mark_cliffords(n_rows: ArrayLike, is_sign: bool = True, live: bool = False) -> IntArray:
    """What gives the rows of a load their phase.

    A row alone has a flag, two gates there and back; several a ladder, with a CZ for each And and at its
    end, or a flag of their own. The phase is a Z, a CZ with the live bit, or a rotation; that takes an And
    with the live bit, whose CZ counts.
    """
    rows = np.asarray(n_rows, dtype=np.int64)
    phase = 1 if is_sign or live else 0
    several = 4 + rows - 1 if is_sign and not live else 2 + rows - 1 + phase
    return np.where(rows == 1, 4 + phase, several)


def zero_prefixes(addresses: ArrayLike, n_bits: int) -> IntArray:
    """How many distinct prefixes of 0, 1, .. n_bits bits end in 0; shape (n_bits + 1,), the first 0."""
    found = np.asarray(addresses, dtype=np.int64)
    prefixes = [np.unique(found >> (n_bits - i)) for i in range(1, n_bits + 1)]
    return np.array([0, *(int((p & 1 == 0).sum()) for p in prefixes)], dtype=np.int64)


def most_zero_prefixes(counts: IntArray) -> IntArray:
    """The most that prefixes in such numbers can be: one a prefix that is a bit shorter."""
    return np.concatenate([[0], np.minimum(counts[1:], counts[:-1])])


def _grown(counts: IntArray, zeros: IntArray, depth: int) -> tuple[int, int]:
    """(And's, other gates) of wires for all prefixes of up to `depth` bits."""
    levels = np.arange(1, depth + 1)
    both = counts[levels] - counts[levels - 1]
    return int(counts[1:depth].sum()), int((both + zeros[levels]).sum())


def address_sign_cliffords(counts: IntArray, zeros: IntArray) -> int:
    """The sign on found addresses, from the numbers of their prefixes and of those that end in 0.

    A prefix that ends in 0 is made of its parent, and of its sibling if there is one. A CZ an address with
    its last bit, and a Z on the prefix before it where that is 0.
    """
    if not counts[0]:
        return 0
    n_bits = len(counts) - 1
    if n_bits == 1:
        return int(counts[1] + 2 * zeros[1])
    ands, others = _grown(counts, zeros, n_bits - 1)
    return ands + 2 * others + int(counts[n_bits] + zeros[n_bits])


def flag_phase_cliffords(counts: IntArray, zeros: IntArray) -> int:
    """The addresses' turned flag, there and back; the rotation between is no Clifford."""
    if not counts[0]:
        return 0
    n_bits = len(counts) - 1
    ands, others = _grown(counts, zeros, n_bits)
    return ands + 2 * others + 2 * int(counts[n_bits])
