"""`explore`: the plans that none beats in qubits, T gates and T depth at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.plan.choose import (
    OBJECTIVES,
    PlanSearch,
    Price,
    entry_totals,
    keeping_caps,
    within_caps,
)
from qattention.plan.plan import Plan
from qattention.plan.table import PlanTable, joined
from qattention.problem import AttentionProblem

PATIENCE = 3
Marks = Literal["toffoli", "t-depth", "qubits", "volume", "physical"]


@attrs.frozen(kw_only=True)
class FrontPoint:
    """A plan and its cost; closed forms, all rows of one head.

    Attributes:
        qubits: most logical qubits of any load.
        toffoli, t, t_depth: expected; t has 4 a Toffoli and the synthesised rotations.
        volume: qubits times t_depth.
        iteration_t_depth: of the deepest iteration of a find, what --max-t-depth caps.
        qubit_seconds: physical, of the cheaper model; None unless asked for, or if neither can be built.
        best: the objectives of `--minimize` that it has the least of.
        algorithm: how rows share work. plan: of rows; None where blocks of pairs are searched.
        phases: of those blocks, in order, the certificate last; none of a plan of rows.
    """

    qubits: int
    toffoli: float
    t: float
    t_depth: float
    volume: float
    iteration_t_depth: int
    qubit_seconds: float | None
    best: tuple[Marks, ...]
    algorithm: str
    plan: Plan | None
    phases: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class LoaderPlace:
    """How a loader stands among the others.

    Attributes:
        n_plans: of its plans within the caps. n_on_front: of those on the front.
        toffoli: the fewest, expected, that one of them has; None if there is none.
        qubits, t_depth: of that plan.
    """

    loader: str
    n_plans: int
    n_on_front: int
    toffoli: float | None
    qubits: int | None
    t_depth: float | None


@attrs.frozen(kw_only=True)
class ExploreReport:
    """The fields of `explore --json`.

    Attributes:
        n_plans: plans compared. n_within: of them within the caps. points: by qubits.
        loaders: each that was compared, by plans of rows.
        without_joins: why blocks of pairs are not among the plans; None if they are.
    """

    problem: AttentionProblem
    n_plans: int
    n_within: int
    points: tuple[FrontPoint, ...]
    loaders: tuple[LoaderPlace, ...]
    without_joins: str | None = None


def explore(
    search: PlanSearch, price: Price | None = None, advance: Callable[[], None] = lambda: None
) -> ExploreReport:
    """The Pareto front of all plans that the search's options leave open.

    Rows a load are tried upwards until PATIENCE of their numbers in a row have brought nothing to the front.

    Args:
        price: physical cost of a plan, asked for every point.
        advance: called after each number of rows a load.
    Raises:
        InfeasibleError: no plan keeps within the caps.
    """
    table = _table(search, advance)
    within = within_caps(table, search.options)
    entries = table.front(within).tolist()
    prices = [None if price is None else price(entry_totals(table, entry)) for entry in entries]
    marks = _marks(table, entries, prices)
    points = [
        _point(table, entry, cost, tuple(name for name, best in marks.items() if best == entry))
        for entry, cost in zip(entries, prices, strict=True)
    ]
    return ExploreReport(
        problem=search.problem,
        n_plans=len(table),
        n_within=len(within),
        points=tuple(points),
        loaders=_places(table, within, entries),
    )


def _places(table: PlanTable, within: NDArray[np.intp], front: list[int]) -> tuple[LoaderPlace, ...]:
    """In the order in which the loaders come in the table."""
    names, on_front = table.loaders[within], table.loaders[front]
    return tuple(
        _place(table, name, within[names == name], int(np.sum(on_front == name)))
        for name in dict.fromkeys(table.loaders.tolist())
    )


def _place(table: PlanTable, name: str, plans: NDArray[np.intp], n_on_front: int) -> LoaderPlace:
    if not len(plans):
        return LoaderPlace(loader=name, n_plans=0, n_on_front=0, toffoli=None, qubits=None, t_depth=None)
    ties = (table.expected_t_depth, table.qubits, table.expected_toffoli)  # the last counts first
    best = int(plans[np.lexsort([column[plans] for column in ties])[0]])
    return LoaderPlace(
        loader=name,
        n_plans=len(plans),
        n_on_front=n_on_front,
        toffoli=float(table.expected_toffoli[best]),
        qubits=int(table.qubits[best]),
        t_depth=float(table.expected_t_depth[best]),
    )


def _table(search: PlanSearch, advance: Callable[[], None]) -> PlanTable:
    tables, fruitless = list[PlanTable](), 0
    for n_rows in search.row_choices:
        found = search.table_of(n_rows)
        advance()
        if found is None:
            break
        n_before = sum(map(len, tables))
        tables.append(found)
        whole = joined(tables)
        kept = whole.front(keeping_caps(whole, search.options))
        fruitless = fruitless + 1 if len(kept) and kept.max() < n_before else 0
        if fruitless == PATIENCE:
            break
    return joined(tables)


def _marks(table: PlanTable, entries: list[int], prices: list[float | None]) -> dict[Marks, int]:
    """Objective -> the entry that has the least of it."""
    found = {name: min(entries, key=column(table).__getitem__) for name, column in OBJECTIVES.items()}
    known = {entry: cost for entry, cost in zip(entries, prices, strict=True) if cost is not None}
    return found | ({"physical": min(known, key=known.__getitem__)} if known else {})  # type: ignore[return-value]


def _point(table: PlanTable, entry: int, price: float | None, best: tuple[Marks, ...]) -> FrontPoint:
    return FrontPoint(
        qubits=int(table.qubits[entry]),
        toffoli=float(table.expected_toffoli[entry]),
        t=float(table.expected_t[entry]),
        t_depth=float(table.expected_t_depth[entry]),
        volume=float(table.volume[entry]),
        iteration_t_depth=int(table.t_depth[entry]),
        qubit_seconds=price,
        best=best,
        algorithm=table.plan(entry).algorithm,
        plan=table.plan(entry),
    )
