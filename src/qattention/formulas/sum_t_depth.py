"""T depth of the sums on a loaded key, wires reused and controls shared (`lowering.schedule`), both ways."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from qattention.errors import SpecError, bad
from qattention.formulas.costs import IntArray
from qattention.formulas.inner_product import COMPRESSOR_TREE, sum_and_undo_toffoli
from qattention.formulas.row_sums import RowSums
from qattention.formulas.tree_replay import replay, together

_REPLAYED = {COMPRESSOR_TREE: False, "bucket-tree": True}  # with buckets or without
IN_PLACE = "shift-add"
MOST_TOGETHER = 64  # rows of a load replayed as one; more are taken in stretches, one after another


def has_t_depth(form: str) -> bool:
    """Whether the T depth of the form's sums is known without gates."""
    return form in (*_REPLAYED, IN_PLACE)


def inner_product_t_depth(sums: RowSums, form: str = COMPRESSOR_TREE) -> IntArray:
    """Layers of each row alone, shape (n_rows,).

    Trees have none backwards; additions in place run their carries one after another, there and back.

    Raises:
        SpecError: the form has no closed form of its T depth.
    """
    _require_known(form)
    return sum_and_undo_toffoli(sums, form) if form == IN_PLACE else replay(sums, _REPLAYED[form]).t_depth


def sums_t_depth(sums: RowSums, first: IntArray, n_rows: IntArray, form: str = COMPRESSOR_TREE) -> IntArray:
    """Layers of all rows of each load, and of the ladder that joins their signs; shape (n_loads,).

    Trees on one key overlap, but for the bits that they share; the ladder runs beside the last of them.

    Args:
        first, n_rows: load g takes n_rows[g] rows from first[g] on; one row of `sums` stands for all.
    Raises:
        SpecError: the form has no closed form of its T depth.
    """
    _require_known(form)
    if form != IN_PLACE:
        loads, most = zip(first.tolist(), n_rows.tolist(), strict=True), min(MOST_TOGETHER, int(n_rows.max()))
        alike = together(sums, _REPLAYED[form], 0, most) if sums.n_rows == 1 else None

        def done(at: int, rows: int) -> tuple[int, ...]:
            return alike[:rows] if alike else together(sums, _REPLAYED[form], at, rows)

        return np.array([_trees(done, at, rows) for at, rows in loads], dtype=np.int64)
    each = sum_and_undo_toffoli(sums, form)
    added = each[0] * n_rows if sums.n_rows == 1 else np.add.reduceat(each, first)
    return added + (n_rows > 2)  # backwards the last sum comes first: one And of the ladder is left to wait


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
        raise SpecError(bad("form", form, f"one of {', '.join((*_REPLAYED, IN_PLACE))}"))
