"""T and Clifford layers of all rows: from gates where every kind of load lowers, else without."""

from __future__ import annotations

import attrs
import numpy as np

from qattention.compiler import Program
from qattention.costs import AnyIntArray
from qattention.estimates.clifford_layers import iteration_layers
from qattention.estimates.gates import Triples, bucket_depths
from qattention.plan import PlanTotals
from qattention.plan.searches import MeanSearches, WorstSearches


@attrs.frozen(kw_only=True)
class DepthTotals:
    """Rows and iterations one after another; None where neither gates nor a closed form say.

    Attributes:
        t, worst_t: T layers, mean and at worst. clifford, worst_clifford: Clifford layers.
        from_gates: whether they are the gates'.
    """

    t: float | None
    worst_t: int | None
    clifford: float | None
    worst_clifford: int | None
    from_gates: bool


def depth_totals(program: Program) -> DepthTotals:
    """Of a compiled program."""
    gates = bucket_depths(program)
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


def closed_depths(totals: PlanTotals) -> DepthTotals:
    """Of a plan, without gates: T layers are a bound that is nearly kept, Clifford layers about right."""
    layers, known = iteration_layers(totals), totals.has_t_depth
    return DepthTotals(
        t=totals.expected_t_depth if known else None,
        worst_t=totals.worst_t_depth if known else None,
        clifford=None if layers is None else float(_iterated(totals, totals.mean_searches, layers)),
        worst_clifford=None if layers is None else int(_iterated(totals, totals.worst_searches, layers)),
        from_gates=False,
    )


def _iterated(
    totals: PlanTotals, searches: MeanSearches | WorstSearches, layers: tuple[AnyIntArray, int]
) -> int | float:
    each, start = layers
    found: int | float = np.sum(totals.groups.count * (searches.iterations * each + searches.runs * start))
    return found


def by_bucket(program: Program, costs: Triples, searches: MeanSearches | WorstSearches) -> int | float:
    """Sum over the buckets' rows of their find, certificate and run counts times `costs`."""
    total: int | float = 0
    for bucket, (find, certificate, run) in zip(program.buckets, costs, strict=True):
        rows = program.groups.count[bucket.groups]
        for times, cost in ((searches.find, find), (searches.certificate, certificate), (searches.runs, run)):
            total += np.sum(rows * times[bucket.groups]) * cost
    return total
