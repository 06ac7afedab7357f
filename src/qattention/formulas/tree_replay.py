"""Exact figures of a compressor tree that no count of digits gives: its rule replayed on wires, compiled.

Which adders may share a layer depends on the wires they overwrite, so the T depth is read off a replay of the
plan, adder by adder, with the two times of each wire that the schedule keeps (`lowering.schedule`, controls
shared): when it last changed, and when it was last used. With buckets the And's come from it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import attrs
import numpy as np

from qattention.buckets import MAX_WIDTH, Buckets, find_buckets, plain_digits
from qattention.compiled import BORROWS, compiled
from qattention.costs import IntArray
from qattention.formulas.compressor import PATIENCE
from qattention.formulas.row_sums import RowSums
from qattention.formulas.tape_layers import Rows
from qattention.formulas.tree_kernel import State, push, sum_all, sum_bucket, time_again, write_sign

_MOST_GATES = 10  # of an adder, with the copy that may come before it


@attrs.frozen(kw_only=True, eq=False)
class TreeFigures:
    """Of each row, int64, shape (n_rows,).

    Attributes:
        ands, fresh: And's and fresh sum wires.
        t_depth: layers of And's.
        cliffords: CNOTs and X's, the same backwards.
    """

    ands: IntArray
    fresh: IntArray
    t_depth: IntArray
    cliffords: IntArray


@lru_cache(maxsize=8)
def replay(sums: RowSums, bucketed: bool) -> TreeFigures:
    """Replay the tree of every row; about 2 microseconds an adder, and with buckets the time to find them."""
    found = np.array([state.tally for state in _replayed(sums, bucketed)])
    return TreeFigures(
        ands=found[:, 0], fresh=found[:, 1], t_depth=found[:, 3], cliffords=found[:, 4] + found[:, 5]
    )


def played(sums: RowSums, bucketed: bool) -> Iterator[tuple[Rows, int]]:
    """The gates of each row's sum as a tape (`tape_layers`), and its wires: key, junk, and the sign last."""
    for state in _replayed(sums, bucketed, taped=True):
        yield state.tape[: state.tally[6]].copy(), int(state.tally[2])


@lru_cache(maxsize=1024)  # a load's tuple has 64 numbers at most
def together(sums: RowSums, bucketed: bool, first: int, n_rows: int) -> tuple[int, ...]:
    """T layers of the first row's tree, of the first two, ... of `n_rows` trees from row `first` on.

    They are made one after another on the same key bits, whose two times pass from each to the next; what
    they touch is their own. One row of `sums` alone stands for all: its gates are timed again and again.
    """
    if sums.n_rows == 1:
        return _alike(sums, bucketed, n_rows)
    rows = list(range(first, first + n_rows))
    return tuple(int(state.tally[3]) for state in _replayed(sums.take(rows), bucketed, shared=True))


def _alike(sums: RowSums, bucketed: bool, n_rows: int) -> tuple[int, ...]:
    """Which gates a tree has does not depend on when they run: found once, they are timed `n_rows` times."""
    (state,) = _replayed(sums, bucketed, taped=True)
    tape, layers = state.tape[: state.tally[6]], [int(state.tally[3])]
    while len(layers) < n_rows:
        layers.append(int(time_again(tape, sums.word_bits, state.settled, state.touched, layers[-1])))
    return tuple(layers)


def _replayed(sums: RowSums, bucketed: bool, shared: bool = False, taped: bool = False) -> Iterator[State]:
    """The state after every row's tree; `shared` if the key's bits keep their times from row to row."""
    _, constants, widths = sums.columns()
    key_bits, state = tuple(sums.channel_bits.tolist()), None
    widths_of_key = np.array(sums.channel_bits)  # a copy: of one layout, so that the kernel is compiled once
    lowest = np.cumsum(widths_of_key) - 1
    for weights, threshold, bits, width in zip(
        sums.weights.tolist(), sums.clipped.tolist(), constants, widths.tolist(), strict=True
    ):
        row = find_buckets(tuple(weights), key_bits, -threshold, width) if bucketed else plain_digits(weights)
        state = _start_of(row, sums, width, state if shared else None, taped)
        known = width > MAX_WIDTH or not bucketed  # then the digits are canonical, as are those of `columns`
        constant = 0 if known else threshold, bits[:width] if known else np.empty(width, np.int64), known
        _run(state, row.terms, widths_of_key, lowest, *constant, PATIENCE)
        yield state


def _start_of(row: Buckets, sums: RowSums, width: int, before: State | None, taped: bool) -> State:
    n_key = sums.word_bits
    by_component = row.terms[row.terms[:, 1] < len(sums.channel_bits)]
    words, n_columns = int(sums.channel_bits[by_component[:, 1]].sum()), max(width, MAX_WIDTH) + 2
    room = 4 * (n_key + words + n_columns * (len(row.terms) - len(by_component)) + n_columns)
    state = State(
        keys=np.empty((len(row.values), n_columns, 2 * len(row.terms) + 4), np.int64),
        n_keys=np.zeros((len(row.values), n_columns), np.int64),
        spare=np.empty((n_columns, 2 * len(row.terms) + 4), np.int64),
        n_spare=np.zeros(n_columns, np.int64),
        constants=np.zeros(len(row.values), np.int64),
        settled=np.zeros(room, np.int64),
        touched=np.zeros(room, np.int64),
        tally=np.array([0, 0, n_key, 0, 0, 0, 0], np.int64),
        tape=np.empty((_MOST_GATES * room if taped else 0, 4), np.int32),
    )
    if before is not None:
        state.settled[:n_key], state.touched[:n_key] = before.settled[:n_key], before.touched[:n_key]
        state.tally[3] = before.tally[3]
    return state


@compiled(**BORROWS)
def _run(state, terms, key_bits, lowest, threshold, bits, known, patience):  # type: ignore[no-untyped-def]
    """Lay out and sum all buckets; bits of the constant that are not known are worked out, at most 60.

    lowest: wire of each component's lowest bit.
    """
    constants, summed = state.constants, len(state.keys)
    constants[0] = -threshold
    for at in range(len(terms)):
        bucket, source, e, minus = terms[at, 0], terms[at, 1], terms[at, 2], 1 if terms[at, 3] < 0 else 0
        if source < len(key_bits):
            for bit in range(key_bits[source]):
                top = 1 if bit == key_bits[source] - 1 else 0
                if e + bit < state.keys.shape[1]:
                    here = state.keys[bucket], state.n_keys[bucket], e + bit
                    push(*here, 0, lowest[source] - bit, minus ^ top)
            if not known:
                constants[bucket] += (minus - (1 << (key_bits[source] - 1))) << e
            continue
        if source - len(key_bits) < summed:
            summed = source - len(key_bits)
            sum_bucket(state, summed, patience)
        constants[bucket] += terms[at, 3] * constants[summed] << e
        for column in range(state.keys.shape[1] - e):
            for bit in state.keys[summed, column, : state.n_keys[summed, column]]:
                state.keys[bucket, column + e, state.n_keys[bucket, column + e]] = bit ^ minus
                state.n_keys[bucket, column + e] += 1
            constants[bucket] -= minus * state.n_keys[summed, column] << (column + e)
    if not known:
        for column in range(len(bits)):
            bits[column] = constants[0] >> column & 1
    sum_all(state, bits, patience)
    write_sign(state, len(bits) - 1, bits[len(bits) - 1])
