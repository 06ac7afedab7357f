"""The front of all algorithms: plans of rows, and blocks of pairs beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from qattention.compiler.joins import join_sizes
from qattention.compiler.question import Question
from qattention.errors import SpecError
from qattention.joins.front import front_joins
from qattention.joins.totals import JoinTotals
from qattention.plan.explore import ExploreReport, FrontPoint, Marks

JoinPrice = Callable[[JoinTotals], float | None]
FIELDS = {"toffoli": "t", "t-depth": "t_depth", "qubits": "qubits", "volume": "volume"}


def with_joins(report: ExploreReport, question: Question, price: JoinPrice | None = None) -> ExploreReport:
    """The front of rows with the joins that none beats, less the plans of rows that a join beats."""
    try:
        joins = list(front_joins(join_sizes(question), question.options))
    except SpecError as error:
        return attrs.evolve(report, without_joins="; ".join(error.problems))
    return merged(report, [_point(one, price) for one in joins])


def merged(report: ExploreReport, joins: Iterable[FrontPoint]) -> ExploreReport:
    """One front of both, by qubits, each objective marked at the point that has the least of it."""
    made = {(one.qubits, one.t, one.t_depth): one for one in joins}
    every = [*report.points, *made.values()]
    kept = sorted(
        (one for one in every if not any(_beats(other, one) for other in every)),
        key=lambda one: (one.qubits, one.t, one.t_depth),
    )
    best: dict[int, list[Marks]] = {}
    for mark, field in FIELDS.items():
        best.setdefault(id(min(kept, key=lambda one: getattr(one, field))), []).append(mark)  # type: ignore[arg-type]
    priced = [one for one in kept if one.qubit_seconds is not None]
    if priced:
        cheapest = min(priced, key=lambda one: one.qubit_seconds or 0.0)
        best.setdefault(id(cheapest), []).append("physical")
    points = tuple(attrs.evolve(one, best=tuple(best.get(id(one), ()))) for one in kept)
    return attrs.evolve(
        report,
        n_plans=report.n_plans + len(made),
        n_within=report.n_within + len(made),
        points=points,
        loaders=tuple(attrs.evolve(one, n_on_front=_count(points, one.loader)) for one in report.loaders),
    )


def _count(points: Iterable[FrontPoint], loader: str) -> int:
    return sum(one.plan is not None and one.plan.circuit.loader.name == loader for one in points)


def _beats(one: FrontPoint, other: FrontPoint) -> bool:
    """No worse in qubits, T gates and T depth, and better in one of them."""
    costs = [(getattr(one, name), getattr(other, name)) for name in ("qubits", "t", "t_depth")]
    return all(a <= b for a, b in costs) and any(a < b for a, b in costs)


def _point(totals: JoinTotals, price: JoinPrice | None) -> FrontPoint:
    return FrontPoint(
        qubits=totals.qubits,
        toffoli=totals.toffoli,
        t=totals.expected_t,
        t_depth=totals.layers.t,
        volume=totals.volume,
        iteration_t_depth=max(int(part.iterate_layers.t) for part in totals.parts),
        qubit_seconds=None if price is None else price(totals),
        best=(),
        algorithm=totals.plan.algorithm,
        plan=None,
        phases=(*map(str, totals.plan.phases), f"certificate, {totals.plan.certificate}"),
    )
