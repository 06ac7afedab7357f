"""Verdicts on blocks of pairs: phases chosen anew at every point, finding and certificate apart.

Apart from `report` because phases of blocks are chosen anew at every point, which no row needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import attrs

from qattention.circuit import LoaderKind
from qattention.compiler.joins import join_sizes
from qattention.compiler.question import ask
from qattention.estimates.scaling.fit import slope
from qattention.estimates.scaling.leading import TOFFOLI_STEPS
from qattention.estimates.scaling.model import CertificateScaling, Claim, Cost, Exponents, Verdict
from qattention.estimates.scaling.sweeps import LOGICAL_STEP_US, Point
from qattention.estimates.scaling.verdicts import judge
from qattention.formulas import TOFFOLI_T
from qattention.joins.choose import JoinSearch, Ladder, climbed
from qattention.joins.totals import pairs_left
from qattention.plan import PlanOptions
from qattention.plan.algorithms import ALGORITHMS

JOINS = tuple(name for name, kind in ALGORITHMS.items() if kind.is_join)
COSTS: tuple[Cost, ...] = ("queries", "t", "volume", "runtime")
COVERED = (
    "blocked, pair-join, auto: phases as `estimate` chooses them, with this loader; no leading terms are "
    "written for a mix, so that verdicts go by what is fitted. queries: row oracles. volume: at most, every "
    "Toffoli a layer. certificate: over all pairs, last finds included, about.",
)
BEYOND = (
    "what is fitted goes on beyond the sizes of the report: look-ups grow with the blocks and outweigh the "
    "sums in the end, unless both blocks stay resident (docs/joins.md)"
)


@attrs.frozen(kw_only=True)
class JoinCosts:
    """Of all rows: finding in phases, and the certificate."""

    find: dict[Cost, float]
    certificate: dict[Cost, float]


@lru_cache(maxsize=512)
def join_costs(algorithm: str, loader: LoaderKind, point: Point) -> JoinCosts:
    """At one point; the certificate as the ladder of phases takes it, nothing sampled."""
    asked = ask(None, point.problem, PlanOptions(algorithm=algorithm, loader=loader))
    sizes = join_sizes(asked)
    ladder = Ladder(JoinSearch(sizes, asked.options), ALGORITHMS[algorithm])
    parts, each = climbed(ladder), ladder.certificate.phase.iterate(sizes)
    last = ladder.certified(pairs_left(sizes, parts) / sizes.n_seen)
    ratio = float(each.measurement) / float(each.toffoli)
    return JoinCosts(
        find={
            "queries": sum(part.iterations * (2 * part.phase.depth + 1) for part in parts),
            "t": TOFFOLI_T * sum(part.toffoli for part in parts),
            "volume": sum(part.toffoli * part.qubits for part in parts),
            "runtime": _runtime(sum(p.toffoli for p in parts), sum(p.measurement for p in parts)),
        },
        certificate={
            "queries": last / float(each.toffoli),
            "t": TOFFOLI_T * last,
            "volume": last * float(each.qubits),
            "runtime": _runtime(last, ratio * last),
        },
    )


def _runtime(toffoli: float, measured: float) -> float:
    return 1e-6 * LOGICAL_STEP_US * (measured + TOFFOLI_STEPS * toffoli)


def join_verdicts(
    algorithm: str, loader: LoaderKind, base: Point, grids: Mapping[str, tuple[int, ...]]
) -> list[Verdict]:
    """A verdict a cost."""
    costs = {
        name: [join_costs(algorithm, loader, attrs.evolve(base, **{name: value})) for value in values]
        for name, values in grids.items()
    }
    return [_verdict(algorithm, loader, cost, costs, grids) for cost in COSTS]


def _verdict(
    algorithm: str,
    loader: LoaderKind,
    cost: Cost,
    costs: dict[str, list[JoinCosts]],
    grids: Mapping[str, tuple[int, ...]],
) -> Verdict:
    finding, proving = (_fits(cost, costs, grids, part) for part in ("find", "certificate"))
    answer, assumption = judge(loader, cost, None, finding[0])
    return Verdict(
        algorithm=algorithm,
        loader=loader.name,
        cost=cost,
        claimed=Claim(),
        leading=None,
        fitted=finding[0],
        stderr=finding[1],
        verdict=answer,
        assumption=None if assumption is None else BEYOND,
        certificate=CertificateScaling(leading=None, fitted=proving[0], stderr=proving[1]),
        check=None,
        totals=tuple(one.find[cost] + one.certificate[cost] for one in costs["n"]),
    )


def _fits(
    cost: Cost, costs: dict[str, list[JoinCosts]], grids: Mapping[str, tuple[int, ...]], part: str
) -> tuple[Exponents, Exponents]:
    fits = {
        name: slope(values, [getattr(one, part)[cost] for one in costs[name]])
        for name, values in grids.items()
    }
    values, errors = ({name: fit[i] for name, fit in fits.items()} for i in (0, 1))
    return Exponents(**values), Exponents(**errors)
