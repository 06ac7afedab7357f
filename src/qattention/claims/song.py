"""The row query of Song, Xue, Zhang and Zhang (arXiv:2602.00874) in gates.

Preprocessing draws samples by amplitude amplification over the n rows: about sqrt(n s) of keys, whose
leverage scores take s kernel entries of d products each and an s x s form, and sqrt(n alpha) of values; an
eps^-1 more of all. Here each sample is read by a look-up (w = d b bits), and each product is a sum of shifted
words, since landmarks are known numbers. Exponentials, amplification's reflections and logarithms cost
nothing: the kindest reading.

Apart from `registry` because it prices another paper's algorithm in gates, where the registry reads
formulas.
"""

from __future__ import annotations

import math

import attrs

from qattention.claims.memories import look_up_toffoli
from qattention.claims.parameters import Parameters

KEY_BITS = 8  # of a component, as everywhere here unless told otherwise
# And's of a product of a b-bit word with a known b-bit number, an adder a signed digit that is not 0, of
# which there are b / 3 (H. Prodinger, Integers 0 (2000), A8).
PRODUCT_TOFFOLI = KEY_BITS**2 / 3


@attrs.frozen(kw_only=True)
class RowQuery:
    """Counts of the preprocessing that a first row needs, and of a further row.

    Attributes:
        key_reads, value_reads: samples, each a look-up.
        products: multiply-adds in superposition.
        row_products: classical ones of each row afterwards, s^2 + s d.
        look_up_toffoli: one look-up and its unload, in gates.
        toffoli: of the preprocessing with look-ups in gates.
        toffoli_free_look_ups: with look-ups that cost nothing.
    """

    key_reads: float
    value_reads: float
    products: float
    row_products: float
    look_up_toffoli: int
    toffoli: float
    toffoli_free_look_ups: float


def row_query(parameters: Parameters, n: int | None = None) -> RowQuery:
    """At n keys, the head's own unless given; s and alpha as measured."""
    n = parameters.n if n is None else n
    s, alpha, d = parameters.statistical_dimension, parameters.row_distortion, parameters.head_dim
    assert s is not None  # `Claim.missing` is asked before
    assert alpha is not None
    root = math.sqrt(n) / parameters.eps
    keys, values = root * math.sqrt(s), root * math.sqrt(alpha)
    row_products = s**2 + s * d
    products = keys * row_products + values * d
    each = look_up_toffoli(n, d * KEY_BITS)
    arithmetic = products * PRODUCT_TOFFOLI
    return RowQuery(
        key_reads=keys,
        value_reads=values,
        products=products,
        row_products=row_products,
        look_up_toffoli=each,
        toffoli=(keys + values) * each + arithmetic,
        toffoli_free_look_ups=arithmetic,
    )


def preprocessing(parameters: Parameters, n: float) -> float:
    """The cost eps^-1 n^.5 (s^2.5 + s^1.5 d + alpha^.5 d) of all rows, constants and logarithms 1."""
    s, alpha, d = parameters.statistical_dimension, parameters.row_distortion, parameters.head_dim
    assert s is not None
    assert alpha is not None
    return math.sqrt(n) / parameters.eps * (s**2.5 + s**1.5 * d + math.sqrt(alpha) * d)


def further_row(parameters: Parameters) -> float:
    """The cost s^2 + s d of each row after that."""
    s = parameters.statistical_dimension
    assert s is not None
    return s**2 + s * parameters.head_dim
