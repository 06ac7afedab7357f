"""Closed form of the compressor tree `InnerProduct`: m bits of a column cost floor(m / 2) And's."""

from __future__ import annotations

import numpy as np

from qattention.circuit.kinds import InnerProductKind
from qattention.costs import IntArray
from qattention.formulas.adder_trees import kept, most_tree_toffoli, tree_cliffords, tree_tape, trees_t_depth
from qattention.formulas.compressor import n_fresh_sums
from qattention.formulas.row_sums import RowSums


def compressor_toffoli(sums: RowSums) -> IntArray:
    """And's of each row's tree, shape (n_rows,): a column hands on floor((m + constant) / 2) carries."""
    heights, constants, widths = sums.columns()
    carries, total = np.zeros(sums.n_rows, dtype=np.int64), np.zeros(sums.n_rows, dtype=np.int64)
    for column in range(heights.shape[1] - 1):
        bits = heights[:, column] + carries
        total += np.where(column < widths - 1, bits // 2, 0)
        carries = (bits + constants[:, column]) // 2
    return total


KINDS = (
    InnerProductKind(
        name="compressor-tree",
        rank=0,
        bloq=".inner_product:InnerProduct",
        is_stock=False,
        only_asked=False,
        weighs_zeros=False,
        figures=lambda sums: kept(compressor_toffoli(sums), n_fresh_sums(*sums.columns())),
        t_depth=lambda sums, first, n_rows: trees_t_depth(sums, first, n_rows, bucketed=False),
        cliffords=lambda sums: tree_cliffords(sums, bucketed=False),
        tape=lambda row: tree_tape(row, bucketed=False),
        most_toffoli=most_tree_toffoli,
        how="by a carry-save tree of adders whose carries are kept",
        source="Gidney, arXiv:1709.06648",
        limits="A wire an And is held while the sum stands.",
    ),
)
