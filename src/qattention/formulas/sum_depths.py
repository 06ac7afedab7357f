"""T and Clifford depth of the sums on a loaded key, wires reused and controls shared (`lowering.schedule`).

Exact, for every form: its record plays the gates from the rows' numbers (`tape`), which the rule
(`tape_layers`) puts into layers. A replay of the bloqs' own algorithms, which shares no code with them; about
0.6 microseconds a gate, 12 ms for a compressor tree of 128 components of 8 bits and its uncompute.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.circuit import InnerProductKind
from qattention.costs import IntArray
from qattention.formulas.clifford_depth import PER_LAYER
from qattention.formulas.row_sums import RowSums
from qattention.formulas.sum_tapes import Pair
from qattention.formulas.tape import Pen, Tape
from qattention.formulas.tape_layers import CNOT, CZ, ONE, PHASE, ROTATION

Knobs = tuple[bool, bool, int | None, int]  # is_sign, live, per_layer, t_per_rotation
MOST_TOGETHER = 64  # rows of a load played as one; more are taken in stretches, one after another


def inner_product_clifford_depth(
    sums: RowSums, kind: InnerProductKind, per_layer: int | None = PER_LAYER
) -> tuple[IntArray, IntArray]:
    """Clifford layers of each row's inner product and of its uncompute, each by itself; shapes (n_rows,)."""
    pairs = (_pair(sums, kind, row) for row in range(sums.n_rows))
    found = [[tape.depths(per_layer)[1] for tape in pair] for pair in pairs]
    there, back = np.array(found, dtype=np.int64).T
    return there, back


def sums_depths(
    sums: RowSums,
    first: ArrayLike,
    n_rows: ArrayLike,
    kind: InnerProductKind,
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
    """
    loads = zip(np.atleast_1d(first).tolist(), np.atleast_1d(n_rows).tolist(), strict=True)
    knobs = is_sign, live, per_layer, t_per_rotation
    alike = sums.n_rows == 1
    found = [_load_depths(sums, 0 if alike else at, rows, kind, knobs) for at, rows in loads]
    t_depth, clifford_depth = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return t_depth, clifford_depth


def is_exact(n_rows: ArrayLike) -> NDArray[np.bool_]:
    """Whether `sums_depths` of so many rows on a load are the gates' own, and not an upper bound."""
    return np.asarray(n_rows) <= MOST_TOGETHER


def _load_depths(
    sums: RowSums, first: int, n_rows: int, kind: InnerProductKind, knobs: Knobs
) -> tuple[int, int]:
    steps = 0 if sums.n_rows == 1 else MOST_TOGETHER
    n_whole, rest = divmod(n_rows, MOST_TOGETHER)
    found = [_stretch(sums, first + at * steps, MOST_TOGETHER, kind, knobs) for at in range(n_whole)]
    found += [_stretch(sums, first + n_whole * steps, rest, kind, knobs)] if rest else []
    return sum(t for t, _ in found), sum(c for _, c in found)


@lru_cache(maxsize=1024)
def _stretch(sums: RowSums, first: int, n_rows: int, kind: InnerProductKind, knobs: Knobs) -> tuple[int, int]:
    is_sign, live, per_layer, t_per_rotation = knobs
    rows = [0] * n_rows if sums.n_rows == 1 else range(first, first + n_rows)
    tape = marked_sums([_pair(sums, kind, row) for row in rows], sums.word_bits, is_sign, live)
    return tape.depths(per_layer, t_per_rotation)


@lru_cache(maxsize=4)  # one row often stands for all; a tape may take megabytes
def _pair(sums: RowSums, kind: InnerProductKind, row: int) -> Pair:
    pair: Pair = kind.tape(sums.take([row]))
    return pair


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
