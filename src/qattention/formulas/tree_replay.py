"""Exact figures of a compressor tree that no count of digits gives: its rule replayed on wires, compiled.

Which adders may share a layer depends on the wires they overwrite, so the T depth is read off a replay of the
plan, adder by adder, with the two times of each wire that the schedule keeps (`lowering.schedule`, controls
shared): when it last changed, and when it was last used. With buckets the And's come from it too.
"""

from __future__ import annotations

from typing import NamedTuple

import attrs
import numba
import numpy as np
from numpy.typing import NDArray

from qattention.buckets import MAX_WIDTH, Buckets, find_buckets, plain_digits
from qattention.formulas.compressor import PATIENCE
from qattention.formulas.costs import IntArray
from qattention.formulas.row_sums import RowSums

_READY = 33  # a bit is the integer ready << 33 | wire << 1 | complemented; bits sort by what they wait for


@attrs.frozen(kw_only=True, eq=False)
class TreeFigures:
    """Of each row, int64, shape (n_rows,): And's, fresh sum wires, and layers of And's."""

    ands: IntArray
    fresh: IntArray
    t_depth: IntArray


class _State(NamedTuple):
    """Bits by column: keys (n_buckets, n_columns, room) not to be overwritten, the spare ones of the bucket at
    work; ends of the last change and the last use of each wire; tally of And's, fresh wires, wires, depth."""

    keys: NDArray[np.int64]
    n_keys: NDArray[np.int64]
    spare: NDArray[np.int64]
    n_spare: NDArray[np.int64]
    settled: NDArray[np.int64]
    touched: NDArray[np.int64]
    tally: NDArray[np.int64]


def replay(sums: RowSums, bucketed: bool) -> TreeFigures:
    """Replay the tree of every row; about 2 microseconds an adder, and with buckets the time to find them."""
    _, constants, widths = sums.columns()
    key_bits = tuple(sums.channel_bits.tolist())
    found = []
    for weights, threshold, bits, width in zip(
        sums.weights.tolist(), sums.clipped.tolist(), constants, widths.tolist(), strict=True
    ):
        row = find_buckets(tuple(weights), key_bits, -threshold, width) if bucketed else plain_digits(weights)
        known = width > MAX_WIDTH or not bucketed  # then the digits are canonical, as are those of `columns`
        found.append(_replay_row(row, sums, 0 if known else threshold, bits if known else bits[:0], width))
    return TreeFigures(**dict(zip(("ands", "fresh", "t_depth"), np.array(found).T, strict=True)))


def _replay_row(row: Buckets, sums: RowSums, threshold: int, bits: IntArray, width: int) -> tuple[int, ...]:
    by_component = row.terms[row.terms[:, 1] < len(sums.channel_bits)]
    words, n_columns = int(sums.channel_bits[by_component[:, 1]].sum()), max(width, MAX_WIDTH) + 2
    room = 4 * (words + n_columns * (len(row.terms) - len(by_component)) + n_columns)
    state = _State(
        keys=np.zeros((len(row.values), n_columns, 2 * len(row.terms) + 4), np.int64),
        n_keys=np.zeros((len(row.values), n_columns), np.int64),
        spare=np.zeros((n_columns, 2 * len(row.terms) + 4), np.int64),
        n_spare=np.zeros(n_columns, np.int64),
        settled=np.zeros(room, np.int64),
        touched=np.zeros(room, np.int64),
        tally=np.array([0, 0, sums.word_bits, 0], np.int64),
    )
    _run(state, row.terms, sums.channel_bits, threshold, bits, width, PATIENCE)
    ands, fresh, _, depth = state.tally.tolist()
    return ands, fresh, depth


@numba.njit(cache=True)
def _cnot(state, control, target):  # type: ignore[no-untyped-def]
    end = max(state.settled[control], state.touched[target])
    state.touched[control] = max(state.touched[control], end)
    state.touched[target] = state.settled[target] = end


@numba.njit(cache=True)
def _and(state, a, b):  # type: ignore[no-untyped-def]
    """The wire of the And of two wires, a layer after both have settled."""
    end, new = 1 + max(state.settled[a], state.settled[b]), state.tally[2]
    state.tally[2] += 1
    state.tally[0] += 1
    state.tally[3] = max(state.tally[3], end)
    for wire in (a, b):
        state.touched[wire] = max(state.touched[wire], end)
    state.touched[new] = state.settled[new] = end
    return new


