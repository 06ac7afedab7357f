"""Cliffords of sums, of the phase between them, and of gates that exclude found addresses: closed forms.

All are exact. Trees' are read off their replay, for they hang on complements (`tree_replay`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qattention.formulas.costs import AnyIntArray, IntArray
from qattention.formulas.inner_product import COMPRESSOR_TREE, sum_figures
from qattention.formulas.row_sums import RowSums
from qattention.formulas.tree_replay import replay

Both = tuple[IntArray, IntArray]  # there and back, shape (n_rows,) each


def add_word_cliffords(n_word: ArrayLike, n_acc: ArrayLike) -> IntArray:
    """Five CNOTs a full adder and one a half adder, both ways; a CZ an And, and a CNOT a bit added."""
    word, acc = np.asarray(n_word, dtype=np.int64), np.asarray(n_acc, dtype=np.int64)
    full = np.maximum(0, np.minimum(word, acc - 1) - 1)
    half = acc - 1 - full
    return 10 * full + 2 * half + (acc - 1) + word + acc - 1


def multiply_words_cliffords(n_query: ArrayLike, n_key: ArrayLike, uncompute: bool = False) -> IntArray:
    """Q - 1 additions, a CZ an And that is erased, and X's around each row that is taken away."""
    query, key = np.asarray(n_query, dtype=np.int64), np.asarray(n_key, dtype=np.int64)
    erased, taken_away = (query, query - 2) if uncompute else (query - 1, 1)
    return (query - 1) * add_word_cliffords(key, key + 1) + erased * key + 2 * (key + 1) * taken_away


def inner_product_cliffords(sums: RowSums, form: str = COMPRESSOR_TREE) -> Both:
    """Of each row's inner product and of its uncompute.

    Raises:
        SpecError: there is no such form.
    """
    sum_figures(sums, form)  # the form is known
    return _FORMS[form](sums)


def _tree(sums: RowSums, bucketed: bool) -> Both:
    figures = replay(sums, bucketed)
    return figures.cliffords, figures.cliffords + figures.ands


def _ones(numbers: AnyIntArray, n_bits: IntArray) -> IntArray:
    """1s among the low bits of each two's complement number."""
    pairs = zip(numbers.tolist(), n_bits.tolist(), strict=True)
    return np.array([(x & ((1 << bits) - 1)).bit_count() for x, bits in pairs], dtype=np.int64)


def _in_place(sums: RowSums) -> Both:
    """A word an addition, its top bit complemented (of a negative digit all others); back all of the sum."""
    widths = sums.widths()
    columns = widths[:, None, None] - np.arange(sums.digits.shape[2])  # of the sum that a digit reaches into
    bits = sums.channel_bits[None, :, None]
    used = (sums.digits != 0) & (columns > 0)
    added, reached = np.minimum(bits, columns), np.maximum(columns, 1)
    top = (bits <= columns).astype(np.int64)
    flips = np.where(sums.digits > 0, top, added - top)
    there = _added(used, add_word_cliffords(np.maximum(added, 1), reached) + 2 * flips)
    constant = _ones(sums.constants(), widths)
    return constant + there, constant + there + _added(used, 2 * reached)


def _added(used: AnyIntArray, each: AnyIntArray) -> IntArray:
    total: IntArray = np.where(used, each, 0).sum(axis=(1, 2))
    return total


def _product(sums: RowSums) -> Both:
    """Two X's around the top bits of each word and product, and those that write the weight, twice."""
    widths, query, bits = sums.widths(), sums.query_bits(), sums.channel_bits
    scale, weights = np.array([1 << (int(b) - 1) for b in bits], dtype=object), sums.weights.astype(object)
    lifted = np.array([1 << int(q) for q in query], dtype=object) * int(scale.sum())
    constant = _ones(-sums.clipped - weights @ scale - lifted, widths)
    written = sum((_ones(column, query) for column in weights.T), start=np.zeros_like(query))
    words = np.minimum(query[:, None] + bits, widths[:, None])
    additions = add_word_cliffords(words, widths[:, None]).sum(axis=1) + 4 * len(bits) + 2 * written
    there, back = (multiply_words_cliffords(query[:, None], bits, way).sum(axis=1) for way in (False, True))
    return constant + additions + there, constant + additions + back + 2 * widths * len(bits)


_FORMS = {
    "compressor-tree": lambda sums: _tree(sums, bucketed=False),
    "bucket-tree": lambda sums: _tree(sums, bucketed=True),
    "shift-add": _in_place,
    "product": _product,
}


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
