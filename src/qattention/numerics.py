"""Signed fixed point, canonical signed digits and integer arithmetic that is exact at every width."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.errors import SpecError, bad

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
AnyIntArray = NDArray[Any]  # int64, or object (Python integers) where 64 bits could overflow

MAX_BITS = 64  # widest fixed-point word: an int64 holds it
INT64_DIGIT_BITS = 62  # `signed_digits` adds v + (v >> 1): |v| <= 2**62 keeps the sum inside int64


@attrs.frozen(kw_only=True, eq=False)
class FixedPointArray:
    """Two's complement fixed point: x is about `values * step`.

    Attributes:
        values: int64, any shape, each in -2**(bits - 1) .. 2**(bits - 1) - 1.
        step: the value of one unit, in the units of x; positive.
        bits: word width, sign bit included.
    """

    values: IntArray
    step: float
    bits: int

    def to_float(self) -> FloatArray:
        """`values * step`, the reals that the words stand for."""
        return self.values.astype(np.float64) * self.step


def quantise(x: ArrayLike, bits: int, field: str = "bits") -> FixedPointArray:
    """Round `x` to `bits`-bit words, symmetric, one step a tensor (PAPER.md, section 4).

    The step is max|x| / max(1, 2**(bits - 1) - 1), so that for bits >= 2 nothing is clipped and no entry
    moves by more than step / 2 (plus float64 rounding). One bit holds only {-1, 0}: positives become 0.
    An all-zero tensor has step 1. Raises SpecError (naming `field`) unless 1 <= bits <= 64 and x is finite.
    """
    check_bits(field, bits)
    real = np.asarray(x, dtype=np.float64)
    if not np.isfinite(real).all():
        raise SpecError(bad("x", "NaN or infinity", "finite"))
    peak = float(np.max(np.abs(real), initial=0.0))
    step = _step(peak, max(1, 2 ** (bits - 1) - 1)) if peak else 1.0
    scaled = np.rint(real / step)
    if bits == 1:  # the only width that clips
        scaled = np.minimum(scaled, 0.0)
    return FixedPointArray(values=scaled.astype(np.int64), step=step, bits=bits)


def _step(peak: float, n_levels: int) -> float:
    """peak / n_levels, an ulp or two up where float64 rounding would carry the peak beyond n_levels."""
    step = max(peak / n_levels, float(np.finfo(np.float64).smallest_subnormal))
    while peak / step >= n_levels + 0.5:  # subnormal quotients, and words wider than 53 bits
        step = math.nextafter(step, math.inf)
    return step


def check_bits(field: str, bits: int) -> None:
    """Raise SpecError unless `bits` is an integer in 1..64."""
    if isinstance(bits, bool) or not isinstance(bits, int | np.integer) or not 1 <= bits <= MAX_BITS:
        raise SpecError(bad(field, bits, f"an integer in 1..{MAX_BITS}"))


def signed_digits(values: ArrayLike, n_bits: int) -> NDArray[np.int8]:
    """Canonical signed digits (non-adjacent form): no two neighbours non-zero, fewest non-zero digits.

    Args:
        values: integers of any shape with |v| <= 2**n_bits; object dtype (Python integers) allowed.
        n_bits: at least 0.
    Returns:
        int8 in {-1, 0, 1}, shape values.shape + (n_bits + 1,); index e weighs 2**e.
    Raises:
        SpecError: a value is not an integer or out of range.
    References:
        H. Prodinger, On binary representations of integers with digits -1, 0, 1, Integers 0 (2000), A8:
        the digits are those of 3v/2 minus those of v/2 where the two differ; two's complement carries signs.
    """
    v = _integers(values, n_bits)
    half = np.asarray(v >> 1, dtype=v.dtype)
    total = np.asarray(v + half, dtype=v.dtype)
    differ = total ^ half
    plus, minus = np.asarray(total & differ, dtype=v.dtype), np.asarray(half & differ, dtype=v.dtype)
    digits = np.empty((*v.shape, n_bits + 1), dtype=np.int8)
    for e in range(n_bits + 1):  # a column at a time: no temporary larger than `values`
        digits[..., e] = ((plus >> e) & 1) - ((minus >> e) & 1)
    return digits


def _integers(values: ArrayLike, n_bits: int) -> AnyIntArray:
    """`values` as int64 where `signed_digits` cannot overflow, else as Python integers."""
    raw = np.asarray(values)
    if raw.size == 0:
        return np.zeros(raw.shape, dtype=np.int64)
    flat = raw.ravel().tolist() if raw.dtype.kind not in "iu" else [raw.min().item(), raw.max().item()]
    if not all(type(x) is int or isinstance(x, np.integer) for x in flat):  # a bool is neither
        raise SpecError(bad("values", f"dtype {raw.dtype}", "integers"))
    extreme = max((int(x) for x in flat), key=abs)
    if abs(extreme) > 2**n_bits:
        raise SpecError(bad("values", extreme, f"at most 2**{n_bits} in magnitude"))
    if n_bits <= INT64_DIGIT_BITS:
        return raw.astype(np.int64)
    return python_integers(raw)


def python_integers(values: ArrayLike) -> AnyIntArray:
    """The same integers as an object array of Python integers, which never overflow."""
    return np.asarray(np.frompyfunc(int, 1, 1)(np.asarray(values)), dtype=object)


def exact_matmul(a_int: AnyIntArray, b_int: AnyIntArray, bits_a: int, bits_b: int) -> AnyIntArray:
    """`a_int @ b_int.T` with no rounding and no overflow.

    Args:
        a_int: shape (n, d), words of `bits_a` bits. b_int: shape (m, d), words of `bits_b` bits.
    Returns:
        Shape (n, m): int64 where d * 2**(bits_a + bits_b - 2) fits, otherwise object (Python integers).
    """
    largest = a_int.shape[-1] * 2 ** max(0, bits_a + bits_b - 2)
    if largest <= 2**53:  # every partial sum is an integer that such a float holds: BLAS is exact
        kind = np.float32 if largest <= 2**24 else np.float64
        return (a_int.astype(kind) @ b_int.T.astype(kind)).astype(np.int64)
    if largest < 2**63:
        return a_int.astype(np.int64) @ b_int.T.astype(np.int64)
    product: AnyIntArray = python_integers(a_int) @ python_integers(b_int).T
    return product


def integer_threshold(tau: ArrayLike, step: ArrayLike | Fraction) -> AnyIntArray:
    """The smallest integers T with T * step >= tau, in exact rational arithmetic.

    So `acc >= T` says exactly `acc * step >= tau` for every integer acc; a tie at tau counts as heavy.

    Args:
        tau: finite floats (or Fractions), any shape. step: positive and finite; one, or one for each tau.
    Returns:
        Object array of Python integers, tau.shape (0-d for a scalar: `.item()` is the integer).
    Raises:
        SpecError: tau or step is not finite, or step is not positive.
    """
    raw = np.asarray(tau)
    flat = raw.ravel().tolist()  # Python floats, or the Fractions themselves
    steps = np.broadcast_to(np.asarray(step), raw.shape).ravel().tolist()
    for unit in steps:
        if not (math.isfinite(unit) and unit > 0):
            raise SpecError(bad("step", unit, "positive and finite"))
    if not all(math.isfinite(x) for x in flat):
        raise SpecError(bad("tau", "NaN or infinity", "finite"))
    thresholds = np.empty(raw.size, dtype=object)
    thresholds[:] = [math.ceil(Fraction(x) / Fraction(unit)) for x, unit in zip(flat, steps, strict=True)]
    return thresholds.reshape(raw.shape)
