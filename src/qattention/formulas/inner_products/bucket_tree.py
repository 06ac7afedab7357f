"""Closed form of `BucketTree`: what equal multiples save hangs on a row's very digits: a replay gives it."""

from __future__ import annotations

from qattention.circuit.kinds import InnerProductKind
from qattention.formulas.adder_trees import kept, most_tree_toffoli, tree_cliffords, tree_tape, trees_t_depth
from qattention.formulas.inner_product import SumFigures
from qattention.formulas.row_sums import RowSums
from qattention.formulas.tree_replay import replay


def _figures(sums: RowSums) -> SumFigures:
    figures = replay(sums, bucketed=True)
    return kept(figures.ands, figures.fresh)


KINDS = (
    InnerProductKind(
        name="bucket-tree",
        rank=1,
        bloq=".bucket_tree:BucketTree",
        is_stock=False,
        only_asked=False,
        weighs_zeros=False,
        figures=_figures,
        t_depth=lambda sums, first, n_rows: trees_t_depth(sums, first, n_rows, bucketed=True),
        cliffords=lambda sums: tree_cliffords(sums, bucketed=True),
        tape=lambda row: tree_tape(row, bucketed=True),
        most_toffoli=most_tree_toffoli,
        how="by a carry-save tree that adds up equal multiples of components once",
        source="this package; Gidney, arXiv:1709.06648",
        limits="A wire an And is held while the sum stands; its closed form is a replay of the plan.",
    ),
)
