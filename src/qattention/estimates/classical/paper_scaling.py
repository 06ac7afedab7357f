"""How the paper's classical algorithms grow with n, counted here: rows for beside those of `scaling`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.halfspace import build
from qattention.inference import inference_flops

Floats = NDArray[np.float64]

SIZES = (2**9, 2**11, 2**13)
QUERIES, REPORTED, CENTRES, SPREAD, SEED = 40, 16, 32, 0.1, 0
DIMS = (2, 4, 8, 64)


@attrs.frozen(kw_only=True)
class ClassicalScaling:
    """One algorithm over all n rows.

    Attributes:
        what: of which data. counted: flops, or nodes and points that queries look at.
        claimed: exponent of n, k and d held (arXiv:2307.08045, theorems 1.5 and 6.1); 2 by brute force.
        fitted: over `SIZES`, 1 for the rows added to a query's.
    """

    algorithm: Literal["brute force", "half-space", "sparse inference"]
    what: str
    counted: Literal["flops", "looks"]
    head_dim: int
    claimed: float
    fitted: float


def classical_scaling() -> tuple[ClassicalScaling, ...]:
    """Brute force, half-space reporting on clustered and on normal keys, and Algorithm 2; a few seconds."""
    rows = [
        ClassicalScaling(
            algorithm="brute force",
            what="all logits",
            counted="flops",
            head_dim=64,
            claimed=2.0,
            fitted=_slope([2.0 * n * n * 64 for n in SIZES]),
        ),
        ClassicalScaling(
            algorithm="sparse inference",
            what="find sets given",
            counted="flops",
            head_dim=64,
            claimed=1.0,
            fitted=_slope([float(inference_flops(n * REPORTED, n, n, 64, 64)) for n in SIZES]),
        ),
    ]
    for d in DIMS:
        for what, points in (("clustered keys", clustered), ("normal keys", _normal)):
            rows.append(
                ClassicalScaling(
                    algorithm="half-space",
                    what=what,
                    counted="looks",
                    head_dim=d,
                    claimed=2 - 1 / max(1, d // 2),
                    fitted=1 + _slope([_looks(points, n, d) for n in SIZES]),
                )
            )
    return tuple(rows)


def clustered(n: int, d: int) -> Floats:
    """Points about 32 normal centres."""
    rng = np.random.default_rng(SEED)
    return rng.normal(size=(CENTRES, d))[rng.integers(CENTRES, size=n)] + SPREAD * rng.normal(size=(n, d))


def _normal(n: int, d: int) -> Floats:
    return np.random.default_rng(SEED).normal(size=(n, d))


def _looks(points: Callable[[int, int], Floats], n: int, d: int) -> float:
    """Mean looks of a query that reports REPORTED points."""
    data, a = points(n, d), np.random.default_rng(SEED + 1).normal(size=(QUERIES, d))
    b = np.partition(a @ data.T, n - REPORTED, axis=1)[:, n - REPORTED]
    return float(build(data).query_batch(a, b).visits.mean())


def _slope(values: list[float]) -> float:
    return float(np.polyfit(np.log(SIZES), np.log(values), 1)[0])
