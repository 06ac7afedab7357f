"""Circuits against closed forms: one iteration's exponent of n from each, on one grid.

Apart from `report` because it asks circuits, where the report fits closed forms.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from qattention.circuit import LoaderKind
from qattention.estimates.scaling.depths import gate_costs, iteration_depths
from qattention.estimates.scaling.fit import finite_difference_slope, require_agreement, slope
from qattention.estimates.scaling.leading import FINDS, leading_exponents
from qattention.estimates.scaling.model import CircuitCheck, Cost
from qattention.estimates.scaling.sweeps import Point, Sweep, circuit_costs, totals_of

GATE_POINTS = tuple(Point(n=2**m, k=4, d=8, b=4) for m in (6, 8, 10, 12))  # lowered in a second
Source = Literal["bloqs", "gates", "search"]


def check_of(loader: LoaderKind, cost: Cost, search: str, sweep: Sweep) -> CircuitCheck | None:
    """The check of a loader and cost; `sweep` runs over n. None for depths of a loader that has no gates.

    Raises:
        CheckFailed: the exponents are further apart than the tolerance.
    """
    if cost == "queries":
        found = [costed[cost].find for costed in sweep.costs]
        return _checked(loader, cost, "search", sweep.values, found, None)
    if cost in ("t", "runtime"):
        built = [circuit_costs(loader, point, search)[cost] for point in sweep.points]
        closed = [costed[cost].find / costed["queries"].find for costed in sweep.costs]
        return _checked(loader, cost, "bloqs", sweep.values, built, closed)
    if loader.is_device or cost == "fix_up":  # XORs are the classical side's: `iteration.classical_bit_ops`
        return None
    sizes = tuple(point.n for point in GATE_POINTS)
    built = [gates_at(loader, point, search)[cost] for point in GATE_POINTS]
    closed = [_small_formula(loader, point, search)[cost] for point in GATE_POINTS]
    return _checked(loader, cost, "gates", sizes, built, closed)


def _checked(
    loader: LoaderKind,
    cost: Cost,
    source: Source,
    sizes: tuple[int, ...],
    built: list[float],
    closed: list[float] | None,
) -> CircuitCheck:
    fitted, _ = slope(sizes, built)
    formula = leading_exponents(FINDS).n if closed is None else finite_difference_slope(sizes, closed)
    require_agreement(f"{loader} {cost}", fitted, formula)
    return CircuitCheck(source=source, n_keys=sizes, fitted=fitted, formula=formula)


@lru_cache(maxsize=256)
def gates_at(loader: LoaderKind, point: Point, search: str) -> dict[Cost, float]:
    """Depths and volume of one iteration, lowered."""
    circuit = totals_of(loader, point, search).plan.circuit
    t_depth, clifford_depth, qubits = gate_costs(circuit, point.n, point.d, point.b, point.k)
    return {"t_depth": t_depth, "clifford_depth": clifford_depth, "volume": t_depth * qubits}


def _small_formula(loader: LoaderKind, point: Point, search: str) -> dict[Cost, float]:
    totals = totals_of(loader, point, search)
    t_depth, clifford_depth = iteration_depths(totals.plan.circuit, point.n, point.d, point.b)
    return {"t_depth": t_depth, "clifford_depth": clifford_depth, "volume": t_depth * totals.qubits}
