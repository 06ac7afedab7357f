"""`Buckets`: a sum sum_c q_c k_c written so that equal multiples of its terms are added up once.

Every q_c is written in digits +-v 2**e with v from a few odd numbers V, 1 among them; ordinary signed digits
have V = {1}. The terms 2**e k_c of all digits with one v form a bucket. Each bucket is summed once, its sum
goes, times v, into buckets of smaller v: v is itself two digits (seldom more) of those. With V = {1, 3, 5, 7}
an 8-bit weight has 1.8 digits in the mean, not 2.8, for three bucket sums of overhead. V is chosen for each
row: it grows by the odd number that saves most of what the adders would cost, until none saves any.

Numbers beyond 12 bits of a weight, or sums beyond 60 bits, keep V = {1}.

References:
    N. Pippenger, On the evaluation of powers and monomials, SIAM J. Comput. 9 (1980): the buckets, for
    products of powers; here for sums, with signed digits and any V.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled
from qattention.numerics import IntArray, signed_digits

MAX_WEIGHT_BITS = 12  # digits are found by a table over all weights
MAX_WIDTH = 60  # columns of a sum whose numbers int64 holds with room to spare
LARGEST_ODD = 31  # of V: with 8-bit weights and d = 128 the next ones save less than 1 %
TRIALS = 4  # ways to write each weight that are tried in the end; 16 save another 0.5 %
ROOM = 256  # of V that are remembered for a row; a search tries some 60
_MOST_DIGITS = 16  # of one weight, at most 13 with V = {1}
FIRST = np.int64(0)  # the trial of the first way; a literal would have Numba compile everything once more
_IN, _OUT = np.int64(1), np.int64(-1)  # how words are added to the buckets


@attrs.frozen(eq=False)
class Buckets:
    """Which terms go into which bucket.

    Attributes:
        values: V ascending, values[0] = 1; bucket 0 holds the whole sum.
        terms: int64, shape (n_terms, 4): bucket that takes the term, what is added (component c, or d + i for
            the sum of bucket i), e, sign. Terms of bucket sums come last, the largest bucket first.
    """

    values: IntArray
    terms: NDArray[np.int64]


@lru_cache(maxsize=2**13)  # 8 KiB a row at d = 128: plans of a head ask for all its rows again and again
def find_buckets(weights: tuple[int, ...], key_bits: tuple[int, ...], constant: int, width: int) -> Buckets:
    """Buckets for sum_c q_c k_c + constant, k_c signed of `key_bits[c]` bits, in `width` columns.

    About 0.5 ms at d = 8 and 15 ms at d = 128, b = 8.
    """
    row = _row(weights, key_bits) if width <= MAX_WIDTH else None
    if row is None:
        return plain_digits(weights)
    return Buckets(*_find(*row, np.int64(constant), np.int64(width)))


class Summed(NamedTuple):
    """Of each V tried for a row what its buckets come to, whatever is added to them.

    Attributes:
        at: int16, (2**15,): where a V stands, by the odd numbers beyond 1 in it, one bit each; -1 if nowhere.
        bits: (ROOM, MAX_WIDTH + 2): in each column of the whole sum, the buckets added up.
        offset, ands: (ROOM,): their constant; And's of the buckets' own sums.
        n: int64, (1,): how many there are.
    """

    at: NDArray[np.int16]
    bits: NDArray[np.int64]
    offset: NDArray[np.int64]
    ands: NDArray[np.int64]
    n: NDArray[np.int64]


@lru_cache(maxsize=16)
def _row(weights: tuple[int, ...], key_bits: tuple[int, ...]) -> tuple[IntArray, IntArray, Summed] | None:
    """Weights and widths as arrays, and no V tried: a row is asked for with one constant after another.

    None if a weight has too many bits.
    """
    if max(abs(q).bit_length() for q in weights) > MAX_WEIGHT_BITS:
        return None
    tried = Summed(
        at=np.full(1 << (LARGEST_ODD // 2), -1, np.int16),
        bits=np.empty((ROOM, MAX_WIDTH + 2), np.int64),
        offset=np.empty(ROOM, np.int64),
        ands=np.empty(ROOM, np.int64),
        n=np.zeros(1, np.int64),
    )
    return np.array(weights, dtype=np.int64), np.array(key_bits, dtype=np.int64), tried


def plain_digits(weights: tuple[int, ...]) -> Buckets:
    """V = {1}: canonical signed digits of every weight, one bucket."""
    n_bits = max(1, max(abs(q).bit_length() for q in weights))
    table = signed_digits(np.array(weights, dtype=object if n_bits > MAX_WIDTH else np.int64), n_bits)
    c, e = np.nonzero(table)
    terms = np.stack([np.zeros_like(c), c, e, table[c, e]], axis=1).astype(np.int64)
    return Buckets(np.array([1], dtype=np.int64), terms)


@compiled()
def _fewest_digits(largest, values):  # type: ignore[no-untyped-def]
    """Digits that each number 0..largest needs."""
    fewest = np.zeros(largest + 1, np.int64)
    for n in range(1, largest + 1):
        if n % 2 == 0:
            fewest[n] = fewest[n // 2]
            continue
        fewest[n] = _MOST_DIGITS
        for v in values:
            for rest in (abs(n - v) // 2, (n + v) // 2):
                if rest < n:
                    fewest[n] = min(fewest[n], 1 + fewest[rest])
    return fewest


@compiled(**BORROWS)
def _put(digits, at, i, e, sign):  # type: ignore[no-untyped-def]
    """One by one: Numba takes seconds to compile the assignment of a row."""
    digits[at, 0] = i
    digits[at, 1] = e
    digits[at, 2] = sign


@compiled(**BORROWS)
def _write(weight, values, fewest, trial, digits):  # type: ignore[no-untyped-def]
    """Fill `digits` with (index of v, e, sign) of `weight`; `trial` picks among equally short ways."""
    n, sign, e, count = abs(weight), (1 if weight >= 0 else -1), 0, 0
    while n:
        if n % 2 == 0:
            n, e = n // 2, e + 1
            continue
        n_ways = 1
        for pick in range(0 if trial else 1, 2):  # count the ways, then take one: the first without a count
            way = 0
            for i in range(len(values)):
                for s in (1, -1):
                    rest = n - s * values[i]
                    if abs(rest) // 2 >= n or fewest[abs(rest) // 2] + 1 > fewest[n]:
                        continue
                    if pick and way == trial % n_ways:
                        _put(digits, count, i, e, s * sign)
                        following = rest
                    way += 1
            if pick == 0:
                n_ways = way
        trial, count = trial // n_ways, count + 1
        sign = sign if following >= 0 else -sign
        n, e = abs(following) // 2, e + 1
    return count


@compiled()
def _chain(values):  # type: ignore[no-untyped-def]
    """(digits, count) of each v in terms of smaller ones: two if V allows, else its signed digits."""
    digits, counts = np.zeros((len(values), _MOST_DIGITS, 3), np.int64), np.zeros(len(values), np.int64)
    for i in range(1, len(values)):
        for first in range(i):
            for s in (1, -1):
                rest = values[i] - s * values[first]
                odd, e = abs(rest), 0
                while odd % 2 == 0:
                    odd, e = odd // 2, e + 1
                for second in range(i):
                    if counts[i] == 0 and values[second] == odd:
                        _put(digits[i], FIRST, first, FIRST, s)
                        _put(digits[i], FIRST + 1, second, e, 1 if rest > 0 else -1)
                        counts[i] = 2
        if counts[i] == 0:
            one = values[:1]
            counts[i] = _write(values[i], one, _fewest_digits(values[i], one), FIRST, digits[i])
    return digits, counts


@compiled(**BORROWS)
def _add_words(bits, offsets, digits, count, width, sign):  # type: ignore[no-untyped-def]
    """Put the words of one weight's digits into the buckets (sign 1), or take them out (-1)."""
    for at in range(count):
        i, e, s = digits[at, 0], digits[at, 1], digits[at, 2]
        for j in range(e, e + width):
            bits[i, j] += sign
        offsets[i] += sign * (((1 if s < 0 else 0) - (1 << (width - 1))) << e)


