"""T and Clifford depth of the sums on a loaded key, wires reused and controls shared (`lowering.schedule`).

Exact, for every form: the gates are played from the rows' numbers (`sum_tapes`) and put into layers by the
rule (`tape_layers`). A replay of the bloqs' own algorithms, which shares no code with them; about 0.6
microseconds a gate, 12 ms for a compressor tree of 128 components of 8 bits and its uncompute.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.formulas.costs import IntArray
from qattention.formulas.inner_product import COMPRESSOR_TREE
from qattention.formulas.row_sums import RowSums
from qattention.formulas.sum_tapes import Pair, sum_tapes
from qattention.formulas.tape import Pen, Tape
from qattention.formulas.tape_layers import CNOT, CZ, ONE, PHASE, ROTATION

MOST_TOGETHER = 64  # rows of a load played as one; more are taken in stretches, one after another
PER_LAYER = 64  # Clifford gates a layer, as in `lowering.schedule`


def inner_product_clifford_depth(
    sums: RowSums, form: str = COMPRESSOR_TREE, per_layer: int | None = PER_LAYER
) -> tuple[IntArray, IntArray]:
    """Clifford layers of each row's inner product and of its uncompute, each by itself; shapes (n_rows,).

    Raises:
        SpecError: there is no such form.
    """
    pairs = (_pair(sums, form, row) for row in range(sums.n_rows))
    found = [[tape.depths(per_layer)[1] for tape in pair] for pair in pairs]
    there, back = np.array(found, dtype=np.int64).T
    return there, back


def sums_depths(
    sums: RowSums,
    first: ArrayLike,
    n_rows: ArrayLike,
    form: str = COMPRESSOR_TREE,
    *,
    is_sign: bool = True,
    live: bool = False,
    per_layer: int | None = PER_LAYER,
    t_per_rotation: int = 1,
) -> tuple[IntArray, IntArray]:
    """(T, Clifford) layers of all rows of each load, marked, there and back; shapes (n_loads,).

    Exact with a load's rows by themselves, up to `MOST_TOGETHER` of them; more are an upper bound, taken in
    stretches.

    Args:
        sums: one row of it alone stands for all rows there are.
        first, n_rows: load g takes n_rows[g] rows from first[g] on.
        is_sign, live: whether the phase is -1; whether a bit beside the key has its say.
        per_layer: Clifford gates a layer at most; None for no bound.
        t_per_rotation: T layers of the rotation of another phase.
    Raises:
        SpecError: there is no such form.
    """
    loads = zip(np.atleast_1d(first).tolist(), np.atleast_1d(n_rows).tolist(), strict=True)
    knobs = is_sign, live, per_layer, t_per_rotation
    alike = sums.n_rows == 1
    found = [_load_depths(sums, 0 if alike else at, rows, form, knobs, MOST_TOGETHER) for at, rows in loads]
    t_depth, clifford_depth = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return t_depth, clifford_depth


def is_exact(n_rows: ArrayLike) -> NDArray[np.bool_]:
    """Whether `sums_depths` of so many rows on a load are the gates' own, and not an upper bound."""
    return np.asarray(n_rows) <= MOST_TOGETHER


@lru_cache(maxsize=1024)
def _load_depths(
    sums: RowSums, first: int, n_rows: int, form: str, knobs: tuple[bool, bool, int | None, int], most: int
) -> tuple[int, int]:
    is_sign, live, per_layer, t_per_rotation = knobs
    ends = [*range(0, n_rows, most), n_rows]
    totals = [0, 0]
    for start, end in pairwise(ends):
        rows = [0] * (end - start) if sums.n_rows == 1 else range(first + start, first + end)
        tape = marked_sums([_pair(sums, form, row) for row in rows], sums.word_bits, is_sign, live)
        totals = [a + b for a, b in zip(totals, tape.depths(per_layer, t_per_rotation), strict=True)]
    return totals[0], totals[1]


@lru_cache(maxsize=4)  # one row often stands for all; a tape may take megabytes
def _pair(sums: RowSums, form: str, row: int) -> Pair:
    return sum_tapes(sums, form, row)


def marked_sums(pairs: list[Pair], word_bits: int, is_sign: bool, live: bool) -> Tape:
    """All rows' sums, the phase where any of them is heavy, and all sums undone; last first."""
    pen, key, held = Pen(word_bits + live), np.arange(word_bits), []
    for there, _ in pairs:
        held.append(pen.splice(there, key)[word_bits:])
    signs = [int(wires[-1]) for wires in held]
    if len(signs) == 1:
        _mark_one(pen, signs[0], word_bits, is_sign, live)
    elif is_sign and not live:
        pen.splice(not_all(len(signs)), np.array(signs))
    else:
        _mark_any(pen, signs, word_bits, is_sign, live)
    for (_, back), wires in [*zip(pairs, held, strict=True)][::-1]:
        pen.splice(back, np.concatenate([key, wires]))
    return pen.tape(range(word_bits + live))


def _mark_one(pen: Pen, sign: int, live_bit: int, is_sign: bool, live: bool) -> None:
    """A flag is NOT the sign; the phase; the flag given back."""
    (flag,) = pen.born(1)
    pen.gate(ONE, flag)
    pen.gate(CNOT, sign, flag)
    _phase(pen, flag, live_bit, is_sign, live)
    pen.gate(ONE, flag)
    pen.gate(CNOT, sign, flag)
    pen.release(np.array([flag]))


def _phase(pen: Pen, flag: int, live_bit: int, is_sign: bool, live: bool) -> None:
    if is_sign:
        pen.gate(CZ if live else PHASE, flag, live_bit if live else -1)
    elif live:
        both = pen.made(live_bit, flag)
        pen.gate(ROTATION, both)
        pen.erase(live_bit, flag, both)
    else:
        pen.gate(ROTATION, flag)


def not_all(n_bits: int) -> Tape:
    """The sign where some bit is 0: -1 everywhere, and once more where all are 1."""
    pen, chain = Pen(n_bits), [0]
    for kind in (ONE, PHASE, ONE, PHASE):
        pen.gate(kind, 0)
    for bit in range(1, n_bits - 1):
        chain.append(pen.made(chain[-1], bit))
    pen.gate(CZ, chain[-1], n_bits - 1)
    for bit in reversed(range(1, n_bits - 1)):
        new = chain.pop()
        pen.erase(chain[-1], bit, new)
    return pen.tape(range(n_bits))


def _mark_any(pen: Pen, signs: list[int], live_bit: int, is_sign: bool, live: bool) -> None:
    """A flag that is NOT all of the signs, its ladder kept until the phase is there."""
    chain = [signs[0]]
    for bit in signs[1:]:
        chain.append(pen.made(chain[-1], bit))
    pen.gate(ONE, chain[-1])
    _phase(pen, chain[-1], live_bit, is_sign, live)
    pen.gate(ONE, chain[-1])
    for bit in reversed(signs[1:]):
        new = chain.pop()
        pen.erase(chain[-1], bit, new)
