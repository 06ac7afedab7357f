"""How far D(B)^-1 B is from attention, and the bounds that are exactly true (PAPER.md, section 3).

P = D(A)^-1 A and P~ = D(B)^-1 B. Light logits of a row lie in [alpha, beta], the fill is exp(gamma).
"""

from __future__ import annotations

import attrs
import numpy as np

from qattention.problem import AttentionHead
from qattention.reference.exact import FloatArray, attention, logit_blocks, softmax
from qattention.reference.light import LightLogits
from qattention.reference.sparse import SparseAttentionMatrix, sparse_attention


@attrs.frozen(kw_only=True, eq=False)
class WeightErrors:
    """Measured, shape (n_rows,) each: the l1 norm and the largest entry of each row of |P - P~|."""

    row_l1: FloatArray
    max_entry: FloatArray


def weight_errors(head: AttentionHead, b: SparseAttentionMatrix) -> WeightErrors:
    """Measure P - P~ row by row; O(n_rows n_keys d)."""
    row_l1, max_entry = np.empty(len(b.rows)), np.empty(len(b.rows))
    for positions, block in logit_blocks(head, b.rows):
        difference = np.abs(softmax(block, head.sink) - b.weights(positions))
        row_l1[positions], max_entry[positions] = difference.sum(axis=1), difference.max(axis=1)
    return WeightErrors(row_l1=row_l1, max_entry=max_entry)


def spread(light: LightLogits, fill_log: FloatArray) -> FloatArray:
    """The width of the smallest interval that holds a row's light logits and its gamma; 0 without light."""
    high, low = np.fmax(light.high, fill_log), np.fmin(light.low, fill_log)
    return np.where(light.count == 0, 0.0, high - np.where(light.count == 0, 0.0, low))


def spread_bound(light: LightLogits, fill_log: FloatArray) -> FloatArray:
    """Row l1 of P - P~ <= 2 tanh(width / 4), width = beta - alpha with gamma inside (section 3, tight).

    With gamma = 0 and light logits in [-eta, 0] this is the paper's O(eta): 2 tanh(eta / 4) < eta / 2.
    """
    bound: FloatArray = 2 * np.tanh(spread(light, fill_log) / 4)
    return bound


def row_l1_bound(light: LightLogits, b: SparseAttentionMatrix) -> FloatArray:
    """The best exact bound on the row l1 of P - P~ that the light logits' range and masses give.

    Let t and t~ be the weights of the light keys in P and in P~. The heavy parts are proportional, so they
    differ by |t - t~|; the light parts by at most |t - t~| + min(t, t~) 2 tanh(width / 4), because their
    conditional distributions obey the bound above with nothing heavy. Never above `spread_bound`.
    """
    tail, filled = light.tail_mass, fill_mass(light, b)
    if b.linear:
        return _first_order_bound(light, b, tail, filled)
    own_width = np.where(light.count == 0, 0.0, light.high - light.low)  # uniform against the light keys
    with_masses = 2 * np.abs(tail - filled) + 2 * np.minimum(tail, filled) * np.tanh(own_width / 4)
    bound: FloatArray = np.minimum(spread_bound(light, b.fill_log), with_masses)
    return bound


def _first_order_bound(
    light: LightLogits, b: SparseAttentionMatrix, tail: FloatArray, filled: FloatArray
) -> FloatArray:
    """Row l1 of P - P~ for the first-order fill; O(eta^2).

    With x = L - mu over the light keys, of mean 0, r = mean(e^x - 1 - x) >= 0 and c = mean |1 + x|: the light
    keys' conditional distributions e^x / (1 + r) and 1 + x, over their number, differ by at most
    (r + c r) / (1 + r), as e^x >= 1 + x. So t p - t~ p~ is at most t of that and |t - t~| c; the heavy parts
    differ by |t - t~|. c is 1 unless some x < -1, and never above 1 + 2 max(0, -1 - x).
    """
    none = light.count == 0
    count, low = np.maximum(light.count, 1), np.where(none, 0.0, light.low)
    log_mean = np.where(none, 0.0, light.log_sum - np.log(count) - b.mean_log)  # of 1 + r
    share = -np.expm1(-np.maximum(log_mean, 0.0))  # r / (1 + r)
    negative = 1 + 2 * np.maximum(0.0, b.mean_log - low - 1)
    differ = np.abs(tail - filled)
    bound: FloatArray = differ * (1 + negative) + tail * share * (1 + negative)
    return bound


def fill_mass(light: LightLogits, b: SparseAttentionMatrix) -> FloatArray:
    """Weight t~_i of the light keys in P~, shape (n_rows,)."""
    return np.exp(b.fill_log - b.log_normaliser) * light.count


def output_bound(head: AttentionHead, row_l1: FloatArray) -> FloatArray:
    """Entries of (P - P~) V <= row_l1 / 2 * (max V - min V) by column: shape (n_rows, d_v).

    Rows of P - P~ sum to 0, so V may be centred; a bound on the largest entry alone would lose a factor n. A
    sink is a heavy key whose value is 0.
    """
    values = head.v if head.sink is None else np.vstack([head.v, np.zeros(head.v_dim)])
    return row_l1[:, None] / 2 * np.ptp(values, axis=0)


def log_normaliser_bounds(light: LightLogits, fill_log: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Bounds on log D(A) - log D(B): [min(alpha - gamma, 0), max(beta - gamma, 0)].

    Light logits in [-eta, 0] and gamma = 0 give e^-eta D(B) <= D(A) <= D(B).
    """
    none = light.count == 0
    low = np.minimum(np.where(none, 0.0, light.low) - np.where(none, 0.0, fill_log), 0.0)
    high = np.maximum(np.where(none, 0.0, light.high) - np.where(none, 0.0, fill_log), 0.0)
    return low, high


@attrs.frozen(kw_only=True)
class OutputError:
    """The output D(B)^-1 B V against exact attention, over the rows of B.

    Attributes:
        max_abs: largest absolute difference of an entry.
        relative_frobenius: norm of the difference over the norm of exact attention.
        bound: what no entry can exceed (`row_l1_bound`, `output_bound`); the largest over rows and columns.
        tail_mass: the attention weight outside S_i, largest over rows.
    """

    max_abs: float
    relative_frobenius: float
    bound: float
    tail_mass: float


def output_error(
    head: AttentionHead, b: SparseAttentionMatrix, light: LightLogits, exact: FloatArray | None = None
) -> OutputError:
    """Compare Algorithm 2 on B with exact attention (recomputed unless given)."""
    want = attention(head, b.rows) if exact is None else exact
    difference = sparse_attention(head, b) - want
    norm = float(np.linalg.norm(want))
    return OutputError(
        max_abs=float(np.abs(difference).max()),
        relative_frobenius=float(np.linalg.norm(difference)) / norm if norm else 0.0,
        bound=float(output_bound(head, row_l1_bound(light, b)).max()),
        tail_mass=float(light.tail_mass.max()),
    )


def rank_obstruction(n_matching: int, n_heavy: int, light_to_heavy: float) -> float:
    """The least d that (PAPER.md, 3.4) allows: m / (k + m (eta / s)^2).

    Args:
        n_matching: m, heavy pairs of which no two share a row or a key.
        n_heavy: k, heavy keys a row. light_to_heavy: eta / s, light over heavy logit magnitude.
    """
    return n_matching / (n_heavy + n_matching * light_to_heavy**2)
