"""The shortest polynomial that misses little where a history lacks most: a Remez exchange.

Of all odd polynomials of degree 2 l + 1 in x = cos(angle) with |p| <= limit at given angles, the one with
the greatest p(1) takes the limits at l + 1 angles with alternating signs (Chebyshev; x, x^3, .. is a Haar
system on (0, 1)). If that p(1) is at least 1, p / p(1) is a miss amplitude within the limits. Its l sign
changes make all its roots real, so |p| >= 1 outside [-1, 1], as phases need (docs/search.md).

Apart from `adaptive_policy` because it is the Remez exchange for one polynomial, whatever that is for.
"""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qattention.compiled import compiled
from qattention.search.angles import theta

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

PER_LOBE = 10  # angles a lobe of p at which |p| <= CAP is asked for
CAP = 0.985  # leaves room for what p does between them, (pi / 2 / PER_LOBE)**2 / 2
FIRST = 0.6  # |p| <= CAP is asked for from this many marked items on; before its first root p falls anyway
MOST_STEPS = 40
CLOSE = 1e-3  # relative excess over the limits at which the exchange ends
FOLDED = 0.8  # folded angles below this are left to other runs: p is near 1 at 0
MARGIN = 0.02  # nats: what p may rise between the counts of one cell


@frozen(kw_only=True, eq=False)
class Limits:
    """|p| <= limit at angles in (0, pi / 2), ascending; both (g,)."""

    angles: Floats
    limit: Floats


def limits(n_items: int, stride: int, lacking: Floats, n_lobes: int) -> Limits:
    """What covers `lacking` (n,) nats at 1..n of n_items marked; folded angles near 0 are left out.

    Counts closer to each other than the grid for n_lobes lobes are represented by the one that lacks most.
    """
    counts = np.arange(1, len(lacking) + 1)
    angle = stride * theta(n_items, counts)
    folded = np.where(angle <= 0.5, angle, np.arccos(np.minimum(np.abs(np.cos(angle)), 1.0)))
    step = np.pi / 2.0 / (PER_LOBE * n_lobes)
    far = (angle <= np.pi / 2.0) | (folded > FOLDED)
    asked = np.flatnonzero(far & (lacking > 0) & (folded < np.pi / 2.0 - 1e-6))
    alone = np.diff(angle, append=np.inf)[asked] > step
    order = asked[~alone][np.lexsort((lacking[asked[~alone]], np.floor(folded[asked[~alone]] / step)))]
    cells = np.floor(folded[order] / step)
    worst = order[np.append(np.diff(cells) != 0, True)] if len(order) else order
    grid = np.arange(np.sqrt(FIRST) * angle[0], np.pi / 2.0 - step / 4.0, step)
    angles = np.concatenate([grid, folded[asked[alone]], folded[worst]])
    nats = np.concatenate([np.zeros(len(grid)), lacking[asked[alone]], lacking[worst] + MARGIN])
    order = np.lexsort((-nats, angles))
    distinct = order[np.append(True, np.diff(angles[order]) > 1e-9)]
    return Limits(angles=angles[distinct], limit=CAP * np.exp(-nats[distinct] / 2.0))


def extremal_roots(within: Limits, n_roots: int) -> Floats | None:
    """Roots u_j (n_roots,) ascending of the polynomial with the greatest p(1); None if it is below 1."""
    if len(within.angles) <= 2 * n_roots:
        return None
    sines, cosines = np.sin(within.angles) ** 2, np.cos(within.angles)
    first, last = within.angles[[0, -1]]
    even = first + (np.arange(n_roots + 1) + 0.5) * (last - first) / (n_roots + 1)
    nodes = np.unique(np.searchsorted(within.angles, even))
    signs = (-1.0) ** np.arange(n_roots + 1)
    for _ in range(MOST_STEPS):
        if len(nodes) != n_roots + 1:
            return None
        at = sines[nodes]
        masses = _weights(at) * within.limit[nodes] / cosines[nodes]
        weights, values = _weights(at) * signs, signs * within.limit[nodes] / cosines[nodes]
        p = _interpolate(sines, at, weights, values)
        p[nodes] = values
        at_one = np.sum(masses / at) / abs(np.sum(weights / at))
        if at_one < 1.0:
            return None  # an upper bound on what any such polynomial reaches
        excess = np.abs(p) * cosines / within.limit
        if at_one >= excess.max() or excess.max() <= 1.0 + CLOSE:
            return _roots(at, masses) if at_one >= excess.max() else None
        nodes = _exchange(p, excess)
    return None


def _weights(at: Floats) -> Floats:
    """Moduli of the barycentric weights of nodes (l + 1,), the largest 1."""
    gaps = np.abs(at[:, None] - at)
    np.fill_diagonal(gaps, 1.0)
    logs = -np.log(gaps).sum(axis=1)
    return np.asarray(np.exp(logs - logs.max()))


@compiled(error_model="numpy")
def _interpolate(where: Floats, at: Floats, weights: Floats, values: Floats) -> Floats:
    """The polynomial through (at, values), (l + 1,), by its barycentric form; not a number on the nodes."""
    result = np.empty_like(where)
    for i in range(len(where)):
        above = below = 0.0
        for j in range(len(at)):
            ratio = weights[j] / (where[i] - at[j])
            above += ratio * values[j]
            below += ratio
        result[i] = above / below
    return result


def _exchange(p: Floats, excess: Floats) -> Ints:
    """Where the excess is greatest between two sign changes of p."""
    part = np.concatenate([[0], np.cumsum(np.signbit(p[1:]) != np.signbit(p[:-1]))])
    order = np.lexsort((excess, part))
    return np.asarray(order[np.append(np.diff(part[order]) != 0, True)])


def _roots(at: Floats, masses: Floats) -> Floats:
    """Zeros of sum of masses / (u - at), all masses positive: one between any two nodes.

    They are the eigenvalues of diag(at) on the complement of the vector of square roots of the masses.
    """
    vector = np.sqrt(masses / masses.sum())
    projected = np.diag(at) - np.outer(vector, at * vector)
    projected -= np.outer(projected @ vector, vector)
    return np.asarray(np.linalg.eigvalsh((projected + projected.T) / 2.0)[1:])


def shortest_roots(n_items: int, stride: int, lacking: Floats, most: int) -> Floats | None:
    """The fewest roots <= most that cover `lacking` where limits() asks for it; None if there are none."""
    if most < 1:
        return None
    within = limits(n_items, stride, lacking, most)
    low, high, best = 0, most + 1, None
    probe = max(1, math.floor(0.75 * most))
    while high - low > 1:
        roots = extremal_roots(within, probe)
        low, high, best = (probe, high, best) if roots is None else (low, probe, roots)
        probe = (low + high) // 2
    return best
