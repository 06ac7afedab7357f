"""The front: every point costs what is said of it, none is beaten, and what was asked for is kept."""

import itertools

import attrs
import numpy as np
import pytest

from qattention.errors import InfeasibleError
from qattention.plan import Plan, PlanOptions, PlanTotals, plan_totals, typical_rows
from qattention.plan.choose import PlanSearch, choose_plan
from qattention.plan.explore import explore
from qattention.problem import AttentionProblem

CASE = AttentionProblem(n_queries=12, n_keys=100, head_dim=8, n_heavy=2, key_bits=4, query_bits=4)


def totals(plan: Plan) -> PlanTotals:
    return plan_totals(CASE, plan, typical_rows(CASE, plan.circuit.rows_per_load))


@pytest.fixture
def search(analytic: type) -> PlanSearch:
    """Everything left open, with a schedule that takes no simulation."""
    analytic.fixed_points = False
    return PlanSearch(CASE, PlanOptions(rows_per_load="auto"))


def test_points_cost_what_is_said_and_none_beats_another(search: PlanSearch) -> None:
    report = explore(search)
    assert len(report.points) > 5
    assert len({point.plan.circuit.rows_per_load for point in report.points}) > 1
    for point in report.points:
        found = totals(point.plan)
        assert (point.qubits, point.iteration_t_depth) == (found.qubits, found.t_depth)
        said = (point.toffoli, point.t, point.t_depth, point.volume)
        costs = (found.expected("toffoli"), found.expected_t, found.expected_t_depth, found.volume)
        assert said == pytest.approx(costs, rel=1e-12)
    for one, other in itertools.permutations(report.points, 2):
        assert one.qubits < other.qubits or one.t < other.t or one.t_depth < other.t_depth


def test_no_plan_beats_a_point_not_even_with_rows_that_were_not_tried(search: PlanSearch) -> None:
    table = search.table(search.row_choices)
    whole = [(table.qubits[i], table.expected_t[i], table.expected_t_depth[i]) for i in table.front()]
    assert [(p.qubits, p.t, p.t_depth) for p in explore(search).points] == whole


def test_the_least_of_every_objective_is_on_the_front(search: PlanSearch) -> None:
    points = explore(search, price=lambda totals: float(totals.qubits) ** -1).points
    assert {name for point in points for name in point.best} == {
        *("toffoli", "t-depth", "qubits", "volume", "physical")
    }
    (dearest,) = (point for point in points if "physical" in point.best)
    assert dearest is points[-1]
    (least,) = (point for point in points if "volume" in point.best)
    chosen = choose_plan(CASE, PlanOptions(rows_per_load="auto", minimize="volume"))
    assert least.volume <= totals(chosen).volume


def test_caps_and_fixed_choices_hold(analytic: type) -> None:
    analytic.fixed_points = False
    whole = explore(PlanSearch(CASE))
    most = int(np.median([point.qubits for point in whole.points]))
    capped = explore(PlanSearch(CASE, PlanOptions(max_qubits=most, loader="qroam")))
    assert all(point.qubits <= most and point.plan.circuit.loader.name == "qroam" for point in capped.points)
    assert capped.n_within < capped.n_plans < whole.n_plans
    with pytest.raises(InfeasibleError, match=str(whole.points[0].qubits)):
        explore(PlanSearch(CASE, PlanOptions(max_qubits=1)))


def test_every_loader_is_placed(analytic: type) -> None:
    analytic.fixed_points = False
    case = attrs.evolve(CASE, n_keys=128)  # no rotations, which the objective counts too
    report = explore(PlanSearch(case, PlanOptions(max_qubits=120)))
    for place in report.loaders:
        on_front = [point for point in report.points if point.plan.circuit.loader.name == place.loader]
        assert len(on_front) == place.n_on_front
        assert all(place.toffoli is not None and place.toffoli <= point.toffoli for point in on_front)
    assert sum(place.n_plans for place in report.loaders) == report.n_within < report.n_plans
    (best,) = (point for point in report.points if "toffoli" in point.best)
    (first,) = (place for place in report.loaders if place.loader == best.plan.circuit.loader.name)
    assert (first.toffoli, first.qubits) == (best.toffoli, best.qubits)
    (widest,) = (place for place in report.loaders if place.loader == "bucket-brigade-parallel")
    assert (widest.n_plans, widest.toffoli, widest.qubits, widest.t_depth) == (0, None, None, None)
