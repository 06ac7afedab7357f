"""The adders of a compressor tree, replayed on wires and on the two times of each that a schedule keeps.

A bit is the integer ready << 33 | wire << 1 | complemented, so that bits sort by the adders they wait for.

Apart from `tree_replay` because adders on wires are replayed by compiled code, and what is asked of rows of
weights is not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled
from qattention.formulas.tape_layers import AND, BEAR, CNOT, NO_WIRE, ONE

_READY = 33
# Not literals, for which Numba would compile everything once more.
KEY, SPARE, NO_CONSTANT, WHOLE = np.int64(0), np.int64(1), np.int64(0), np.int64(0)
_AND, _BEAR, _CNOT, _ONE, _NONE = map(np.int64, (AND, BEAR, CNOT, ONE, NO_WIRE))


class State(NamedTuple):
    """A replay at work.

    Attributes:
        keys, n_keys: bits not to be overwritten, shape (n_buckets, n_columns, room), and how many there are.
        spare, n_spare: bits that may be, of the bucket at work, shape (n_columns, room), descending.
        constants: what is added to each bucket, shape (n_buckets,); read only where bits of it are not known.
        settled, touched: T layers that have run when a wire last changed, and when it was last used.
        tally: And's, fresh sum wires, wires, T layers, CNOTs, X's, gates on the tape.
        tape: the gates as `tape_layers` has them, shape (room, 4); of no length if none is wanted.
    """

    keys: NDArray[np.int64]
    n_keys: NDArray[np.int64]
    spare: NDArray[np.int64]
    n_spare: NDArray[np.int64]
    constants: NDArray[np.int64]
    settled: NDArray[np.int64]
    touched: NDArray[np.int64]
    tally: NDArray[np.int64]
    tape: NDArray[np.int32]


@compiled(**BORROWS)
def _write(state, kind, a, b, c):  # type: ignore[no-untyped-def]
    if len(state.tape):
        at = state.tally[6]
        state.tape[at, 0], state.tape[at, 1], state.tape[at, 2], state.tape[at, 3] = kind, a, b, c
        state.tally[6] += 1


@compiled(**BORROWS)
def _cnot(state, control, target):  # type: ignore[no-untyped-def]
    end = max(state.settled[control], state.touched[target])
    state.touched[control] = max(state.touched[control], end)
    state.touched[target] = state.settled[target] = end
    state.tally[4] += 1
    _write(state, _CNOT, control, target, _NONE)


@compiled(**BORROWS)
def _and(state, a, b):  # type: ignore[no-untyped-def]
    """The wire of the And of two wires, a layer after both have settled."""
    end, new = 1 + max(state.settled[a], state.settled[b]), state.tally[2]
    state.tally[2] += 1
    state.tally[0] += 1
    state.tally[3] = max(state.tally[3], end)
    for wire in (a, b):
        state.touched[wire] = max(state.touched[wire], end)
    state.touched[new] = state.settled[new] = end
    _write(state, _AND, a, b, new)
    return new


@compiled(**BORROWS)
def _copy(state, wire):  # type: ignore[no-untyped-def]
    """A fresh wire that holds what `wire` does."""
    new = state.tally[2]
    state.tally[1] += 1
    state.tally[2] += 1
    _write(state, _BEAR, new, _NONE, _NONE)
    _cnot(state, wire, new)
    return new


@compiled(**BORROWS)
def push(bits, counts, column, ready, wire, complemented):  # type: ignore[no-untyped-def]
    """Put a bit, ready at that layer, into its column."""
    bits[column, counts[column]] = ready << _READY | wire << 1 | complemented
    counts[column] += 1


@compiled(**BORROWS)
def _insert(state, column, bit):  # type: ignore[no-untyped-def]
    """Put a spare bit into its place in a column."""
    here, at = state.spare[column], state.n_spare[column]
    while at and here[at - 1] < bit:
        here[at] = here[at - 1]
        at -= 1
    here[at] = bit
    state.n_spare[column] += 1


@compiled(**BORROWS)
def _spare(state, column, ready, wire, complemented):  # type: ignore[no-untyped-def]
    _insert(state, column, ready << _READY | wire << 1 | complemented)


@compiled(**BORROWS)
def _pop(state, bucket, column, kind):  # type: ignore[no-untyped-def]
    """(ready, wire, complemented) of the last key (KEY) or the earliest spare bit (SPARE) of a column."""
    if kind == KEY:
        state.n_keys[bucket, column] -= 1
        bit = state.keys[bucket, column, state.n_keys[bucket, column]]
    else:
        state.n_spare[column] -= 1
        bit = state.spare[column, state.n_spare[column]]
    return bit >> _READY, bit >> 1 & ((1 << (_READY - 1)) - 1), bit & 1


@compiled(**BORROWS)
def _earliest(state, bucket, column):  # type: ignore[no-untyped-def]
    """What the last key and the earliest spare bit of a column wait for; -1 if there is none."""
    n_keys, n_spare = state.n_keys[bucket, column], state.n_spare[column]
    key = state.keys[bucket, column, n_keys - 1] >> _READY if n_keys else -1
    return key, state.spare[column, n_spare - 1] >> _READY if n_spare else -1


@compiled(**BORROWS)
def _take_sum_wire(state, bucket, column, patience):  # type: ignore[no-untyped-def]
    key, spare = _earliest(state, bucket, column)
    if spare >= 0 and not (state.n_keys[bucket, column] >= 3 and spare > key + patience):
        return _pop(state, bucket, column, SPARE)
    ready, wire, complemented = _pop(state, bucket, column, KEY)
    return ready, _copy(state, wire), complemented


@compiled(**BORROWS)
def _take(state, bucket, column):  # type: ignore[no-untyped-def]
    key, spare = _earliest(state, bucket, column)
    return _pop(state, bucket, column, KEY if key >= 0 and (spare < 0 or key <= spare) else SPARE)


@compiled(**BORROWS)
def _full(state, bucket, column, patience):  # type: ignore[no-untyped-def]
    ready, s, inv_s = _take_sum_wire(state, bucket, column, patience)
    ready_x, x, inv_x = _take(state, bucket, column)
    ready_y, y, inv_y = _take(state, bucket, column)
    if x == y:
        y = _copy(state, x)
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
    _spare(state, column + 1, ready, new, carried)
    _spare(state, column, ready, s, inv_s ^ inv_x ^ inv_y)


@compiled(**BORROWS)
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
    _spare(state, column + 1, ready, new, constant ^ inv_s & inv_x)
    _spare(state, column, ready, s, inv_s ^ inv_x ^ constant)


@compiled(**BORROWS)
def _height(state, bucket, column):  # type: ignore[no-untyped-def]
    return state.n_keys[bucket, column] + state.n_spare[column]


@compiled(**BORROWS)
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


@compiled(**BORROWS)
def sum_bucket(state, bucket, patience):  # type: ignore[no-untyped-def]
    """Add up one bucket's columns from the lowest on, until no column has a bit too many."""
    most, column = _start(state, bucket), np.int64(0)
    while most >= 2 << column:
        while _height(state, bucket, column) >= 3:
            _full(state, bucket, column, patience)
        if _height(state, bucket, column) == 2 and _height(state, bucket, column + 1) >= 2:
            _half(state, bucket, column, NO_CONSTANT, patience)
        column += 1
    while _height(state, bucket, column) >= 2:
        ready, s, inv_s = _take_sum_wire(state, bucket, column, patience)
        ready_x, x, inv_x = _take(state, bucket, column)
        _cnot(state, x, s)
        _spare(state, column, max(ready, ready_x), s, inv_s ^ inv_x)
    for each in range(len(state.n_spare)):
        here, n_keys = state.keys[bucket, each], state.n_keys[bucket, each]
        for i in range(state.n_spare[each]):  # in ascending order behind the keys
            bit, at = state.spare[each, i], n_keys + i
            while at > n_keys and here[at - 1] > bit:
                here[at] = here[at - 1]
                at -= 1
            here[at] = bit
        state.n_keys[bucket, each] += state.n_spare[each]