@numba.njit(cache=True)
def _push(bits, counts, column, ready, wire, complemented):  # type: ignore[no-untyped-def]
    bits[column, counts[column]] = ready << _READY | wire << 1 | complemented
    counts[column] += 1


@numba.njit(cache=True)
def _pop(state, bucket, column, kind):  # type: ignore[no-untyped-def]
    """(ready, wire, complemented) of the last key (kind 0) or the earliest spare bit (kind 1) of a column."""
    if kind == 0:
        state.n_keys[bucket, column] -= 1
        bit = state.keys[bucket, column, state.n_keys[bucket, column]]
    else:
        state.n_spare[column] -= 1
        here = state.spare[column, : state.n_spare[column] + 1]
        at = np.argmin(here)
        bit, here[at] = here[at], here[-1]
    return bit >> _READY, bit >> 1 & ((1 << (_READY - 1)) - 1), bit & 1


@numba.njit(cache=True)
def _earliest(state, bucket, column):  # type: ignore[no-untyped-def]
    """What the last key and the earliest spare bit of a column wait for; -1 if there is none."""
    n_keys, n_spare = state.n_keys[bucket, column], state.n_spare[column]
    key = state.keys[bucket, column, n_keys - 1] >> _READY if n_keys else -1
    return key, state.spare[column, :n_spare].min() >> _READY if n_spare else -1


@numba.njit(cache=True)
def _take_sum_wire(state, bucket, column, patience):  # type: ignore[no-untyped-def]
    key, spare = _earliest(state, bucket, column)
    if spare >= 0 and not (state.n_keys[bucket, column] >= 3 and spare > key + patience):
        return _pop(state, bucket, column, 1)
    ready, wire, complemented = _pop(state, bucket, column, 0)
    new = state.tally[2]
    state.tally[1:3] += 1
    _cnot(state, wire, new)
    return ready, new, complemented


@numba.njit(cache=True)
def _take(state, bucket, column):  # type: ignore[no-untyped-def]
    key, spare = _earliest(state, bucket, column)
    return _pop(state, bucket, column, 0 if key >= 0 and (spare < 0 or key <= spare) else 1)


@numba.njit(cache=True)
def _full(state, bucket, column, patience):  # type: ignore[no-untyped-def]
    ready, s, inv_s = _take_sum_wire(state, bucket, column, patience)
    ready_x, x, inv_x = _take(state, bucket, column)
    ready_y, y, inv_y = _take(state, bucket, column)
    if inv_x != inv_y and inv_x != inv_s:
        x, inv_x, y, inv_y = y, inv_y, x, inv_x
    _cnot(state, x, s)
    _cnot(state, x, y)
    new = _and(state, s, y)
    if inv_y != inv_x:
        _cnot(state, s, new)
    if inv_s != inv_x:
        _cnot(state, y, new)
    _cnot(state, x, new)
    _cnot(state, x, y)
    _cnot(state, y, s)
    ready = max(ready, ready_x, ready_y) + 1
    carried = inv_x ^ (inv_s ^ inv_x) & (inv_y ^ inv_x)
    _push(state.spare, state.n_spare, column + 1, ready, new, carried)
    _push(state.spare, state.n_spare, column, ready, s, inv_s ^ inv_x ^ inv_y)


@numba.njit(cache=True)
def _half(state, bucket, column, constant, patience):  # type: ignore[no-untyped-def]
    ready, s, inv_s = _take_sum_wire(state, bucket, column, patience)
    ready_x, x, inv_x = _take(state, bucket, column)
    inv_s, inv_x, ready = inv_s ^ constant, inv_x ^ constant, max(ready, ready_x) + 1
    new = _and(state, s, x)
    if inv_x:
        _cnot(state, s, new)
    if inv_s:
        _cnot(state, x, new)
    _cnot(state, x, s)
    _push(state.spare, state.n_spare, column + 1, ready, new, constant ^ inv_s & inv_x)
    _push(state.spare, state.n_spare, column, ready, s, inv_s ^ inv_x ^ constant)


