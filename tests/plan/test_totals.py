"""Totals: schedule means times exact iterations, grouped sums against exact ones."""

import attrs
import numpy as np
import pytest

from qattention.circuit import INNER_PRODUCTS, Circuit
from qattention.errors import InfeasibleError, SpecError
from qattention.formulas.adder_trees import most_tree_toffoli
from qattention.plan import HardwareMemory, Plan, PlanTotals, plan_totals, rows, typical_rows
from qattention.plan.budget import LoadSearches, split_budget
from qattention.plan.rows import RowGroups
from qattention.plan.searches import RowSearch, Searches, search_nodes
from qattention.problem import AttentionProblem

SIZES = {"n_queries": 256, "n_keys": 256, "head_dim": 4, "n_heavy": 4, "key_bits": 4, "query_bits": 4}


def totals(n_groups: int | None = None, plan: Plan | None = None, **fields: object) -> PlanTotals:
    problem = AttentionProblem(**(SIZES | fields))
    plan = plan or Plan()
    with pytest.MonkeyPatch.context() as patched:
        if n_groups:
            patched.setattr(rows, "N_GROUPS", n_groups)
        groups = typical_rows(problem, plan.circuit.rows_per_load)
    return plan_totals(problem, plan, groups)


def load_search(found: PlanTotals, n_rows: int = 1) -> RowSearch:
    """That of a load of so many rows."""
    searches = LoadSearches(
        problem=found.problem,
        groups=found.groups,
        name=found.plan.search,
        n_items=found.n_items,
        known=Searches(),
    )
    return searches.of_a_load(found.budget, n_rows)


def shared(rows_per_load: int) -> Plan:
    return Plan(algorithm="shared-load", circuit=Circuit(rows_per_load=rows_per_load))


def device(p_query: float = 0.0) -> Plan:
    return Plan(circuit=Circuit(loader="hardware"), memory=HardwareMemory(p_query=p_query))


@pytest.mark.parametrize("phases", [False, True])
def test_uniform_rows_are_mean_times_iteration(phases: bool, analytic: type) -> None:
    analytic.fixed_points = phases
    found = totals(p_fail=0.256)
    schedule = analytic(n_items=256, n_promised=4, eps=found.budget.search / 256)
    proving = found.phased_iterate if phases else found.iterate
    find, certificate = int(found.iterate.toffoli[0]), int(proving.toffoli[0])
    assert certificate - find == phases
    mean, worst = schedule.expected(4), schedule.worst_case()
    assert found.expected("toffoli") == pytest.approx(
        256 * (mean.find * find + mean.certificate * certificate)
    )
    assert found.worst("toffoli") == 256 * (worst.find * find + worst.certificate * certificate)
    assert (found.t_per_rotation > 0) == phases
    assert found.expected("rotation") == pytest.approx(256 * 2 * phases * mean.certificate)


def exact_causal(found: PlanTotals, field: str) -> float:
    """Every row with its own schedule, without groups or interpolation."""
    total = 0.0
    for i, n_keys in enumerate(found.groups.n_keys.tolist()):
        mean = load_search(found).schedule(n_keys).expected(min(found.problem.n_heavy, n_keys))
        iterate, run = (getattr(found.parts[name].costs, field) for name in ("find", "runs"))
        total += mean.iterations * int(iterate[i]) + mean.runs * int(run[i])
    return total


@pytest.mark.parametrize("field", ["toffoli", "rotation", "measurement"])
def test_interpolated_schedules_add_up_to_the_exact_sum(field: str) -> None:
    found = totals(causal=True)
    assert len(search_nodes(found.n_items)) < 40
    assert found.expected(field) == pytest.approx(exact_causal(found, field), rel=0.02)


@pytest.mark.parametrize("n_groups", [16, 64])
def test_grouped_rows_add_up_to_the_exact_sum(n_groups: int) -> None:
    exact, grouped = totals(causal=True), totals(n_groups, causal=True)
    assert exact.groups.n_groups == 256
    assert grouped.expected("toffoli") == pytest.approx(exact.expected("toffoli"), rel=0.02)
    assert grouped.expected("toffoli") != exact.expected("toffoli")


@pytest.mark.parametrize("rows_per_load", [2, 3, 100, 256])
def test_shared_loads_search_the_union_and_divide_by_the_rows(rows_per_load: int, analytic: type) -> None:
    found, alone = totals(plan=shared(rows_per_load), p_fail=0.256), totals(p_fail=0.256)
    n_full, left = divmod(256, rows_per_load)
    total = 0.0
    for n_rows, count in [(rows_per_load, n_full), *([(left, 1)] if left else [])]:
        promised = min(4 * n_rows, 256)
        mean = analytic(n_items=256, n_promised=promised, eps=0.001 * n_rows).expected(promised)
        each = alone.sums
        ladder = max(0, n_rows - 2)
        iterate = int(alone.iterate.toffoli[0]) + (n_rows - 1) * int(each.toffoli[0]) + ladder
        total += count * mean.iterations * iterate
    assert found.expected("toffoli") == pytest.approx(total)
    assert found.qubits > alone.qubits