@compiled(**BORROWS)
def sum_all(state, bits, patience):  # type: ignore[no-untyped-def]
    """The columns of bucket 0 below the sign; `bits` are the constant's."""
    _start(state, WHOLE)
    for column in range(len(bits) - 1):
        while _height(state, WHOLE, column) >= 3:
            _full(state, WHOLE, column, patience)
        if _height(state, WHOLE, column) == 2:
            _half(state, WHOLE, column, bits[column], patience)
        elif bits[column]:
            for bit in state.keys[0, column, : state.n_keys[0, column]]:
                state.keys[0, column + 1, state.n_keys[0, column + 1]] = bit
                state.n_keys[0, column + 1] += 1
            for bit in state.spare[column, : state.n_spare[column]]:
                _insert(state, column + 1, bit)


@compiled(**BORROWS)
def _next_wire(state, column, after):  # type: ignore[no-untyped-def]
    """The first wire beyond `after` that has bits left in a column, and how many; -1 if there is none."""
    n_keys, first, times = state.n_keys[WHOLE, column], np.int64(-1), 0
    for i in range(n_keys + state.n_spare[column]):
        bit = state.keys[WHOLE, column, i] if i < n_keys else state.spare[column, i - n_keys]
        wire = bit >> 1 & ((1 << (_READY - 1)) - 1)
        if wire > after and (first < 0 or wire < first):
            first, times = wire, 0
        times += wire == first
    return first, times


@compiled(**BORROWS)
def write_sign(state, column, constant):  # type: ignore[no-untyped-def]
    """XOR what is left in the sign's column into a fresh wire; wires that occur twice cancel."""
    sign = state.tally[2]
    state.tally[2] += 1
    _write(state, _BEAR, sign, _NONE, _NONE)
    wire, times = _next_wire(state, column, np.int64(-1))
    while wire >= 0:
        if times & 1:
            _cnot(state, wire, sign)
        wire, times = _next_wire(state, column, wire)
    for bit in state.keys[WHOLE, column, : state.n_keys[WHOLE, column]]:
        constant ^= bit & 1
    for bit in state.spare[column, : state.n_spare[column]]:
        constant ^= bit & 1
    if constant:
        _write(state, _ONE, sign, _NONE, _NONE)
        state.tally[5] += 1


@compiled(**BORROWS)
def time_again(tape, n_key, settled, touched, layers):  # type: ignore[no-untyped-def]
    """T layers after one more tree of the same gates: the key keeps its times, all other wires are fresh."""
    settled[n_key:], touched[n_key:] = 0, 0
    for at in range(len(tape)):
        kind, a, b = tape[at, 0], tape[at, 1], tape[at, 2]
        if kind == _CNOT:
            end = max(settled[a], touched[b])
            touched[a] = max(touched[a], end)
            touched[b] = settled[b] = end
        elif kind == _AND:
            end = 1 + max(settled[a], settled[b])
            layers = max(layers, end)
            touched[a], touched[b] = max(touched[a], end), max(touched[b], end)
            touched[tape[at, 3]] = settled[tape[at, 3]] = end
    return layers
