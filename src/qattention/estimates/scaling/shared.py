"""Verdicts on rows that share loads: how many is chosen anew at every point, so that the exponents settle."""

from __future__ import annotations

from functools import lru_cache

import attrs

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.circuit import MOST_ROWS, LoaderKind
from qattention.compiler import bloq_counts
from qattention.compiler.program import typical_oracle
from qattention.estimates.scaling.fit import finite_difference_slope, require_agreement, slope
from qattention.estimates.scaling.leading import (
    TOFFOLI_STEPS,
    finds,
    iteration,
    iteration_terms,
    leading_exponents,
    look_up,
)
from qattention.estimates.scaling.model import CircuitCheck, Claim, Cost, Exponents, Verdict
from qattention.estimates.scaling.sweeps import LOGICAL_STEP_US, Point, best_plan, look_up_toffoli
from qattention.estimates.scaling.verdicts import judge
from qattention.formulas import TOFFOLI_T
from qattention.plan import Plan, PlanTotals, plan_totals, typical_rows
from qattention.search import EXACT_SCHEDULE

SEARCH = EXACT_SCHEDULE  # its means are closed forms at any number of marked keys; it certifies nothing
COSTS: tuple[Cost, ...] = ("queries", "t", "t_depth", "volume", "runtime")
N_BUILT = tuple(2**m for m in (14, 16, 18))  # a call graph names every row's weights


def shares(loader: LoaderKind) -> bool:
    """Whether its look-up is worth sharing: a device's costs nothing.

    Where every bit of the table is touched, more sums than there are rows could wait for one look-up: the
    best number of rows is no function of n that settles.
    """
    if loader.leading is None or loader.is_device:
        return False
    found = leading_exponents(look_up(loader).toffoli)
    return not (found.n >= 1 and found.d > 0)


@lru_cache(maxsize=256)
def shared_totals(loader: LoaderKind, point: Point) -> PlanTotals:
    """Closed forms with the rows a load of fewest Toffolis, up to as many as there are rows.

    sqrt(R) (L / R + a) is least at R = L / a: L of a look-up and its unload, a of one row's sum, undone.
    """
    problem, alone = point.problem, best_plan(loader, point, SEARCH)
    look_up = look_up_toffoli(alone.circuit, point)
    each = int(typical_rows(problem).shared_sums(alone.circuit.inner_product).toffoli[0]) + 1
    n_rows = min(max(2, round(look_up / each)), point.n // point.k)
    # The groups may hold more rows: MOST_ROWS is a limit of plans, not of circuits.
    circuit = attrs.evolve(alone.circuit, rows_per_load=min(n_rows, MOST_ROWS))
    plan = Plan(algorithm="shared-load", circuit=circuit, search=SEARCH)
    return plan_totals(problem, plan, typical_rows(problem, n_rows))


def iteration_costs(totals: PlanTotals) -> dict[Cost, float]:
    """One finding iteration of the first load."""
    toffoli, measured = (float(x.flat[0]) for x in (totals.iterate.toffoli, totals.iterate.measurement))
    t_depth = float(totals.iterate_t_depth.flat[0])
    return {
        "queries": 1.0,
        "t": TOFFOLI_T * toffoli,
        "t_depth": t_depth,
        "volume": totals.qubits * t_depth,
        "runtime": 1e-6 * LOGICAL_STEP_US * (measured + TOFFOLI_STEPS * toffoli),
    }


def shared_costs(loader: LoaderKind, point: Point) -> dict[Cost, float]:
    """Finding, all rows: loads as if the rows divided evenly, each as the first."""
    totals = shared_totals(loader, point)
    n_loads = point.n / float(totals.groups.n_rows[0])
    iterations = n_loads * float(totals.mean_searches.find[0])
    return {cost: iterations * value for cost, value in iteration_costs(totals).items()}


def built_costs(loader: LoaderKind, point: Point) -> dict[Cost, float]:
    """One finding iteration from the call graph of its circuit, all rows typical."""
    totals = shared_totals(loader, point)
    first = typical_oracle(point.problem, totals.plan.circuit, point.n)
    others = ((first.weights, first.threshold),) * (int(totals.groups.n_rows[0]) - 1)
    counts = bloq_counts(GroverIterate(SharedOracle(first, others)))
    steps = counts.measurement + TOFFOLI_STEPS * counts.toffoli
    return {"t": TOFFOLI_T * counts.toffoli, "runtime": 1e-6 * LOGICAL_STEP_US * steps}


def shared_verdicts(loader: LoaderKind, base: Point, grids: dict[str, tuple[int, ...]]) -> list[Verdict]:
    """A verdict a cost.

    Raises:
        CheckFailed: circuits and closed forms do not scale alike.
    """
    costs = {
        name: [shared_costs(loader, attrs.evolve(base, **{name: value})) for value in values]
        for name, values in grids.items()
    }
    checks = _checks(loader, base)
    return [_verdict(loader, cost, grids, costs, checks.get(cost)) for cost in COSTS]


def _verdict(
    loader: LoaderKind,
    cost: Cost,
    grids: dict[str, tuple[int, ...]],
    costs: dict[str, list[dict[Cost, float]]],
    check: CircuitCheck | None,
) -> Verdict:
    leading = leading_exponents(
        finds("shared-load", loader) * iteration(iteration_terms("shared-load", loader), cost)
    )
    fits = {name: slope(values, [one[cost] for one in costs[name]]) for name, values in grids.items()}
    fitted = Exponents(**{name: fit[0] for name, fit in fits.items()})
    answer, assumption = judge(loader, cost, leading, fitted)
    return Verdict(
        algorithm="shared-load",
        loader=loader.name,
        cost=cost,
        claimed=Claim(),
        leading=leading,
        fitted=fitted,
        stderr=Exponents(**{name: fit[1] for name, fit in fits.items()}),
        verdict=answer,
        assumption=assumption,
        certificate=None,
        check=check,
        totals=tuple(one[cost] for one in costs["n"]),
    )


def _checks(loader: LoaderKind, base: Point) -> dict[Cost, CircuitCheck]:
    """Of T and runtime, the costs that a call graph gives."""
    points = [attrs.evolve(base, n=n) for n in N_BUILT]
    built = [built_costs(loader, point) for point in points]
    closed = [iteration_costs(shared_totals(loader, point)) for point in points]
    found: dict[Cost, CircuitCheck] = {}
    for cost in built[0]:
        fitted, _ = slope(N_BUILT, [one[cost] for one in built])
        formula = finite_difference_slope(N_BUILT, [one[cost] for one in closed])
        require_agreement(f"shared-load {loader} {cost}", fitted, formula)
        found[cost] = CircuitCheck(source="bloqs", n_keys=N_BUILT, fitted=fitted, formula=formula)
    return found