def test_causal_loads_search_the_keys_of_their_longest_row() -> None:
    found = totals(causal=True, n_queries=10, plan=shared(4))
    assert found.n_items.tolist() == [250, 254, 256]
    assert found.groups.n_rows.tolist() == [4, 4, 2]
    assert [load_search(found, n).n_heavy for n in (4, 2)] == [16, 8]


def test_shared_loads_have_no_phases_of_their_own(analytic: type) -> None:
    analytic.fixed_points = True
    with pytest.raises(SpecError, match="`search`: got 'adaptive'; must be a schedule without"):
        totals(plan=shared(2))


@pytest.mark.parametrize(("scope", "share"), [("all", 3 / 256), ("row", 1.0)])
def test_a_search_for_several_rows_may_fail_as_they_together(scope: str, share: float) -> None:
    found = totals(p_fail_scope=scope, plan=shared(3))
    assert load_search(found, 3).eps == pytest.approx(found.budget.search * share)


def test_worst_case_exceeds_every_row_of_its_own() -> None:
    found = totals(causal=True, n_queries=64, n_keys=64)
    own = [load_search(found).schedule(n).worst_case().iterations for n in found.groups.n_keys.tolist()]
    assert all(w >= o for w, o in zip(found.worst_searches.iterations, own, strict=True))


def test_padding_searches_all_addresses_without_rotations() -> None:
    exact, padded = totals(n_keys=130), totals(n_keys=130, plan=Plan(circuit=Circuit(padding="on")))
    assert (exact.n_items.tolist(), padded.n_items.tolist()) == ([130], [256])
    assert exact.t_per_rotation > 0 == padded.t_per_rotation
    assert padded.expected("toffoli") > exact.expected("toffoli")


@pytest.mark.parametrize("scope", ["all", "row"])
def test_budget_is_spent_and_no_more(scope: str) -> None:
    found = totals(n_keys=130, p_fail_scope=scope)
    problem, budget = found.problem, found.budget
    assert budget.search + budget.synthesis + budget.memory == pytest.approx(problem.p_fail, abs=1e-18)
    rows = problem.n_queries if scope == "all" else 1
    assert load_search(found).eps * rows == pytest.approx(budget.search)
    per_row = int(found.worst_searches.iterations[0]) * 4 + int(found.worst_searches.runs[0]) * 2
    assert found.beside.n_rotations == per_row * rows
    assert found.beside.eps_rotation is not None
    assert found.beside.eps_rotation * found.beside.n_rotations == pytest.approx(budget.synthesis)


@pytest.mark.parametrize(("scope", "n_keys"), [("all", 128), ("row", 128), ("all", 130)])
def test_a_memory_device_has_its_share_of_the_budget(scope: str, n_keys: int) -> None:
    """As many errors as are expected at most, and the search pays for them."""
    sizes = {"n_keys": n_keys, "p_fail_scope": scope}
    ideal = totals(plan=device(), **sizes)
    reads = ideal.mean_searches.iterations * (1 if scope == "row" else ideal.counts)
    p_query = 0.2 * ideal.budget.search / (2 * float(reads.sum()))
    found = totals(plan=device(p_query), **sizes)
    budget, problem = found.budget, found.problem
    assert budget.search + budget.synthesis + budget.memory == pytest.approx(problem.p_fail)
    assert budget.synthesis == ideal.budget.synthesis
    reads = found.mean_searches.iterations * (1 if scope == "row" else found.counts)
    assert 0 < 2 * p_query * float(reads.sum()) <= budget.memory <= 0.25 * problem.p_fail
    with pytest.raises(InfeasibleError, match=r"`memory_error`: .* cannot be met") as caught:
        _ = totals(plan=device(10 * p_query), **sizes).budget
    nearest = device(float(caught.value.nearest))
    assert totals(plan=nearest, **sizes).budget.memory < problem.p_fail / 2


def test_without_rotations_the_search_has_it_all() -> None:
    problem = AttentionProblem(**SIZES)
    assert split_budget(problem, has_rotations=False).search == problem.p_fail
    assert totals().beside.eps_rotation is None


def test_typical_group_is_the_median_row() -> None:
    found = totals(causal=True, n_queries=9, n_keys=300)
    costs = np.sort(found.iterate.toffoli)
    assert found.iterate.toffoli[found.typical_group] == costs[4]
    counts = np.array([1, 1, 100], dtype=object)
    sizes = {"n_keys": np.array([5, 100, 300]), "n_rows": np.array([1, 1, 1])}
    few = attrs.evolve(found.groups, **sizes, count=counts, rows=counts)
    assert plan_totals(found.problem, Plan(), few).typical_group == 2


def test_astronomic_totals_stay_exact_integers() -> None:
    found = totals(n_queries=2**60, n_keys=2**60, n_heavy=1)
    each = int(found.worst_searches.iterations[0]) * int(found.iterate.toffoli[0])
    assert found.worst("toffoli") == 2**60 * each > 2**150
    assert found.worst("toffoli") % 2**60 == 0


def test_bound_without_data_is_above_typical() -> None:
    groups: RowGroups = typical_rows(AttentionProblem(**SIZES))
    digits = int(np.count_nonzero(groups.sums.digits))
    tree = INNER_PRODUCTS["compressor-tree"]
    assert tree.most_toffoli(4, 4, 4, 12) >= most_tree_toffoli(digits, 2, 4, 12)
