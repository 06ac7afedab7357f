"""Closed form of `StockProduct`: Q x b bits multiplied take (2 Q - 1) b And's, the addition W - 1."""

from __future__ import annotations

import numpy as np

from qattention.circuit.kinds import InnerProductKind
from qattention.formulas.adders import multiply_words
from qattention.formulas.inner_product import SumFigures
from qattention.formulas.row_sums import RowSums


def _figures(sums: RowSums) -> SumFigures:
    """And again backwards, but for the first row of each product, which is measured."""
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


def _most_toffoli(head_dim: int, query_bits: int, key_bits: int, width: int) -> int:
    each = multiply_words(max(2, query_bits), key_bits).toffoli + width - 1
    return head_dim * (2 * int(each) - key_bits)


KINDS = (
    InnerProductKind(
        name="product",
        rank=3,
        bloq=".stock_product:StockProduct",
        is_stock=True,
        only_asked=True,
        weighs_zeros=True,
        figures=_figures,
        t_depth=None,
        most_toffoli=_most_toffoli,
        how="by a product a component, added up and undone by the inverse",
        source="stock parts: schoolbook products and ripple adders",
        limits="A baseline to compare with: taken only where it is asked for.",
    ),
)