@compiled(**BORROWS)
def _sum_bucket(bits):  # type: ignore[no-untyped-def]
    """And's of the adders of one bucket, and its columns; `bits` becomes what they leave in each column."""
    most, ands = 0, 0
    for j in range(len(bits)):
        most += bits[j] << j
    for j in range(len(bits) - 1):
        if most < 2 << j:  # at most one of the bits from here on is 1: they are XORed
            bits[j] = min(bits[j], 1)
            return ands, j + 1
        carries = (bits[j] - 1) // 2 if bits[j] > 2 else 0
        left = bits[j] - 2 * carries
        if left == 2 and bits[j + 1] + carries >= 2:
            carries, left = carries + 1, 1
        bits[j] = left
        bits[j + 1] += carries
        ands += carries
    return ands, len(bits)


@compiled(**BORROWS)
def _add_buckets(bits, offsets, chain, lengths):  # type: ignore[no-untyped-def]
    """And's of all buckets; the first becomes the whole sum, bits in columns and a constant."""
    ands = 0
    for i in range(len(bits) - 1, 0, -1):
        carries, n_columns = _sum_bucket(bits[i])
        ands += carries
        for at in range(lengths[i]):
            u, e, s = chain[i, at, 0], chain[i, at, 1], chain[i, at, 2]
            offsets[u] += s * offsets[i] << e
            for j in range(min(n_columns, bits.shape[1] - e)):
                bits[u, j + e] += bits[i, j]
                if s < 0:
                    offsets[u] -= bits[i, j] << (j + e)
    return ands


