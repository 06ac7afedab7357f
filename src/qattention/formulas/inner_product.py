"""Closed form of `InnerProduct`: And's of a compressor tree from digit counts alone.

Column j holds the key bits of the digits at e in j - b + 1 .. j and the carries of column j - 1. Full adders
take two bits out of a column for one And and one carry; a last pair takes a half adder; a constant 1 rides
along. So m bits cost floor(m / 2) And's and hand on floor((m + constant) / 2) carries. The sign column only
XORs. Backwards every And is erased by measurement (arXiv:1709.06648).
"""

from __future__ import annotations

import numpy as np

from qattention.formulas.compressor import n_fresh_sums
from qattention.formulas.costs import Costs, IntArray
from qattention.formulas.row_sums import RowSums


def inner_product_toffoli(sums: RowSums) -> IntArray:
    """And's of each row, shape (n_rows,)."""
    heights, constants, widths = sums.columns()
    carries, total = np.zeros(sums.n_rows, dtype=np.int64), np.zeros(sums.n_rows, dtype=np.int64)
    for column in range(heights.shape[1] - 1):
        bits = heights[:, column] + carries
        total += np.where(column < widths - 1, bits // 2, 0)
        carries = (bits + constants[:, column]) // 2
    return total


def junk_wires(sums: RowSums) -> IntArray:
    """Wires held besides key and sign, shape (n_rows,): carries and fresh sum wires."""
    return inner_product_toffoli(sums) + n_fresh_sums(*sums.columns())


def inner_product(
    sums: RowSums,
    head_dim: int,  # noqa: ARG001  (callers give n, d and sums alike; the sums know the components themselves)
    uncompute: bool = False,
) -> Costs:
    """|k> -> |k>|acc < 0>|junk> for each row; backwards every And is measured away."""
    toffoli = inner_product_toffoli(sums)
    qubits = sums.word_bits + junk_wires(sums) + 1
    return Costs(measurement=toffoli, qubits=qubits) if uncompute else Costs(toffoli=toffoli, qubits=qubits)


def most_toffoli(n_digits: int, key_bits: int, width: int) -> int:
    """No sum of `n_digits` digits and at most `width` columns, whatever its constant, needs more And's.

    With m_j bits in column j, the And's are sum floor(m_j / 2) <= sum m_j / 2, and the carries handed on at
    most sum (m_j + 1) / 2; so sum m_j <= H + (sum m_j + width - 1) / 2 for H = n_digits * key_bits key bits.
    """
    return n_digits * key_bits + (width - 1) // 2
