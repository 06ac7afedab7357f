"""What both adder trees share: kept carries, layers of several trees on one key, and a bound on their And's.

Column j of a sum holds the key bits of the digits at e in j - b + 1 .. j and the carries of column j - 1.
Full adders take two bits out of a column for one And and one carry; a last pair takes a half adder; a
constant 1 rides along. The sign column only XORs. Backwards every And is erased by measurement
(arXiv:1709.06648).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from qattention.costs import IntArray
from qattention.formulas.inner_product import SumFigures
from qattention.formulas.row_sums import RowSums
from qattention.formulas.sum_tapes import Pair
from qattention.formulas.tape import Tape
from qattention.formulas.tape_layers import Rows
from qattention.formulas.tree_replay import played, replay, together

MOST_TOGETHER = 64  # rows of a load replayed as one; more are taken in stretches, one after another


def kept(ands: IntArray, fresh: IntArray) -> SumFigures:
    """Of a tree with `fresh` sum wires: carries are kept, and measured away backwards."""
    none = np.zeros_like(ands)
    return SumFigures(ands=ands, again=none, junk=ands + fresh, work=none)


def tree_cliffords(sums: RowSums, bucketed: bool) -> tuple[IntArray, IntArray]:
    """Of each row's tree and of its uncompute; they hang on complements, so that only a replay tells."""
    figures = replay(sums, bucketed)
    return figures.cliffords, figures.cliffords + figures.ands


def tree_tape(row: RowSums, bucketed: bool) -> Pair:
    """The gates of one row's tree, and of its uncompute."""
    (rows, n_wires), w = next(played(row, bucketed)), row.word_bits
    there = Tape(rows=rows, n_wires=n_wires, n_bits=0, inputs=np.arange(w), outputs=np.arange(n_wires))
    back = there.backwards()
    n_sign = _trailing_on(rows, n_wires - 1)  # the sign's CNOTs come in the same order both ways
    back.rows[:n_sign] = rows[len(rows) - n_sign :]
    return there, back


def _trailing_on(rows: Rows, wire: int) -> int:
    """Gates at the end of a tape, after the last birth, that make the sign."""
    births = np.flatnonzero(rows[:, 1] == wire)
    return len(rows) - 1 - int(births[0])


def trees_t_depth(sums: RowSums, first: IntArray, n_rows: IntArray, bucketed: bool) -> IntArray:
    """Layers of all rows of each load, and of the ladder that joins their signs; shape (n_loads,).

    Trees on one key overlap, but for the bits that they share; the ladder runs beside the last of them.

    Args:
        first, n_rows: load g takes n_rows[g] rows from first[g] on; one row of `sums` stands for all.
    """
    if (n_rows == 1).all():
        each = replay(sums, bucketed).t_depth
        return np.broadcast_to(each, n_rows.shape) if sums.n_rows == 1 else each[first]
    loads, most = zip(first.tolist(), n_rows.tolist(), strict=True), min(MOST_TOGETHER, int(n_rows.max()))
    alike = together(sums, bucketed, 0, most) if sums.n_rows == 1 else None

    def done(at: int, rows: int) -> tuple[int, ...]:
        return alike[:rows] if alike else together(sums, bucketed, at, rows)

    return np.array([_trees(done, at, rows) for at, rows in loads], dtype=np.int64)


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


def most_digits(head_dim: int, query_bits: int) -> int:
    """Signed digits of the costliest weights: ceil(query_bits / 2) each."""
    return head_dim * -(-query_bits // 2)


def most_tree_toffoli(head_dim: int, query_bits: int, key_bits: int, width: int) -> int:
    """No tree of so many components and at most `width` columns needs more, both ways, whatever its constant.

    With m_j bits in column j, the And's are sum floor(m_j / 2) <= sum m_j / 2, and the carries handed on at
    most sum (m_j + 1) / 2; so sum m_j <= H + (sum m_j + width - 1) / 2 for H key bits of all digits.
    """
    return most_digits(head_dim, query_bits) * key_bits + (width - 1) // 2