@compiled(**BORROWS)
def _add_columns(bits, constant, width):  # type: ignore[no-untyped-def]
    """And's of the whole sum below its sign."""
    carries, ands = 0, 0
    for j in range(width - 1):
        here = bits[j] + carries
        ands += here // 2
        carries = (here + (constant >> j & 1)) // 2
    return ands


@compiled(**BORROWS)
def _count_ands(bits, offsets, chain, lengths, constant, width, room):  # type: ignore[no-untyped-def]
    """And's of all buckets and of the whole sum below its sign; `room`: as large as bits and offsets."""
    summed, moved = room
    for i in range(len(bits)):
        moved[i] = offsets[i]
        for j in range(bits.shape[1]):
            summed[i, j] = bits[i, j]
    ands = _add_buckets(summed, moved, chain, lengths)
    return ands + _add_columns(summed[0], constant + moved[0], width)


@compiled(**BORROWS)
def _is_same(one, other, count):  # type: ignore[no-untyped-def]
    for at in range(count):
        for part in range(one.shape[1]):
            if one[at, part] != other[at, part]:
                return False
    return True


@compiled()
def _polish(weights, key_bits, constant, width, values, trials=TRIALS):  # type: ignore[no-untyped-def]
    """Digits of each weight, every weight in turn written in the best of `trials` ways; (digits, counts)."""
    digits, counts, bits, offsets = _fill(weights, key_bits, values)
    fewest, other = _fewest_digits(np.abs(weights).max(), values), np.zeros((_MOST_DIGITS, 3), np.int64)
    chain, lengths = _chain(values)
    room = bits.copy(), offsets.copy()
    best = _count_ands(bits, offsets, chain, lengths, constant, width, room)
    for c in range(len(weights)):
        for trial in range(1, trials):
            count = _write(weights[c], values, fewest, trial, other)
            if count == counts[c] and _is_same(other, digits[c], count):
                continue  # the way it is written already
            _add_words(bits, offsets, digits[c], counts[c], key_bits[c], _OUT)
            _add_words(bits, offsets, other, count, key_bits[c], _IN)
            ands = _count_ands(bits, offsets, chain, lengths, constant, width, room)
            if ands < best:
                best, counts[c] = ands, count
                for at in range(count):
                    _put(digits[c], at, other[at, 0], other[at, 1], other[at, 2])
            else:
                _add_words(bits, offsets, other, count, key_bits[c], _OUT)
                _add_words(bits, offsets, digits[c], counts[c], key_bits[c], _IN)
    return digits, counts


