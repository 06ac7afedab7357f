"""Verdicts on rows that share loads: how many is chosen anew at every point, so that the exponents settle.

Apart from `report` because how many rows share a load is chosen anew at every point, which a row alone does
not need.
"""

from __future__ import annotations

from functools import lru_cache

import attrs

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.circuit import MOST_ROWS, InnerProductKind, LoaderKind
from qattention.compiler import bloq_counts
from qattention.compiler.program import typical_oracle
from qattention.estimates.scaling.fit import finite_difference_slope, require_agreement, slope
from qattention.estimates.scaling.leading import (
    TOFFOLI_STEPS,
    crossover,
    finds,
    iteration,
    iteration_terms,
    judge,
    leading_exponents,
    look_up,
)
from qattention.estimates.scaling.result import CircuitCheck, Claim, Cost, Exponents, Verdict
from qattention.estimates.scaling.sweeps import (
    LOGICAL_STEP_US,
    Costed,
    FoundAndProved,
    Point,
    Sweep,
    best_plan,
    look_up_toffoli,
    searches_of,
    total_scaling,
)
from qattention.formulas import TOFFOLI_T, fix_up_bit_ops
from qattention.formulas.iteration_layers import iteration_clifford_depth
from qattention.formulas.loader_costs import look_up_clifford_depth
from qattention.formulas.sum_depths import sums_depths
from qattention.plan import Plan, PlanTotals, plan_totals, typical_rows
from qattention.plan.algorithms import SHARED_LOAD, rows_on
from qattention.problem import AttentionProblem
from qattention.search import EXACT_SCHEDULE

SEARCH = EXACT_SCHEDULE  # its means are closed forms at any number of marked keys; it certifies nothing
COSTS: tuple[Cost, ...] = ("queries", "t", "t_depth", "clifford_depth", "volume", "runtime", "fix_up")
PLAYED = (16, 32)  # rows whose sums are played gate by gate: those of more grow by the same a row
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
    return _searched(loader, point, SEARCH)


