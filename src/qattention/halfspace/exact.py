"""Signs of inner products and orientations of float64 points, as if computed with real numbers.

A float is computed first with a bound on its error; only where that cannot tell are the products written as
sums of two floats each and added without rounding (Shewchuk 1997, Adaptive precision floating-point
arithmetic, sections 2.4 and 4.3). Entries are 0 or between LEAST and MAX_ABS in magnitude, so that no product
over- or underflows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import compiled

Doubles = NDArray[np.float64]

EPS = 2.0**-53  # unit round-off of float64
LEAST = 1e-130  # of an entry that is not 0: its products' rounding errors are floats still
SPLITTER = 2.0**27 + 1  # halves a float's digits (Dekker 1971)


@compiled(nogil=True)
def _split(a: float) -> tuple[float, float]:
    """A float as two of at most 26 digits each."""
    c = SPLITTER * a
    high = c - (c - a)
    return high, a - high


@compiled(nogil=True)
def _put_product(a: float, b: float, terms: Doubles, at: int) -> None:
    """a b as two floats that sum to it exactly, at `at` and `at + 1`."""
    product = a * b
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    terms[at] = a_low * b_low - (product - a_high * b_high - a_low * b_high - a_high * b_low)
    terms[at + 1] = product


@compiled(nogil=True)
def sum_sign(terms: Doubles) -> int:
    """The sign of the exact sum: the terms join an expansion, whose last component is the largest."""
    expansion, size = np.empty(len(terms)), 0
    for term in terms:
        carried, kept = term, 0
        for i in range(size):
            total = carried + expansion[i]
            part = total - carried
            rest = (carried - (total - part)) + (expansion[i] - part)
            carried = total
            if rest != 0.0:
                expansion[kept] = rest
                kept += 1
        if carried != 0.0:
            expansion[kept] = carried
            kept += 1
        size = kept
    return 0 if size == 0 else (1 if expansion[size - 1] > 0.0 else -1)


@compiled(nogil=True)
def dot(a: Doubles, x: Doubles) -> float:
    """Inner product <a, x>, rounded; off by at most d EPS sum |a_i x_i| (1 + O(EPS))."""
    total = 0.0
    for i in range(len(a)):
        total += a[i] * x[i]
    return total


@compiled(nogil=True)
def is_inside(a: Doubles, x: Doubles, b: float) -> bool:
    """Whether <a, x> >= b, exactly."""
    d, total, size = len(a), 0.0, 0.0
    for i in range(d):
        product = a[i] * x[i]
        total += product
        size += abs(product)
    error = (2 * d + 4) * EPS * size  # twice what it can be, with the rounding of the comparison's own sum
    if total - b > error:
        return True
    if total - b < -error:
        return False
    terms = np.empty(2 * d + 1)
    for i in range(d):
        _put_product(a[i], x[i], terms, 2 * i)
    terms[2 * d] = -b
    return sum_sign(terms) >= 0


@compiled(nogil=True)
def orientation(a: Doubles, b: Doubles, c: Doubles) -> int:
    """1 if a, b, c turn left, -1 if right, 0 on one line, exactly."""
    left, right = (b[0] - a[0]) * (c[1] - a[1]), (b[1] - a[1]) * (c[0] - a[0])
    error = 8 * EPS * (abs(left) + abs(right))  # Shewchuk's bound is 3 + 16 EPS of them
    if left - right > error:
        return 1
    if left - right < -error:
        return -1
    terms = np.empty(12)  # a_x a_y cancels
    _put_product(b[0], c[1], terms, 0)
    _put_product(-b[0], a[1], terms, 2)
    _put_product(-a[0], c[1], terms, 4)
    _put_product(-b[1], c[0], terms, 6)
    _put_product(b[1], a[0], terms, 8)
    _put_product(a[1], c[0], terms, 10)
    return int(sum_sign(terms))
