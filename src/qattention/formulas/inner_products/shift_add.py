"""Closed form of `ShiftAdd`: every digit at e is a ripple addition into the W - e upper bits of the sum."""

from __future__ import annotations

import numpy as np

from qattention.circuit.kinds import InnerProductKind
from qattention.costs import IntArray
from qattention.formulas.adder_trees import most_digits
from qattention.formulas.inner_product import SumFigures, sum_and_undo_toffoli
from qattention.formulas.row_sums import RowSums


def _figures(sums: RowSums) -> SumFigures:
    """W - 1 - e And's a digit at e, each measured away at once; and again backwards."""
    digits = (sums.digits != 0).sum(axis=1)
    carries = np.maximum(0, sums.widths()[:, None] - 1 - np.arange(digits.shape[1]))
    ands = (digits * carries).sum(axis=1)
    work = np.where(digits > 0, carries, 0).max(axis=1)
    return SumFigures(ands=ands, again=ands, junk=sums.widths() - 1, work=work)


def _t_depth(sums: RowSums, first: IntArray, n_rows: IntArray) -> IntArray:
    """Additions in place run their carries one after another, there and back."""
    each = sum_and_undo_toffoli(sums, KIND)
    added = each[0] * n_rows if sums.n_rows == 1 else np.add.reduceat(each, first)
    return added + (n_rows > 2)  # backwards the last sum comes first: one And of the ladder is left to wait


KIND = InnerProductKind(
    name="shift-add",
    rank=2,
    bloq=".shift_add:ShiftAdd",
    is_stock=False,
    only_asked=False,
    weighs_zeros=False,
    figures=_figures,
    t_depth=_t_depth,
    # In place, each digit takes at most width - 1 And's either way.
    most_toffoli=lambda head_dim, query_bits, key_bits, width: (
        2 * most_digits(head_dim, query_bits) * (width - 1)
    ),
    how="by additions in place, undone by their inverse",
    source="Cuccaro et al., quant-ph/0410184; Gidney, arXiv:1709.06648",
    limits="Every And waits for the last: few wires, and a T depth of all And's.",
)
KINDS = (KIND,)