def _searched(loader: LoaderKind, point: Point, search: str) -> PlanTotals:
    problem, alone = point.problem, best_plan(loader, point, SEARCH)
    look_up = look_up_toffoli(alone.circuit, point)
    each = int(typical_rows(problem).shared_sums(alone.circuit.inner_product).toffoli[0]) + 1
    n_rows = min(max(2, round(look_up / each)), point.n // point.k)
    # The groups may hold more rows: MOST_ROWS is a limit of plans, not of circuits.
    circuit = attrs.evolve(alone.circuit, rows_per_load=min(n_rows, MOST_ROWS))
    plan = Plan(algorithm=rows_on(circuit.rows_per_load), circuit=circuit, search=search)
    return plan_totals(problem, plan, typical_rows(problem, n_rows), searches_of(problem))


def iteration_costs(totals: PlanTotals) -> dict[Cost, float]:
    """One finding iteration of the first load."""
    toffoli, measured = (float(x.flat[0]) for x in (totals.iterate.toffoli, totals.iterate.measurement))
    t_depth = float(totals.iterate_t_depth.flat[0])
    return {
        "queries": 1.0,
        "t": TOFFOLI_T * toffoli,
        "t_depth": t_depth,
        "clifford_depth": _clifford_depth(totals),
        "volume": totals.qubits * t_depth,
        "runtime": 1e-6 * LOGICAL_STEP_US * (measured + TOFFOLI_STEPS * toffoli),
        "fix_up": float(
            fix_up_bit_ops(totals.plan.circuit, totals.problem.n_keys, totals.look_up_bits).flat[0]
        ),
    }


def _clifford_depth(totals: PlanTotals) -> float:
    """Of the first load; its sums are alike, so that those of a few rows tell those of all.

    Layers of a row more are the same for every row beyond the second.
    """
    problem, n_rows = totals.problem, int(totals.groups.n_rows[0])
    few = [min(n_rows, rows) for rows in PLAYED]
    circuit, word_bits = totals.plan.circuit, problem.head_dim * problem.key_bits
    look_up = look_up_clifford_depth(circuit, problem.n_keys, word_bits)
    layers = _sums_layers(problem, circuit.inner_product, *few)
    slope_each = (layers[1] - layers[0]) / max(1, few[1] - few[0])
    summed = layers[1] + slope_each * (n_rows - few[1])
    return float(iteration_clifford_depth(*look_up, round(summed), problem.n_keys))


@lru_cache(maxsize=256)
def _sums_layers(problem: AttentionProblem, kind: InnerProductKind, *n_rows: int) -> list[int]:
    """Clifford layers of so many typical rows' sums: whatever looks the keys up, and however it searches."""
    _, layers = sums_depths(typical_rows(problem).sums, [0] * len(n_rows), n_rows, kind)
    found: list[int] = layers.tolist()
    return found


def shared_costs(loader: LoaderKind, point: Point) -> dict[Cost, float]:
    """Finding, all rows: loads as if the rows divided evenly, each as the first."""
    totals = shared_totals(loader, point)
    n_loads = point.n / float(totals.groups.n_rows[0])
    iterations = n_loads * float(totals.mean_searches.find[0])
    return {cost: iterations * value for cost, value in iteration_costs(totals).items()}


def shared_parts(loader: LoaderKind, point: Point, search: str) -> Costed:
    """Finding and certificate of the same loads, by a schedule that proves."""
    totals = _searched(loader, point, search)
    each, mean = iteration_costs(totals), totals.mean_searches
    n_loads = point.n / float(totals.groups.n_rows[0])
    find, proof = (n_loads * float(part[0]) for part in (mean.find, mean.certificate))
    return {
        cost: FoundAndProved(find=find * value, certificate=proof * value) for cost, value in each.items()
    }


def built_costs(loader: LoaderKind, point: Point) -> dict[Cost, float]:
    """One finding iteration from the call graph of its circuit, all rows typical."""
    totals = shared_totals(loader, point)
    first = typical_oracle(point.problem, totals.plan.circuit, point.n)
    others = ((first.weights, first.threshold),) * (int(totals.groups.n_rows[0]) - 1)
    counts = bloq_counts(GroverIterate(SharedOracle(first, others)))
    steps = counts.measurement + TOFFOLI_STEPS * counts.toffoli
    return {"t": TOFFOLI_T * counts.toffoli, "runtime": 1e-6 * LOGICAL_STEP_US * steps}


def shared_verdicts(
    loader: LoaderKind, base: Point, grids: dict[str, tuple[int, ...]], search: str
) -> list[Verdict]:
    """A verdict a cost; `search` is the schedule of finding and certificate together.

    Raises:
        CheckFailed: circuits and closed forms do not scale alike.
    """
    costs = {
        name: [shared_costs(loader, attrs.evolve(base, **{name: value})) for value in values]
        for name, values in grids.items()
    }
    checks = _checks(loader, base)
    sweeps = [_sweep(loader, base, name, values, search) for name, values in grids.items()]
    found = [_verdict(loader, cost, grids, costs, checks.get(cost)) for cost in COSTS]
    return [
        attrs.evolve(
            one,
            total=total_scaling(sweeps, one.cost, search),
            crossover_n=crossover(iteration(iteration_terms(SHARED_LOAD, loader), one.cost), base.letters),
        )
        for one in found
    ]


def _sweep(loader: LoaderKind, base: Point, name: str, values: tuple[int, ...], search: str) -> Sweep:
    points = tuple(attrs.evolve(base, **{name: value}) for value in values)
    costs = tuple(shared_parts(loader, point, search) for point in points)
    return Sweep(variable=name, values=values, points=points, costs=costs)


def _verdict(
    loader: LoaderKind,
    cost: Cost,
    grids: dict[str, tuple[int, ...]],
    costs: dict[str, list[dict[Cost, float]]],
    check: CircuitCheck | None,
) -> Verdict:
    leading = leading_exponents(
        finds(SHARED_LOAD, loader) * iteration(iteration_terms(SHARED_LOAD, loader), cost)
    )
    fits = {name: slope(values, [one[cost] for one in costs[name]]) for name, values in grids.items()}
    fitted = Exponents(**{name: fit[0] for name, fit in fits.items()})
    answer, assumption = judge(loader, cost, leading, fitted)
    return Verdict(
        algorithm=SHARED_LOAD.name,
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
        require_agreement(f"{SHARED_LOAD} {loader} {cost}", fitted, formula)
        found[cost] = CircuitCheck(source="bloqs", n_keys=N_BUILT, fitted=fitted, formula=formula)
    return found
