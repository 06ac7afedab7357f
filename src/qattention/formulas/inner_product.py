"""Closed forms of the inner product, one for each form in which it is built.

Compressor tree: column j holds the key bits of the digits at e in j - b + 1 .. j and the carries of column
j - 1. Full adders take two bits out of a column for one And and one carry; a last pair takes a half adder; a
constant 1 rides along. So m bits cost floor(m / 2) And's and hand on floor((m + constant) / 2) carries. The
sign column only XORs. Backwards every And is erased by measurement (arXiv:1709.06648).

Bucket tree: what adders equal multiples save hangs on the very digits of a row, so its figures are those of a
replay (`tree_replay`).

Shift-add: every digit at e is a ripple addition into the W - e upper bits of the sum, W - 1 - e And's, each
measured away at once; and again backwards.

Product: Q x b bits multiplied take (2 Q - 1) b And's, the addition of the product W - 1; and again backwards,
but for the first row of each product, which is measured.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import attrs
import numpy as np

from qattention.errors import SpecError, bad
from qattention.formulas.adders import multiply_words
from qattention.formulas.compressor import n_fresh_sums
from qattention.formulas.costs import Costs, IntArray
from qattention.formulas.row_sums import RowSums
from qattention.formulas.tree_replay import replay

COMPRESSOR_TREE = "compressor-tree"


def inner_product_toffoli(sums: RowSums) -> IntArray:
    """And's of each row's compressor tree, shape (n_rows,)."""
    heights, constants, widths = sums.columns()
    carries, total = np.zeros(sums.n_rows, dtype=np.int64), np.zeros(sums.n_rows, dtype=np.int64)
    for column in range(heights.shape[1] - 1):
        bits = heights[:, column] + carries
        total += np.where(column < widths - 1, bits // 2, 0)
        carries = (bits + constants[:, column]) // 2
    return total


@attrs.frozen(kw_only=True, eq=False)
class SumFigures:
    """Of each row, int64, shape (n_rows,).

    Attributes:
        ands: And's forwards.
        again: And's backwards; where there are none, those of the way forwards are measured then.
        junk: wires held besides key and sign.
        work: more wires in use while the sum is made or unmade, but not while it stands.
    """

    ands: IntArray
    again: IntArray
    junk: IntArray
    work: IntArray


def _kept(ands: IntArray, fresh: IntArray) -> SumFigures:
    """Of a tree: carries are kept, and measured away backwards."""
    none = np.zeros_like(ands)
    return SumFigures(ands=ands, again=none, junk=ands + fresh, work=none)


def _tree(sums: RowSums) -> SumFigures:
    return _kept(inner_product_toffoli(sums), n_fresh_sums(*sums.columns()))


def _bucket_tree(sums: RowSums) -> SumFigures:
    figures = replay(sums, bucketed=True)
    return _kept(figures.ands, figures.fresh)


def _shift_add(sums: RowSums) -> SumFigures:
    digits = (sums.digits != 0).sum(axis=1)
    carries = np.maximum(0, sums.widths()[:, None] - 1 - np.arange(digits.shape[1]))
    ands = (digits * carries).sum(axis=1)
    work = np.where(digits > 0, carries, 0).max(axis=1)
    return SumFigures(ands=ands, again=ands, junk=sums.widths() - 1, work=work)


def _product(sums: RowSums) -> SumFigures:
    query, widths = sums.query_bits()[:, None], sums.widths()[:, None]
    each = multiply_words(query, sums.channel_bits)
    made = np.cumsum(query + sums.channel_bits, axis=1)
    in_use = made + np.maximum(query + 2 * sums.channel_bits, widths - 1)
    ands = (each.toffoli + widths - 1).sum(axis=1)
    return SumFigures(
        ands=ands,
        again=ands - sums.word_bits,
        junk=made[:, -1] + sums.widths() - 1,
        work=in_use.max(axis=1) - made[:, -1],
    )


_FORMS = {
    COMPRESSOR_TREE: _tree,
    "bucket-tree": _bucket_tree,
    "shift-add": _shift_add,
    "product": _product,
}


def _known(form: str, forms: dict[str, Any]) -> Any:
    if form not in forms:
        raise SpecError(bad("form", form, f"one of {', '.join(forms)}"))
    return forms[form]


@lru_cache(maxsize=16)
def sum_figures(sums: RowSums, form: str = COMPRESSOR_TREE) -> SumFigures:
    """What inner products of this form cost; raises SpecError if there is no such form."""
    figures: SumFigures = _known(form, _FORMS)(sums)
    return figures


def junk_wires(sums: RowSums, form: str = COMPRESSOR_TREE) -> IntArray:
    """Wires held besides key and sign, shape (n_rows,): carries and sum wires, or the sum itself."""
    return sum_figures(sums, form).junk


def inner_product(
    sums: RowSums,
    head_dim: int,  # noqa: ARG001  (callers give n, d and sums alike; the sums know the components themselves)
    uncompute: bool = False,
    form: str = COMPRESSOR_TREE,
) -> Costs:
    """|k> -> |k>|acc < 0>|junk> for each row, or back.

    Raises:
        SpecError: there is no such form.
    """
    figures = sum_figures(sums, form)
    qubits = sums.word_bits + figures.junk + 1 + figures.work
    if uncompute:
        return Costs(toffoli=figures.again, measurement=figures.ands, qubits=qubits)
    return Costs(toffoli=figures.ands, measurement=figures.again, qubits=qubits)


def sum_and_undo_toffoli(sums: RowSums, form: str = COMPRESSOR_TREE) -> IntArray:
    """Both ways together, shape (n_rows,)."""
    figures = sum_figures(sums, form)
    return figures.ands + figures.again


def most_product_toffoli(head_dim: int, query_bits: int, key_bits: int, width: int) -> int:
    """No sum of products of at most so many bits, in at most `width` columns, needs more, both ways."""
    each = multiply_words(max(2, query_bits), key_bits).toffoli + width - 1
    return head_dim * (2 * int(each) - key_bits)


def most_toffoli(n_digits: int, key_bits: int, width: int, form: str = COMPRESSOR_TREE) -> int:
    """No sum of `n_digits` digits and at most `width` columns, whatever its constant, needs more, both ways.

    In place, each digit takes at most width - 1 And's either way. For a tree with m_j bits in column j, the
    And's are sum floor(m_j / 2) <= sum m_j / 2, and the carries handed on at most sum (m_j + 1) / 2; so
    sum m_j <= H + (sum m_j + width - 1) / 2 for H = n_digits * key_bits key bits.
    """
    if form == "shift-add":
        return 2 * n_digits * (width - 1)
    return n_digits * key_bits + (width - 1) // 2
