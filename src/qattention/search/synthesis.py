"""Phases of runs whose miss amplitude is a given polynomial with real roots (quantum signal processing).

Low, Yoder, Chuang (arXiv:1603.03996): a real odd p with |p| <= 1 on [-1, 1] and |p| >= 1 outside is an
amplitude; the other one is sin(a) q with 1 - p**2 = (1 - x**2) |q|**2. The phases are stripped off layer by
layer.

Apart from `actions` because finding phases of a polynomial is quantum signal processing, for any
polynomial.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qattention.errors import CheckFailed
from qattention.search.phases import Phases
from qattention.search.polynomial import amplitude

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

TOLERANCE = 1e-9  # by which the amplitude that the phases give may differ from the polynomial
MOST_STEPS = 60  # of Aberth's iteration and of the bisection, which halves to the last bit


@lru_cache(maxsize=512)
def polynomial_phases(roots: tuple[float, ...], stride: int = 1) -> Phases:
    """(marked, start) phases of the run of actions.Polynomial, radians.

    Raises CheckFailed if the phases do not give the polynomial within TOLERANCE at every angle looked at.
    """
    at = np.array(roots)
    angles = _strip(at)
    _check(at, angles)
    # The last acts on the readout alone. A rotation back by a is one forth between two phases pi.
    turned = np.flip(angles[1:]) + np.pi
    return _strided(list(zip(turned[::2].tolist(), (-turned[1::2]).tolist(), strict=True)), stride)


def _strided(pairs: list[tuple[float, float]], stride: int) -> Phases:
    """(stride - 1) / 2 Grover iterations prepare the start state; its phase takes as many back and forth."""
    plain = ((np.pi, np.pi),) * ((stride - 1) // 2)
    if not plain:
        return tuple(pairs)
    strided = [plain]
    for marked, start in pairs:
        strided.append(((marked, np.pi), *plain[1:], (np.pi, start), *plain))
    return tuple(pair for part in strided for pair in part)


def complement(roots: Floats) -> Complexes:
    """Zeros v_e (l,) of q in sin^2(a): one of each conjugate pair of zeros of (1 - p**2) / sin^2(a).

    Between two roots of p, and past the last, |p| has one maximum, below 1; continued from it into the
    complex plane p**2 = 1 at one conjugate pair. Which of a pair is taken is free; sides that alternate, as
    those of the fixed-point phases do, keep the stripping stable.
    """
    peaks = _peaks(roots)
    curvature = (1.0 / (1.0 - peaks)) ** 2 + 2.0 * np.sum(1.0 / (peaks[:, None] - roots) ** 2, axis=1)
    height = -2.0 * np.log(np.maximum(amplitude(peaks, roots), 1e-300))
    zeros = peaks + 1j * np.sqrt(2.0 * height / curvature)
    for _ in range(MOST_STEPS):
        step = _aberth_step(zeros, roots)
        zeros = zeros - step
        zeros = zeros.real + 1j * np.abs(zeros.imag)
        if np.max(np.abs(step / zeros), initial=0.0) < 1e-14:
            break
    alternate = np.arange(len(roots)) % 2 == 0
    return np.asarray(np.where(alternate, zeros, zeros.conj()))


def _peaks(roots: Floats) -> Floats:
    """Where |p| is greatest between two roots, by bisection of its logarithmic derivative."""
    low, high = roots.copy(), np.append(roots[1:], 1.0)
    for _ in range(MOST_STEPS):
        middle = (low + high) / 2.0
        rises = _log_slope(middle, roots).real > 0
        low, high = np.where(rises, middle, low), np.where(rises, high, middle)
    return np.asarray((low + high) / 2.0)


def _log_slope(at: NDArray[np.inexact], roots: Floats) -> NDArray[np.inexact]:
    """Derivative of log p**2 in sin^2(a)."""
    return np.asarray(-1.0 / (1.0 - at) + 2.0 * np.sum(1.0 / (at[:, None] - roots), axis=1))


def _aberth_step(zeros: Complexes, roots: Floats) -> Complexes:
    """One step towards all zeros of (1 - p**2) / sin^2(a) at once; their conjugates are zeros too."""
    square = 1.0 - zeros
    for root in roots:
        square = square * (1.0 - zeros / root) ** 2
    newton = -square * _log_slope(zeros, roots) / (1.0 - square) - 1.0 / zeros
    apart = zeros[:, None] - zeros
    np.fill_diagonal(apart, np.inf)
    others = np.sum(1.0 / apart, axis=1) + np.sum(1.0 / (zeros[:, None] - zeros.conj()), axis=1)
    return np.asarray(1.0 / (newton - others))


def _coefficients(roots: Floats) -> tuple[Complexes, Complexes]:
    """Of p in cos(a), cos(3 a), .. and of sin(a) q in sin(a), sin(3 a), ..: (l + 1,) each."""
    order = np.arange(1, 2 * len(roots) + 2, 2)
    n = 4 * (len(order) + 1)
    angle = np.pi / 2.0 * (np.arange(n) + 0.5) / n
    sines = np.sin(angle) ** 2
    p = np.cos(angle)
    for root in roots:
        p = p * (1.0 - sines / root)
    q = np.sin(angle) * np.sqrt(1.0 + 2.0 * np.sum(1.0 / roots)) + 0j
    for zero in complement(roots):
        q = q * (1.0 - sines / zero)
    product = np.outer(order, angle)
    return 2.0 / n * np.cos(product) @ p + 0j, 2.0 / n * np.sin(product) @ q


def _strip(roots: Floats) -> Floats:
    """The phases (2 l + 1,) of the marked amplitude before each rotation by -a that lowers the degree by one.

    Amplitudes are kept as coefficients of cos(j a) and sin(j a), j of one parity, ascending.
    """
    even, odd = _coefficients(roots)
    angles = []
    for degree in range(2 * len(roots) + 1, 0, -1):
        angles.append(float(np.angle(odd[-1] / even[-1])))
        odd = odd * np.exp(-1j * angles[-1])
        down, up = (even + odd) / 2.0, (even - odd) / 2.0
        if degree % 2:
            even, odd = down, down.copy()
            even[1:], odd[1:] = even[1:] + up[:-1], odd[1:] - up[:-1]
            odd[0] = 0.0  # sin(0)
        else:
            even, odd = down[1:] + up[:-1], down[1:] - up[:-1]
            even[0], odd[0] = even[0] + down[0], odd[0] - down[0]  # j = -1
    return np.array(angles)


def _check(roots: Floats, angles: Floats) -> None:
    """The amplitudes at many angles, built up again."""
    angle = np.linspace(0.0, np.pi / 2.0, 4 * len(angles) + 1)
    cosine, sine = np.cos(angle), np.sin(angle)
    unmarked, marked = np.ones(len(angle), dtype=np.complex128), np.zeros(len(angle), dtype=np.complex128)
    for phase in np.exp(1j * angles[::-1]):
        unmarked, marked = cosine * unmarked - sine * marked, (sine * unmarked + cosine * marked) * phase
    error = float(np.max(np.abs(np.abs(unmarked) - amplitude(sine**2, roots))))
    if not error <= TOLERANCE:
        raise CheckFailed(f"the phases of {len(roots)} iterations miss their polynomial by {error:.1e}")