@compiled()
def _fill(weights, key_bits, values):  # type: ignore[no-untyped-def]
    """(digits, counts, bits, offsets) with every weight in its first shortest way."""
    d, n_columns = len(weights), MAX_WIDTH + 2
    digits, counts = np.zeros((d, _MOST_DIGITS, 3), np.int64), np.zeros(d, np.int64)
    bits, offsets = np.zeros((len(values), n_columns), np.int64), np.zeros(len(values), np.int64)
    fewest = _fewest_digits(np.abs(weights).max(), values)
    for c in range(d):
        counts[c] = _write(weights[c], values, fewest, FIRST, digits[c])
        _add_words(bits, offsets, digits[c], counts[c], key_bits[c], _IN)
    return digits, counts, bits, offsets


@compiled()
def _values_of(which):  # type: ignore[no-untyped-def]
    """V, ascending, from the odd numbers beyond 1 in it, one bit each."""
    values, n = np.ones(1 + LARGEST_ODD // 2, np.int64), 1
    for half in range(LARGEST_ODD // 2):
        if which >> half & 1:
            values[n] = 2 * half + 3
            n += 1
    return values[:n].copy()


@compiled()
def _try(weights, key_bits, tried, which):  # type: ignore[no-untyped-def]
    """Work out what no constant changes of this V (`_values_of`); where it stands, for now if all is full."""
    values, at = _values_of(which), tried.n[0]
    _, _, bits, offsets = _fill(weights, key_bits, values)
    chain, lengths = _chain(values)
    tried.ands[at] = _add_buckets(bits, offsets, chain, lengths)
    tried.offset[at], tried.bits[at, :] = offsets[0], bits[0]
    if at < len(tried.ands) - 1:
        tried.at[which] = at
        tried.n[0] += 1
    return at


@compiled()
def _choose_values(weights, key_bits, tried, constant, width):  # type: ignore[no-untyped-def]
    """V: grown, or shrunk again, by one number as long as that saves And's."""
    which, best, improved = 0, 1 << 62, True
    while improved:
        improved, chosen = False, which
        for half in range(-1, LARGEST_ODD // 2):  # -1: V as it is
            changed = which ^ 1 << half if half >= 0 else which
            at = tried.at[changed]
            if at < 0:
                at = _try(weights, key_bits, tried, changed)
            ands = tried.ands[at] + _add_columns(tried.bits[at], constant + tried.offset[at], width)
            if ands < best:
                best, chosen, improved = ands, changed, True
        which = chosen
    return _values_of(which)


@compiled()
def _find(weights, key_bits, tried, constant, width):  # type: ignore[no-untyped-def]
    """(V, terms) as `Buckets` has them."""
    values = _choose_values(weights, key_bits, tried, constant, width)
    digits, counts = _polish(weights, key_bits, constant, width, values)
    chain, lengths = _chain(values)
    terms, at = np.empty((counts.sum() + lengths.sum(), 4), np.int64), 0
    for c in range(len(weights)):
        for k in range(counts[c]):
            terms[at, 0], terms[at, 1] = digits[c, k, 0], c
            terms[at, 2], terms[at, 3] = digits[c, k, 1], digits[c, k, 2]
            at += 1
    for i in range(len(values) - 1, 0, -1):
        for k in range(lengths[i]):
            terms[at, 0], terms[at, 1] = chain[i, k, 0], len(weights) + i
            terms[at, 2], terms[at, 3] = chain[i, k, 1], chain[i, k, 2]
            at += 1
    return values, terms
