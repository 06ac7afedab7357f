"""Closed form of `ShiftAdd`: every digit at e is a ripple addition into the W - e upper bits of the sum."""

from __future__ import annotations

import numpy as np

from qattention.buckets import plain_digits
from qattention.circuit.kinds import InnerProductKind
from qattention.costs import AnyIntArray, IntArray
from qattention.formulas.adder_trees import most_digits
from qattention.formulas.inner_product import SumFigures, in_turn, sum_and_undo_toffoli
from qattention.formulas.row_sums import RowSums
from qattention.formulas.sum_cliffords import add_word_cliffords
from qattention.formulas.sum_tapes import Pair, add_word, bits_of, key_words, ones_among
from qattention.formulas.tape import Pen
from qattention.formulas.tape_layers import ONE


def _figures(sums: RowSums) -> SumFigures:
    """W - 1 - e And's a digit at e, each measured away at once; and again backwards."""
    digits = (sums.digits != 0).sum(axis=1)
    carries = np.maximum(0, sums.widths()[:, None] - 1 - np.arange(digits.shape[1]))
    ands = (digits * carries).sum(axis=1)
    work = np.where(digits > 0, carries, 0).max(axis=1)
    return SumFigures(ands=ands, again=ands, junk=sums.widths() - 1, work=work)


def _t_depth(sums: RowSums, first: IntArray, n_rows: IntArray) -> IntArray:
    """Carries run one after another, there and back; of several rows at most 6 % above the gates (d = 4)."""
    return in_turn(sum_and_undo_toffoli(sums, KIND), first, n_rows)


def _cliffords(sums: RowSums) -> tuple[IntArray, IntArray]:
    """A word an addition, its top bit complemented (of a negative digit all others); back all of the sum."""
    widths = sums.widths()
    columns = widths[:, None, None] - np.arange(sums.digits.shape[2])  # of the sum that a digit reaches into
    bits = sums.channel_bits[None, :, None]
    used = (sums.digits != 0) & (columns > 0)
    added, reached = np.minimum(bits, columns), np.maximum(columns, 1)
    top = (bits <= columns).astype(np.int64)
    flips = np.where(sums.digits > 0, top, added - top)
    there = _added(used, add_word_cliffords(np.maximum(added, 1), reached) + 2 * flips)
    constant = ones_among(sums.constants(), widths)
    return constant + there, constant + there + _added(used, 2 * reached)


def _added(used: AnyIntArray, each: AnyIntArray) -> IntArray:
    total: IntArray = np.where(used, each, 0).sum(axis=(1, 2))
    return total


def _tape(row: RowSums) -> Pair:
    """Digit by digit, the sum's wires ripple; backwards the last digit comes first."""
    width, weights = int(row.widths()[0]), tuple(row.weights[0].tolist())
    terms = [(c, e, s) for _, c, e, s in plain_digits(weights).terms.tolist() if e < width]
    constant, bits = -int(row.clipped[0]), row.channel_bits.tolist()
    for c, e, sign in terms:
        constant += ((sign < 0) - (1 << (bits[c] - 1))) << e
    words = key_words(row.channel_bits)

    def played_out(pen: Pen, acc: IntArray, uncompute: bool) -> None:
        if not uncompute:
            pen.each(ONE, bits_of(constant, acc))
        for c, e, sign in reversed(terms) if uncompute else terms:
            added, target = words[c][: width - e], acc[e:]
            is_top = np.arange(len(added)) == bits[c] - 1
            flipped = added[is_top if sign > 0 else ~is_top][::-1]
            pen.each(ONE, flipped)
            pen.each(ONE, target[: len(target) * uncompute])
            pen.splice(add_word(len(added), len(target)), np.concatenate([added, target]))
            pen.each(ONE, target[: len(target) * uncompute])
            pen.each(ONE, flipped)
        if uncompute:
            pen.each(ONE, bits_of(constant, acc))
            pen.release(acc)

    there = Pen(row.word_bits)
    acc = there.born(width)
    played_out(there, acc, uncompute=False)
    back = Pen(row.word_bits + width)
    played_out(back, np.arange(row.word_bits, back.n_given), uncompute=True)
    return there.tape([*range(row.word_bits), *acc]), back.tape(range(row.word_bits))


KIND = InnerProductKind(
    name="shift-add",
    rank=2,
    bloq=".shift_add:ShiftAdd",
    is_stock=False,
    only_asked=False,
    weighs_zeros=False,
    figures=_figures,
    t_depth=_t_depth,
    cliffords=_cliffords,
    tape=_tape,
    # In place, each digit takes at most width - 1 And's either way.
    most_toffoli=lambda head_dim, query_bits, key_bits, width: (
        2 * most_digits(head_dim, query_bits) * (width - 1)
    ),
    how="by additions in place, undone by their inverse",
    source="Cuccaro et al., quant-ph/0410184; Gidney, arXiv:1709.06648",
    limits="Every And waits for the last: few wires, and a T depth of all And's.",
)
KINDS = (KIND,)
