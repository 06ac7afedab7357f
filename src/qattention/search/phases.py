"""The phases of coherent runs: pairs (on the marked items, on the start state), radians, in order."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qattention.search.angles import theta

Floats = NDArray[np.float64]
Phases = tuple[tuple[float, float], ...]

EXACT = 1e-14  # a plain last step misses by less than this where cos(marked) is as near to -1
SPECIAL = (1, 2, 4, 8)  # n_items / n_marked at which `own_phases` of a matched run are not 1 and 2


def fixed_point_phases(iterations: int, eps: float) -> Phases:
    """Yoder, Low and Chuang's: alpha_j = -beta_(l-j+1) = 2 acot(tan(2 pi j / L) sqrt(1 - gamma**2)).

    L = 2 l + 1, 1/gamma = T_(1/L)(eps**-1/2) = cosh(acosh(eps**-1/2) / L) (arXiv:1409.3305, eq. 11; their
    delta**2 is eps). Their iterate puts exp(i beta) on the marked items and exp(-i alpha) on the start state.
    """
    order = 2 * iterations + 1
    gamma = 1.0 / math.cosh(math.acosh(eps**-0.5) / order)
    j = np.arange(1, iterations + 1)
    # acot(x) = atan2(1, x), in (0, pi)
    alpha = 2.0 * np.arctan2(1.0, np.tan(2.0 * math.pi * j / order) * math.sqrt(1.0 - gamma**2))
    beta = -alpha[::-1]
    return tuple(zip(beta.tolist(), (-alpha).tolist(), strict=True))


def exact_length(n_items: int, n_marked: int) -> int:
    """Least m whose phase-matched run cannot miss: ceil(pi / (4 theta) - 1/2) (Hoyer 2000; Long 2001)."""
    return int(exact_lengths(n_items, n_marked))


def exact_lengths(n_items: int, n_marked: ArrayLike) -> NDArray[np.float64]:
    """The same of counts of any shape, whole numbers."""
    short = math.pi / (4.0 * theta(n_items, n_marked)) - 0.5 - 1e-12
    return np.asarray(np.maximum(0.0, np.ceil(short)))


def last_step(n_items: int, n_marked: int) -> tuple[float, float]:
    """(marked, start) phases of the last of exact_length >= 1 iterations, the others being plain.

    They stop at a = (2 m - 1) theta, less than 2 theta short of pi/2; cos(marked) = -cot a cot 2 theta and
    cot(start / 2) = sin 2 theta tan a sin(marked) take the rest away (Brassard, Hoyer, Mosca, Tapp,
    quant-ph/0005055, theorem 4).
    """
    angle = float(theta(n_items, n_marked))
    before = (2 * exact_length(n_items, n_marked) - 1) * angle
    cosine = -1.0 / (math.tan(before) * math.tan(2.0 * angle))
    if cosine < EXACT - 1.0:
        return math.pi, math.pi
    marked = math.acos(min(1.0, cosine))
    return marked, 2.0 * math.atan2(1.0, math.sin(2.0 * angle) * math.tan(before) * math.sin(marked))


def exact_phases(n_items: int, n_marked: int) -> Phases:
    """Plain iterations, and `last_step`: two rotations in all at most (`own_phases`)."""
    n_plain = exact_length(n_items, n_marked) - 1
    return () if n_plain < 0 else ((math.pi, math.pi),) * n_plain + (last_step(n_items, n_marked),)


def own_phases(n_items: int, n_marked: int) -> tuple[int, int]:
    """(reflections with a phase other than -1, phases that are rotations) of `exact_phases`.

    Its last iteration has two rotations, but at four ratios: with a quarter of all items marked it is plain,
    with half of them both phases are S gates, with an eighth one is, and with all there is no iteration.
    """
    if not exact_length(n_items, n_marked):
        return 0, 0
    step = last_step(n_items, n_marked)
    return int(step != (math.pi, math.pi)), sum(not _is_quarter(angle) for angle in step)


def _is_quarter(angle: float) -> bool:
    """Whether a phase is a multiple of pi/2, a Clifford gate."""
    turns = angle / (math.pi / 2)
    return abs(turns - round(turns)) < 1e-10


def own_phases_of_all(n_items: int, n_marked: int) -> tuple[int, int]:
    """The same of the runs with 1 .. n_marked items left together."""
    special = [n_items // r for r in SPECIAL if n_items % r == 0 and n_items // r <= n_marked]
    phased, rotations = np.array([own_phases(n_items, t) for t in special], dtype=np.int64).reshape(-1, 2).T
    usual = n_marked - len(special)
    return usual + int(phased.sum()), 2 * usual + int(rotations.sum())


def matched_miss(n_items: int, n_marked: ArrayLike, promised: int) -> Floats:
    """Miss probability of the run matched to `promised` marked items, n_marked being marked; any shape.

    The run's last step acts on the state (sin a, cos a) that its plain iterations leave.
    """
    angle, length = theta(n_items, n_marked), exact_length(n_items, promised)
    state = np.stack([np.sin((2 * length - 1) * angle), np.cos((2 * length - 1) * angle)])
    if length:
        marked, start = np.exp(1j * np.array(last_step(n_items, promised)))
        turned = np.sin(angle) * marked * state[0] + np.cos(angle) * state[1]
        missed = np.abs(state[1] + (start - 1.0) * turned * np.cos(angle)) ** 2
    else:
        missed = np.cos(angle) ** 2
    counts = np.asarray(n_marked)
    return np.asarray(np.where(counts == 0, 1.0, np.where(counts == n_items, 0.0, np.minimum(missed, 1.0))))
