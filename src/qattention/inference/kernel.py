"""The compiled loop over rows. Nothing of size n x n is made; a row's scratch is |S_i| + 2 d_v numbers.

Sums may be reordered and fused (`reassoc`, `contract`) so that they run in vector registers; infinities stay
meaningful, since a row without light keys has the fill exp(-inf).

Apart from `infer` because it is the compiled loop, which takes nothing but arrays and numbers.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import compiled
from qattention.inference.packed import Indices

Floats = NDArray[np.floating]
Doubles = NDArray[np.float64]

VECTORS = {"reassoc", "contract", "nsz"}
ONE, MEAN_LOGIT, FIRST_ORDER, DROP, GIVEN = range(5)  # fills as the loop knows them; GIVEN: one log a row


@compiled(nogil=True)
def all_within(array: Floats, bound: float) -> bool:
    """Whether every entry of a matrix is a number of at most this magnitude."""
    for row in range(array.shape[0]):
        sound = True
        for column in range(array.shape[1]):  # NaN fails the comparison
            sound &= abs(array[row, column]) <= bound
        if not sound:
            return False
    return True


@compiled(nogil=True, fastmath=VECTORS)
def _add_key(key: Floats, value: Floats, key_sum: Doubles, value_sum: Doubles) -> None:
    """One key more in the running sums."""
    for c in range(len(key)):
        key_sum[c] += key[c]
    for e in range(len(value)):
        value_sum[e] += value[e]


@compiled(nogil=True, fastmath=VECTORS)
def _add_product(key: Floats, value: Floats, products: Doubles) -> None:
    """k_j v_j^T more in the running sum of the first-order fill."""
    for c in range(len(key)):
        for e in range(len(value)):
            products[c, e] += key[c] * value[e]


@compiled(nogil=True, fastmath=VECTORS)
def _write_logits(
    query: Floats, k: Floats, scale: float, keys: Indices, logits: Floats
) -> tuple[float, float]:
    """scale <q_i, k_j> of the heavy keys to `logits`; returns their maximum (-inf for none) and their sum."""
    peak, total = -np.inf, 0.0
    for p in range(len(keys)):
        j = keys[p]
        dot = query[0] * k[j, 0]
        for c in range(1, len(query)):
            dot += query[c] * k[j, c]
        logits[p] = dot * scale
        peak = max(peak, logits[p])
        total += logits[p]
    return peak, total


@compiled(nogil=True, fastmath=VECTORS)
def _mean_log(query: Floats, scale: float, key_sum: Doubles, heavy_total: float, n_light: int) -> float:
    """mu_i, the mean light logit."""
    every = 0.0
    for c in range(len(query)):
        every += query[c] * key_sum[c]
    return (scale * every - heavy_total) / n_light


@compiled(nogil=True, fastmath=VECTORS)
def _write_numerator(
    logits: Floats,
    keys: Indices,
    v: Floats,
    shift: float,
    gamma: float,
    linear: bool,
    numerator: Floats,
) -> float:
    """sum over S_i of (exp(L_ij) - fill) v_j, divided by exp(shift); returns the same sum of the weights.

    With `linear` the fill is exp(gamma) (1 + L_ij - gamma) in the numerator; in the normaliser it sums to
    exp(gamma) a key all the same.
    """
    filled, total = math.exp(gamma - shift), 0.0
    numerator[:] = 0.0
    for p in range(len(keys)):
        j, heavy = keys[p], math.exp(logits[p] - shift)
        total += heavy - filled
        instead = filled * (1.0 + logits[p] - gamma) if linear else filled
        logits[p] = heavy - instead  # rounded to the arrays' own type, as all of the sum below is
        weight = logits[p]
        for e in range(len(numerator)):
            numerator[e] += weight * v[j, e]
    return total


@compiled(nogil=True, fastmath=VECTORS)
def _write_linear(query: Floats, scale: float, products: Doubles, linear: Doubles) -> None:
    """The sum over visible keys of L_ij v_j, from that of k_j v_j^T."""
    linear[:] = 0.0
    for c in range(len(query)):
        factor = scale * query[c]
        for e in range(len(linear)):
            linear[e] += factor * products[c, e]


@compiled(nogil=True, fastmath=VECTORS)
def infer_rows(
    q: Floats,
    k: Floats,
    v: Floats,
    scale: float,
    starts: Indices,
    keys: Indices,
    n_seen: Indices,
    fill: int,
    given: Doubles,
    key_sum: Doubles,
    value_sum: Doubles,
    products: Doubles,
    n_summed: int,
    out: Floats,
) -> None:
    """Write D(B)^-1 B V of every row to `out`, shape (n_rows, d_v).

    `n_seen` never falls. The sums stand for the first `n_summed` keys and run along with the rows: prefix
    sums in place, O(n (d + d_v)) in all (O(n d d_v) with the first-order fill).
    """
    logits = np.empty(np.max(np.diff(starts)), q.dtype)
    numerator, logit_sum = np.empty(v.shape[1], q.dtype), np.zeros(v.shape[1])
    for row in range(len(q)):
        for j in range(n_summed, n_seen[row]):
            _add_key(k[j], v[j], key_sum, value_sum)
            if fill == FIRST_ORDER:
                _add_product(k[j], v[j], products)
        n_summed = n_seen[row]
        heavy = keys[starts[row] : starts[row + 1]]
        n_light = n_seen[row] - len(heavy)
        linear = fill == FIRST_ORDER and n_light > 0
        peak, total = _write_logits(q[row], k, scale, heavy, logits)
        gamma = 0.0
        if n_light == 0 or (fill == DROP and len(heavy) > 0):
            gamma = -np.inf
        elif fill == GIVEN:
            gamma = given[row]
        elif fill in (MEAN_LOGIT, FIRST_ORDER):
            gamma = _mean_log(q[row], scale, key_sum, total, n_light)
        shift = max(peak, gamma)
        filled = math.exp(gamma - shift)
        above = _write_numerator(logits, heavy, v, shift, gamma, linear, numerator)
        if linear:
            _write_linear(q[row], scale, products, logit_sum)
        denominator = above + filled * n_seen[row]
        factor = 1.0 - gamma if linear else 1.0
        for e in range(len(numerator)):
            rank_one = filled * (factor * value_sum[e] + logit_sum[e])
            out[row, e] = (numerator[e] + rank_one) / denominator
