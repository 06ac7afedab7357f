"""Rows that share a load have heavy keys in common: how many distinct ones, as measured."""

from __future__ import annotations

import numpy as np

from qattention.real_heads.table import DECODER, HeadTable, head_table

ROWS, GROUP = 8, 3  # neighbouring rows, and query heads of a key head, that were measured


def union_exponent(table: HeadTable | None = None) -> float:
    """Exponent a of R^a k distinct keys among k of each of R neighbouring rows; mean over a decoder's heads.

    Measured at R = 8 and k = 16, at all contexts together; R^a is 1 at R = 1.
    """
    measured = (head_table() if table is None else table).of(DECODER)
    return float(np.log(measured.union_rows.mean()) / np.log(ROWS))


def union_share(n_rows: int) -> float:
    """Distinct heavy keys of so many neighbouring rows, as a share of those of disjoint find sets."""
    return float(n_rows ** (union_exponent() - 1.0))
