"""Closed forms of the inner product, whatever its form: each form's record has its figures."""

from __future__ import annotations

from functools import lru_cache

import attrs
import numpy as np

from qattention.circuit import InnerProductKind
from qattention.costs import Costs, IntArray
from qattention.formulas.row_sums import RowSums


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


@lru_cache(maxsize=16)
def sum_figures(sums: RowSums, kind: InnerProductKind) -> SumFigures:
    """What inner products of this form cost."""
    figures: SumFigures = kind.figures(sums)
    return figures


def junk_wires(sums: RowSums, kind: InnerProductKind) -> IntArray:
    """Wires held besides key and sign, shape (n_rows,): carries and sum wires, or the sum itself."""
    return sum_figures(sums, kind).junk


def inner_product(sums: RowSums, kind: InnerProductKind, uncompute: bool = False) -> Costs:
    """|k> -> |k>|acc < 0>|junk> for each row, or back."""
    figures = sum_figures(sums, kind)
    qubits = sums.word_bits + figures.junk + 1 + figures.work
    if uncompute:
        return Costs(toffoli=figures.again, measurement=figures.ands, qubits=qubits)
    return Costs(toffoli=figures.ands, measurement=figures.again, qubits=qubits)


def in_turn(each: IntArray, first: IntArray, n_rows: IntArray) -> IntArray:
    """T layers of sums of which each waits for the last, and of the ladder that joins their signs.

    Args:
        each: of each row both ways, of one alone where all are alike. first, n_rows: as a record's `t_depth`.
    """
    added: IntArray = each[0] * n_rows if len(each) == 1 else np.add.reduceat(each, first)
    return added + np.maximum(0, n_rows - 2)


def sum_and_undo_toffoli(sums: RowSums, kind: InnerProductKind) -> IntArray:
    """Both ways together, shape (n_rows,)."""
    figures = sum_figures(sums, kind)
    return figures.ands + figures.again
