"""T and Clifford layers of all rows: from gates where every kind of load lowers, else without."""

from __future__ import annotations

import attrs
import numpy as np

from qattention.compiler import Program
from qattention.estimates.iteration_layers import Uses, clifford_layers
from qattention.plan import PlanTotals
from qattention.plan.beside import PARTS
from qattention.plan.searches import MeanSearches, WorstSearches


@attrs.frozen(kw_only=True)
class DepthTotals:
    """Rows and iterations one after another.

    Attributes:
        t, worst_t: T layers, mean and at worst. clifford, worst_clifford: Clifford layers.
        from_gates: whether they are the gates'.
    """

    t: float
    worst_t: int
    clifford: float
    worst_clifford: int
    from_gates: bool


def depth_totals(program: Program) -> DepthTotals:
    """Of a compiled program."""
    gates = _of_gates(program)
    if gates is None:
        return closed_depths(program.totals)
    mean, worst = program.totals.mean_searches, program.totals.worst_searches
    t_layers, clifford_layers = gates
    return DepthTotals(
        t=float(by_bucket(program, t_layers, mean)),
        worst_t=int(by_bucket(program, t_layers, worst)),
        clifford=float(by_bucket(program, clifford_layers, mean)),
        worst_clifford=int(by_bucket(program, clifford_layers, worst)),
        from_gates=True,
    )


def _of_gates(program: Program) -> tuple[Uses, Uses] | None:
    """Layers of each bucket's gates; without data there are none."""
    if not program.has_data:
        return None
    from qattention.estimates.gates import bucket_depths

    return bucket_depths(program)


def closed_depths(totals: PlanTotals) -> DepthTotals:
    """Of a plan, without gates: bounds that are nearly kept."""
    layers = clifford_layers(totals)
    return DepthTotals(
        t=totals.expected_t_depth,
        worst_t=totals.worst_t_depth,
        clifford=totals.mean_of(layers),
        worst_clifford=totals.worst_of(layers),
        from_gates=False,
    )


def by_bucket(program: Program, costs: Uses, searches: MeanSearches | WorstSearches) -> int | float:
    """Sum over the buckets' rows of how often they use each part, times `costs`."""
    total: int | float = 0
    for bucket, each in zip(program.buckets, costs, strict=True):
        rows = program.groups.count[bucket.groups]
        for name, cost in zip(PARTS, each, strict=True):
            total += np.sum(rows * getattr(searches, name)[bucket.groups]) * cost
    return total