@numba.njit(cache=True)
def _height(state, bucket, column):  # type: ignore[no-untyped-def]
    return state.n_keys[bucket, column] + state.n_spare[column]


@numba.njit(cache=True)
def _start(state, bucket):  # type: ignore[no-untyped-def]
    """Sort keys, late ones first; the greatest value of the bucket (exact only where buckets are used)."""
    state.n_spare[:] = 0
    most = 0
    for column in range(state.keys.shape[1]):
        here = state.keys[bucket, column, : state.n_keys[bucket, column]]
        for i in range(1, len(here)):
            bit, at = here[i], i
            while at and here[at - 1] >> _READY < bit >> _READY:
                here[at], at = here[at - 1], at - 1
            here[at] = bit
        most += len(here) << min(column, 62)
    return most


@numba.njit(cache=True)
def _sum_bucket(state, bucket, patience):  # type: ignore[no-untyped-def]
    most, column = _start(state, bucket), 0
    while most >= 2 << column:
        while _height(state, bucket, column) >= 3:
            _full(state, bucket, column, patience)
        if _height(state, bucket, column) == 2 and _height(state, bucket, column + 1) >= 2:
            _half(state, bucket, column, 0, patience)
        column += 1
    while _height(state, bucket, column) >= 2:
        ready, s, inv_s = _take_sum_wire(state, bucket, column, patience)
        ready_x, x, inv_x = _take(state, bucket, column)
        _cnot(state, x, s)
        _push(state.spare, state.n_spare, column, max(ready, ready_x), s, inv_s ^ inv_x)
    for column in range(len(state.n_spare)):
        for bit in np.sort(state.spare[column, : state.n_spare[column]]):
            state.keys[bucket, column, state.n_keys[bucket, column]] = bit
            state.n_keys[bucket, column] += 1


@numba.njit(cache=True)
def _sum_all(state, bits, patience):  # type: ignore[no-untyped-def]
    """The columns of bucket 0 below the sign; `bits` are the constant's."""
    _start(state, 0)
    for column in range(len(bits) - 1):
        while _height(state, 0, column) >= 3:
            _full(state, 0, column, patience)
        if _height(state, 0, column) == 2:
            _half(state, 0, column, bits[column], patience)
        elif bits[column]:
            for bit in state.keys[0, column, : state.n_keys[0, column]]:
                state.keys[0, column + 1, state.n_keys[0, column + 1]] = bit
                state.n_keys[0, column + 1] += 1
            for bit in state.spare[column, : state.n_spare[column]]:
                state.spare[column + 1, state.n_spare[column + 1]] = bit
                state.n_spare[column + 1] += 1


@numba.njit(cache=True)
def _run(state, terms, key_bits, threshold, bits, width, patience):  # type: ignore[no-untyped-def]
    """Lay out and sum all buckets; without `bits` the constant is worked out, and fits 60 of them."""
    d, lowest, constants = len(key_bits), np.cumsum(key_bits) - 1, np.zeros(len(state.keys), np.int64)
    constants[0], summed = -threshold, len(state.keys)
    for bucket, source, e, sign in terms:
        minus = 1 if sign < 0 else 0
        if source < d:
            for bit in range(key_bits[source]):
                top = 1 if bit == key_bits[source] - 1 else 0
                if e + bit < state.keys.shape[1]:
                    _push(state.keys[bucket], state.n_keys[bucket], e + bit, 0, lowest[source] - bit, minus ^ top)
            if not len(bits):
                constants[bucket] += (minus - (1 << (key_bits[source] - 1))) << e
            continue
        if source - d < summed:
            summed = source - d
            _sum_bucket(state, summed, patience)
        constants[bucket] += sign * constants[summed] << e
        for column in range(state.keys.shape[1] - e):
            for bit in state.keys[summed, column, : state.n_keys[summed, column]]:
                state.keys[bucket, column + e, state.n_keys[bucket, column + e]] = bit ^ minus
                state.n_keys[bucket, column + e] += 1
            constants[bucket] -= minus * state.n_keys[summed, column] << (column + e)
    if not len(bits):
        bits = constants[0] >> np.arange(width) & 1
    _sum_all(state, bits[:width], patience)
