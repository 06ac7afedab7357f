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
from qattention.estimates.scaling.fit import ends, slope
from qattention.estimates.scaling.leading import TOFFOLI_STEPS, judge
from qattention.estimates.scaling.result import (
    CertificateScaling,
    Claim,
    Cost,
    Exponents,
    TotalScaling,
    Verdict,
)
from qattention.estimates.scaling.sweeps import LOGICAL_STEP_US, Point
from qattention.formulas import TOFFOLI_T
from qattention.formulas.layers import Layers
from qattention.joins.choose import JoinSearch, Ladder, climbed
from qattention.joins.totals import pairs_left
from qattention.plan import PlanOptions
from qattention.plan.algorithms import JOINS
from qattention.search import DEFAULT_SCHEDULE

COSTS: tuple[Cost, ...] = ("queries", "t", "t_depth", "clifford_depth", "volume", "runtime", "fix_up")
COVERED = (
    "blocked, pair-join, auto: phases as `estimate` chooses them, with this loader. No leading terms are "
    "printed: which phases pay changes with n, so that no one term leads at every n; verdicts go by what is "
    "fitted. queries: row oracles. fix-ups: of keys and of rows. certificate: over all pairs, last finds "
    "included, about.",
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

    def of(self, cost: Cost) -> float:
        """Both together."""
        return self.find[cost] + self.certificate[cost]


@lru_cache(maxsize=512)
def join_costs(algorithm: str, loader: LoaderKind, point: Point) -> JoinCosts:
    """At one point; the certificate as the ladder of phases takes it, nothing sampled."""
    asked = ask(None, point.problem, PlanOptions(algorithm=algorithm, loader=loader))
    sizes = join_sizes(asked)
    ladder = Ladder(JoinSearch(sizes, asked.options), JOINS[algorithm])
    parts, last = climbed(ladder), ladder.certificate.phase
    each = last.iterate(sizes)
    qubits = max(int(each.qubits), *(part.qubits for part in parts), 0)
    n_last = ladder.certified(pairs_left(sizes, parts) / sizes.n_seen) / float(each.toffoli)
    found = sum((part.layers for part in parts), start=Layers())
    return JoinCosts(
        find=_costs(
            queries=sum(part.iterations * (2 * part.phase.depth + 1) for part in parts),
            toffoli=sum(part.toffoli for part in parts),
            measured=sum(part.measurement for part in parts),
            layers=found,
            qubits=qubits,
            fix_up=sum(part.fix_up_bit_ops for part in parts),
        ),
        certificate=_costs(
            queries=n_last,
            toffoli=n_last * float(each.toffoli),
            measured=n_last * float(each.measurement),
            layers=last.iterate_layers(sizes).times(n_last),
            qubits=qubits,
            fix_up=n_last * last.fix_up_bit_ops(sizes),
        ),
    )


def _costs(
    *, queries: float, toffoli: float, measured: float, layers: Layers, qubits: int, fix_up: float
) -> dict[Cost, float]:
    return {
        "queries": queries,
        "t": TOFFOLI_T * toffoli,
        "t_depth": layers.t,
        "clifford_depth": layers.clifford,
        "volume": qubits * layers.t,
        "runtime": 1e-6 * LOGICAL_STEP_US * (measured + TOFFOLI_STEPS * toffoli),
        "fix_up": fix_up,
    }


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
        total=_total(cost, costs, grids),
        check=None,
        totals=tuple(one.of(cost) for one in costs["n"]),
    )


def _total(
    cost: Cost, costs: dict[str, list[JoinCosts]], grids: Mapping[str, tuple[int, ...]]
) -> TotalScaling:
    found = {name: [one.of(cost) for one in costs[name]] for name in grids}
    fits = {name: slope(values, found[name]) for name, values in grids.items()}
    fitted, errors = (Exponents(**{name: fit[i] for name, fit in fits.items()}) for i in (0, 1))
    low, high = ends(grids["n"], found["n"])
    return TotalScaling(search=DEFAULT_SCHEDULE, fitted=fitted, stderr=errors, low=low, high=high)


def _fits(
    cost: Cost, costs: dict[str, list[JoinCosts]], grids: Mapping[str, tuple[int, ...]], part: str
) -> tuple[Exponents, Exponents]:
    fits = {
        name: slope(values, [getattr(one, part)[cost] for one in costs[name]])
        for name, values in grids.items()
    }
    values, errors = ({name: fit[i] for name, fit in fits.items()} for i in (0, 1))
    return Exponents(**values), Exponents(**errors)
