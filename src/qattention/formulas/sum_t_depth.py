"""T depth of the sums on a loaded key, wires reused and controls shared (`lowering.schedule`), both ways."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from qattention.errors import SpecError, bad
from qattention.formulas.costs import IntArray
from qattention.formulas.inner_product import COMPRESSOR_TREE, sum_and_undo_toffoli
from qattention.formulas.row_sums import RowSums
from qattention.formulas.sum_tapes import sum_tapes
from qattention.formulas.tree_replay import replay, together

_REPLAYED = {COMPRESSOR_TREE: False, "bucket-tree": True}  # with buckets or without
IN_PLACE, PRODUCT = "shift-add", "product"
MOST_TOGETHER = 64  # rows of a load replayed as one; more are taken in stretches, one after another


def has_t_depth(form: str) -> bool:
    """Whether the T depth of the form's sums is known without gates."""
    return form in (*_REPLAYED, IN_PLACE, PRODUCT)


def inner_product_t_depth(sums: RowSums, form: str = COMPRESSOR_TREE) -> IntArray:
    """Layers of each row alone, both ways, shape (n_rows,): exact.

    Trees have none backwards; additions in place run their carries one after another, there and back.
    Products multiply beside the additions that go before, as far as wires are free.

    Raises:
        SpecError: there is no such form.
    """
    _require_known(form)
    if form in _REPLAYED:
        return replay(sums, _REPLAYED[form]).t_depth
    return sum_and_undo_toffoli(sums, form) if form == IN_PLACE else _product_t_depth(sums)


def _product_t_depth(sums: RowSums) -> IntArray:
    """Played once for all rows whose words and sum are as wide: no number but these counts."""
    shapes = np.stack([sums.query_bits(), sums.widths()], axis=1)
    _, first, same = np.unique(shapes, axis=0, return_index=True, return_inverse=True)
    found = [_played_t_depth(sums, int(row)) for row in first]
    return np.array(found, dtype=np.int64)[same]


@lru_cache(maxsize=256)
def _played_t_depth(sums: RowSums, row: int) -> int:
    return sum(tape.depths(None)[0] for tape in sum_tapes(sums, PRODUCT, row))


def sums_t_depth(sums: RowSums, first: IntArray, n_rows: IntArray, form: str = COMPRESSOR_TREE) -> IntArray:
    """Layers of all rows of each load, and of the ladder that joins their signs; shape (n_loads,).

    Trees on one key overlap, but for the bits that they share; the ladder runs beside the last of them.
    Exact for a tree up to `MOST_TOGETHER` rows, else an upper bound: at d = 4 sums in place
    are at most 6 % above the gates, products 14 %; at d = 16 less than 4 % (`sum_depths` plays all rows).

    Args:
        first, n_rows: load g takes n_rows[g] rows from first[g] on; one row of `sums` stands for all.
    Raises:
        SpecError: there is no such form.
    """
    _require_known(form)
    if form in _REPLAYED:
        loads, most = zip(first.tolist(), n_rows.tolist(), strict=True), min(MOST_TOGETHER, int(n_rows.max()))
        alike = together(sums, _REPLAYED[form], 0, most) if sums.n_rows == 1 else None

        def done(at: int, rows: int) -> tuple[int, ...]:
            return alike[:rows] if alike else together(sums, _REPLAYED[form], at, rows)

        return np.array([_trees(done, at, rows) for at, rows in loads], dtype=np.int64)
    each = inner_product_t_depth(sums, form)
    added = each[0] * n_rows if sums.n_rows == 1 else np.add.reduceat(each, first)
    return added + np.maximum(0, n_rows - 2)


def _trees(done: Callable[[int, int], tuple[int, ...]], first: int, n_rows: int) -> int:
    """Stretches one after another; `done` gives the layers after each of so many rows from a first one."""
    whole = 0
    for start in range(0, n_rows, MOST_TOGETHER):
        rows = min(MOST_TOGETHER, n_rows - start)
        signs = done(first + start, rows)
        chain = signs[0]  # the ladder's And number i waits for the signs of the rows up to i + 1
        for sign in signs[1:-1] if start + rows == n_rows else signs[1:]:
            chain = max(chain, sign) + 1
        whole += max(chain, signs[-1])
    return whole


def _require_known(form: str) -> None:
    if not has_t_depth(form):
        raise SpecError(bad("form", form, f"one of {', '.join((*_REPLAYED, IN_PLACE, PRODUCT))}"))
