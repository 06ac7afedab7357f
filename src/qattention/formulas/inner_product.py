"""Closed forms of the inner product, one for each form in which it is built.

Compressor tree: column j holds the key bits of the digits at e in j - b + 1 .. j and the carries of column
j - 1. Full adders take two bits out of a column for one And and one carry; a last pair takes a half adder; a
constant 1 rides along. So m bits cost floor(m / 2) And's and hand on floor((m + constant) / 2) carries. The
sign column only XORs. Backwards every And is erased by measurement (arXiv:1709.06648).

Bucket tree: what adders equal multiples save hangs on the very digits of a row, so its figures are those of a
replay (`tree_replay`).
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np

from qattention.errors import SpecError, bad
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


def _tree(sums: RowSums) -> tuple[IntArray, IntArray]:
    ands = inner_product_toffoli(sums)
    return ands, ands + n_fresh_sums(*sums.columns())


def _bucket_tree(sums: RowSums) -> tuple[IntArray, IntArray]:
    figures = replay(sums, bucketed=True)
    return figures.ands, figures.ands + figures.fresh


@attrs.frozen
class _Form:
    """`tree`: (And's, wires held besides key and sign) of each row; `bucketed` of its replay."""

    tree: Callable[[RowSums], tuple[IntArray, IntArray]]
    bucketed: bool = False


_FORMS = {COMPRESSOR_TREE: _Form(_tree), "bucket-tree": _Form(_bucket_tree, bucketed=True)}


def _form(name: str) -> _Form:
    if name not in _FORMS:
        raise SpecError(bad("form", name, f"one of {', '.join(_FORMS)}"))
    return _FORMS[name]


def junk_wires(sums: RowSums, form: str = COMPRESSOR_TREE) -> IntArray:
    """Wires held besides key and sign, shape (n_rows,): carries and fresh sum wires."""
    return _form(form).tree(sums)[1]


def inner_product(
    sums: RowSums,
    head_dim: int,  # noqa: ARG001  (callers give n, d and sums alike; the sums know the components themselves)
    uncompute: bool = False,
    form: str = COMPRESSOR_TREE,
) -> Costs:
    """|k> -> |k>|acc < 0>|junk> for each row; backwards every And is measured away.

    Raises:
        SpecError: there is no such form.
    """
    toffoli, junk = _form(form).tree(sums)
    qubits = sums.word_bits + junk + 1
    return Costs(measurement=toffoli, qubits=qubits) if uncompute else Costs(toffoli=toffoli, qubits=qubits)


def inner_product_t_depth(sums: RowSums, form: str = COMPRESSOR_TREE) -> IntArray:
    """Layers of And's of each row, shape (n_rows,), wires reused and controls shared; none backwards."""
    return replay(sums, _form(form).bucketed).t_depth


def most_toffoli(n_digits: int, key_bits: int, width: int) -> int:
    """No sum of `n_digits` digits and at most `width` columns, whatever its constant, needs more And's.

    With m_j bits in column j, the And's are sum floor(m_j / 2) <= sum m_j / 2, and the carries handed on at
    most sum (m_j + 1) / 2; so sum m_j <= H + (sum m_j + width - 1) / 2 for H = n_digits * key_bits key bits.
    """
    return n_digits * key_bits + (width - 1) // 2
