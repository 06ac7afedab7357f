"""The adders of a compressor tree (`compressor`), chosen one by one, compiled.

A bit is one integer of (adders it waits for, wire, whether the wire holds its complement), and bits sort in
that order. Keys are bits that may not be overwritten, those of the key and bucket sums; spare bits may be.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled

Ints = NDArray[np.int64]

_READY = 33
_WIRES = 1 << 31  # they count from -2**31: pairs of them have negative numbers (`square_plan`)
# Kinds of step, and the bucket of the whole sum. Of one type: for literals Numba would compile all once more.
_COPY, _FULL, _HALF, _XOR, _NONE, _ZERO, _WHOLE = map(np.int64, (0, 1, 2, 3, -1, 0, 0))


class Planning(NamedTuple):
    """A plan in the making.

    Attributes:
        keys, n_keys: of each bucket, shape (n_buckets, n_columns, room), and how many there are.
        spare, n_spare: of the bucket at work, shape (n_columns, room), the earliest last.
        offsets: of each bucket, shape (n_buckets, n_columns): its constant is their sum, column by column.
        steps: shape (room, 7). tally: wires so far, steps so far.
    """

    keys: Ints
    n_keys: Ints
    spare: Ints
    n_spare: Ints
    offsets: Ints
    steps: Ints
    tally: Ints


@compiled()
def planning(n_buckets, n_columns, room, n_steps, n_wires):  # type: ignore[no-untyped-def]
    """Nothing done yet; `room` for the bits of a column, of either kind."""
    return Planning(
        np.empty((n_buckets, n_columns, room), np.int64),
        np.zeros((n_buckets, n_columns), np.int64),
        np.empty((n_columns, room), np.int64),
        np.zeros(n_columns, np.int64),
        np.zeros((n_buckets, n_columns), np.int64),
        np.empty((n_steps, 7), np.int64),
        np.array([n_wires, 0]),
    )


@compiled()
def _for_terms(n_buckets, terms, key_bits, width):  # type: ignore[no-untyped-def]
    """A column takes at most two bits of each term, and as many carries."""
    n_columns, n_bits = max(width, 64) + key_bits.max() + 8, 0
    for _, source, _, _ in terms:
        n_bits += key_bits[source] if source < len(key_bits) else n_columns
    return planning(n_buckets, n_columns, 2 * len(terms) + 4, 4 * (n_bits + n_columns), key_bits.sum())


@compiled(**BORROWS)
def bit_of(ready, wire, complemented):  # type: ignore[no-untyped-def]
    """One number for a bit of a column: when it is ready, then its wire, then whether it is complemented."""
    return ready << _READY | (wire + _WIRES) << 1 | complemented


@compiled(**BORROWS)
def _wire(bit):  # type: ignore[no-untyped-def]
    return (bit >> 1 & ((1 << (_READY - 1)) - 1)) - _WIRES


@compiled(**BORROWS)
def _emit(state, kind, s, x, y, invert_s, invert_other):  # type: ignore[no-untyped-def]
    """Write a step down; returns the wire that enters with it, none with an XOR."""
    new, at = state.tally[0], state.tally[1]
    if kind == _XOR:
        new = _NONE
    else:
        state.tally[0] += 1
    state.tally[1] += 1
    row = state.steps[at]
    row[0], row[1], row[2], row[3], row[4], row[5], row[6] = kind, s, x, y, new, invert_s, invert_other
    return new


@compiled(**BORROWS)
def _push(state, column, ready, wire, complemented):  # type: ignore[no-untyped-def]
    _put_spare(state, column, bit_of(ready, wire, complemented))


@compiled(**BORROWS)
def _put_spare(state, column, bit):  # type: ignore[no-untyped-def]
    at = state.n_spare[column]
    while at > 0 and state.spare[column, at - 1] < bit:
        state.spare[column, at] = state.spare[column, at - 1]
        at -= 1
    state.spare[column, at] = bit
    state.n_spare[column] += 1


@compiled(**BORROWS)
def _append(state, bucket, column, bit):  # type: ignore[no-untyped-def]
    state.keys[bucket, column, state.n_keys[bucket, column]] = bit
    state.n_keys[bucket, column] += 1


@compiled(**BORROWS)
def _height(state, bucket, column):  # type: ignore[no-untyped-def]
    return state.n_keys[bucket, column] + state.n_spare[column]


@compiled(**BORROWS)
def _pop_key(state, bucket, column):  # type: ignore[no-untyped-def]
    state.n_keys[bucket, column] -= 1
    return state.keys[bucket, column, state.n_keys[bucket, column]]


@compiled(**BORROWS)
def _pop_spare(state, column):  # type: ignore[no-untyped-def]
    """The earliest of a column."""
    state.n_spare[column] -= 1
    return state.spare[column, state.n_spare[column]]


@compiled(**BORROWS)
def _earliest(state, bucket, column):  # type: ignore[no-untyped-def]
    """What the last key and the earliest spare bit of a column wait for; -1 if there is none."""
    n_keys, n_spare = state.n_keys[bucket, column], state.n_spare[column]
    key = state.keys[bucket, column, n_keys - 1] >> _READY if n_keys else -1
    return key, state.spare[column, n_spare - 1] >> _READY if n_spare else -1


@compiled(**BORROWS)
def _take_sum_wire(state, bucket, column, patience):  # type: ignore[no-untyped-def]
    """A bit whose wire may be overwritten: a copy of a key if no spare one is ready soon."""
    key, spare = _earliest(state, bucket, column)
    if spare >= 0 and not (state.n_keys[bucket, column] >= 3 and spare > key + patience):
        return _pop_spare(state, column)
    bit = _pop_key(state, bucket, column)
    new = _emit(state, _COPY, _NONE, _wire(bit), _NONE, _ZERO, _ZERO)
    return bit_of(bit >> _READY, new, bit & 1)


@compiled(**BORROWS)
def _take(state, bucket, column):  # type: ignore[no-untyped-def]
    key, spare = _earliest(state, bucket, column)
    if key >= 0 and (spare < 0 or key <= spare):
        return _pop_key(state, bucket, column)
    return _pop_spare(state, column)


@compiled(**BORROWS)
def _full(state, bucket, column, patience):  # type: ignore[no-untyped-def]
    first = _take_sum_wire(state, bucket, column, patience)
    second, third = _take(state, bucket, column), _take(state, bucket, column)
    s, x, y = _wire(first), _wire(second), _wire(third)
    inv_s, inv_x, inv_y = first & 1, second & 1, third & 1
    ready = max(first >> _READY, second >> _READY, third >> _READY) + 1
    if x == y:  # by way of two buckets that both hold it
        y = _emit(state, _COPY, _NONE, x, _NONE, _ZERO, _ZERO)
    if inv_x != inv_y and inv_x != inv_s:  # the pivot x agrees with s if it can: fewer CNOTs
        x, inv_x, y, inv_y = y, inv_y, x, inv_x
    rel_s, rel_y = inv_s ^ inv_x, inv_y ^ inv_x
    carry = _emit(state, _FULL, s, x, y, rel_s, rel_y)
    _push(state, column + 1, ready, carry, inv_x ^ (rel_s & rel_y))
    _push(state, column, ready, s, inv_s ^ inv_x ^ inv_y)


@compiled(**BORROWS)
def _half(state, bucket, column, constant, patience):  # type: ignore[no-untyped-def]
    """Two bits and perhaps a constant 1: the carry is AND, or OR = NOT(NOT AND NOT)."""
    first, second = _take_sum_wire(state, bucket, column, patience), _take(state, bucket, column)
    s, inv_s, inv_x = _wire(first), (first & 1) ^ constant, (second & 1) ^ constant
    ready = max(first >> _READY, second >> _READY) + 1
    carry = _emit(state, _HALF, s, _wire(second), _NONE, inv_s, inv_x)
    _push(state, column + 1, ready, carry, constant ^ (inv_s & inv_x))
    _push(state, column, ready, s, inv_s ^ inv_x ^ constant)


@compiled(**BORROWS)
def _xor(state, bucket, column, patience):  # type: ignore[no-untyped-def]
    first, second = _take_sum_wire(state, bucket, column, patience), _take(state, bucket, column)
    s = _wire(first)
    _emit(state, _XOR, s, _wire(second), _NONE, _ZERO, _ZERO)
    _push(state, column, max(first >> _READY, second >> _READY), s, (first & 1) ^ (second & 1))


@compiled(**BORROWS)
def _start(state, bucket):  # type: ignore[no-untyped-def]
    """Lay out the words of a bucket, late bits first, alike ones as they came; no spare bits yet."""
    state.n_spare[:] = 0
    for column in range(state.keys.shape[1]):
        bits = state.keys[bucket, column, : state.n_keys[bucket, column]]
        for i in range(1, len(bits)):
            bit, at = bits[i], i
            while at > 0 and bits[at - 1] >> _READY < bit >> _READY:
                bits[at] = bits[at - 1]
                at -= 1
            bits[at] = bit


@compiled(**BORROWS)
def _settle(state, bucket):  # type: ignore[no-untyped-def]
    """Spare bits are overwritten no more: they follow the keys, early ones first."""
    for column in range(state.keys.shape[1]):
        while state.n_spare[column]:
            _append(state, bucket, column, _pop_spare(state, column))


@compiled(**BORROWS)
def _sum_bucket(state, bucket, patience):  # type: ignore[no-untyped-def]
    """Take bits out of the columns, from the lowest, while an adder takes one out for good."""
    _start(state, bucket)
    most, column = 0, _ZERO  # most: the greatest value that the words can have
    for at in range(state.keys.shape[1]):
        most += state.n_keys[bucket, at] << at
    while most >= 2 << column:
        while _height(state, bucket, column) >= 3:
            _full(state, bucket, column, patience)
        if _height(state, bucket, column) == 2 and _height(state, bucket, column + 1) >= 2:
            _half(state, bucket, column, _ZERO, patience)
        column += 1
    while _height(state, bucket, column) >= 2:  # at most one of the bits from here on is 1
        _xor(state, bucket, column, patience)
    _settle(state, bucket)


@compiled(**BORROWS)
def _sum_column(state, column, constant, patience):  # type: ignore[no-untyped-def]
    """As in a bucket, but nothing of the column stays: only the sign is asked for."""
    for _ in range((_height(state, _WHOLE, column) - 1) // 2):  # each takes two bits out
        _full(state, _WHOLE, column, patience)
    if _height(state, _WHOLE, column) == 2:
        _half(state, _WHOLE, column, constant, patience)
    elif constant:  # one bit and a constant 1: the carry is the bit itself
        for i in range(state.n_keys[0, column]):
            _append(state, _WHOLE, column + 1, state.keys[0, column, i])
        for i in range(state.n_spare[column]):
            _put_spare(state, column + 1, state.spare[column, i])


@compiled(**BORROWS)
def _add_component(state, bucket, lowest, bits, e, minus):  # type: ignore[no-untyped-def]
    state.offsets[bucket, e] += minus
    state.offsets[bucket, e + bits - 1] -= 1
    for bit in range(bits):
        inverted = 1 - minus if bit == bits - 1 else minus
        _append(state, bucket, e + bit, bit_of(_ZERO, lowest - bit, inverted))


@compiled(**BORROWS)
def _add_sum(state, bucket, source, e, minus):  # type: ignore[no-untyped-def]
    for column in range(state.keys.shape[1] - e):
        offset, n_bits = state.offsets[source, column], state.n_keys[source, column]
        state.offsets[bucket, column + e] += -offset - n_bits if minus else offset
        for i in range(n_bits):
            _append(state, bucket, column + e, state.keys[source, column, i] ^ minus)


@compiled()
def sum_columns(state, constant, patience):  # type: ignore[no-untyped-def]
    """Add up the words of bucket 0 and a constant's bits, all but those of the sign column.

    Returns (wire, whether it holds the complement) of each bit left there, and the constant's bit.
    """
    top = len(constant) - 1
    _start(state, _WHOLE)
    for column in range(top):
        _sum_column(state, column, constant[column], patience)
    _settle(state, _WHOLE)
    left = np.empty((state.n_keys[0, top], 2), np.int64)
    for i in range(len(left)):
        left[i, 0], left[i, 1] = _wire(state.keys[0, top, i]), state.keys[0, top, i] & 1
    return left, constant[top]


@compiled()
def plan_adders(n_buckets, terms, key_bits, constant, width, patience):  # type: ignore[no-untyped-def]
    """Choose all adders; returns the plan, and what `sum_columns` does.

    Args:
        terms: of `Buckets`. constant: bits of -T, two's complement of `width`, from the lowest.
    """
    state = _for_terms(n_buckets, terms, key_bits, width)
    d, lowest = len(key_bits), np.cumsum(key_bits) - 1
    for bucket, source, e, sign in terms:
        if source < d:
            _add_component(state, bucket, lowest[source], key_bits[source], e, 1 if sign < 0 else 0)
    for summed in range(len(state.keys) - 1, 0, -1):
        _sum_bucket(state, summed, patience)
        for bucket, source, e, sign in terms:
            if source - d == summed:
                _add_sum(state, bucket, summed, e, 1 if sign < 0 else 0)
    bits, carry = constant.copy(), _ZERO
    for column in range(width):
        carry += state.offsets[0, column] + constant[column]
        bits[column] = carry & 1
        carry >>= 1
    return state, sum_columns(state, bits, patience)
