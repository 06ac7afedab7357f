"""The choice follows the objective, and caps are kept or refused with the nearest value."""

import attrs
import pytest

from qattention.errors import InfeasibleError, SpecError
from qattention.plan import Plan, PlanOptions, choose_plan, plan_totals, typical_rows
from qattention.plan.loader_names import BLOCKED
from qattention.problem import AttentionProblem


def problem(n_keys: int, **fields: object) -> AttentionProblem:
    sizes = {"n_queries": 4, "n_keys": n_keys, "head_dim": 2, "n_heavy": 1, "key_bits": 2, "query_bits": 2}
    return AttentionProblem(**(sizes | fields))


@pytest.mark.parametrize("n_keys", [1, 3, 7, 15, 33, 63, 100, 255, 513])
def test_padding_is_what_costs_fewer_t(n_keys: int) -> None:
    case = problem(n_keys)
    cost = {p: plan_totals(case, Plan(padding=p), typical_rows(case)).expected_t for p in ("off", "on")}
    assert cost[choose_plan(case, PlanOptions(loader="qrom")).padding] == min(cost.values())


def test_both_answers_occur() -> None:
    qrom = PlanOptions(loader="qrom")
    assert {choose_plan(problem(n), qrom).padding for n in (63, 513)} == {"on", "off"}


def test_a_power_of_two_is_not_padded() -> None:
    assert choose_plan(problem(64)).padding == "off"


@pytest.mark.parametrize("padding", ["on", "off"])
def test_what_is_asked_for_is_done(padding: str) -> None:
    assert choose_plan(problem(63), PlanOptions(padding=padding)).padding == padding


def test_objective_is_kept_in_the_plan() -> None:
    case = problem(65)
    plan = choose_plan(case, PlanOptions(minimize="qubits"))
    qubits = {p: plan_totals(case, Plan(padding=p), typical_rows(case)).qubits for p in ("off", "on")}
    assert (plan.minimize, qubits[plan.padding]) == ("qubits", min(qubits.values()))


def test_cap_on_qubits() -> None:
    case = problem(64)
    needed = plan_totals(case, Plan(), typical_rows(case)).qubits
    assert choose_plan(case, PlanOptions(max_qubits=needed)) == Plan()
    with pytest.raises(InfeasibleError) as caught:
        choose_plan(case, PlanOptions(max_qubits=needed - 1))
    assert (caught.value.constraint, caught.value.limit, caught.value.nearest) == (
        "max_qubits",
        needed - 1,
        needed,
    )


def test_rows_share_a_load_only_if_asked() -> None:
    case = problem(64, n_queries=64)
    assert choose_plan(case).algorithm == "row-by-row"
    assert choose_plan(case, PlanOptions(rows_per_load=5)).rows_per_load == 5
    assert choose_plan(case, PlanOptions(algorithm="shared-load", rows_per_load=100)).rows_per_load == 64


def test_auto_takes_the_rows_that_cost_least() -> None:
    case = problem(64, n_queries=240, head_dim=16, key_bits=8, query_bits=8)
    chosen = choose_plan(case, PlanOptions(loader="qrom", rows_per_load="auto"))
    assert chosen.algorithm == "shared-load"
    costs = {
        n_rows: plan_totals(case, attrs.evolve(chosen, rows_per_load=n_rows), typical_rows(case, n_rows))
        for n_rows in (2, 4, 8, 16, 24, 32, 48, 64)
    }
    assert chosen.rows_per_load == min(costs, key=lambda n_rows: costs[n_rows].expected_t) < 64


def test_one_query_has_no_load_to_share() -> None:
    plan = choose_plan(problem(512, n_queries=1), PlanOptions(algorithm="shared-load"))
    assert (plan.algorithm, plan.rows_per_load) == ("row-by-row", 1)


def test_the_loader_is_chosen_by_the_objective() -> None:
    case = AttentionProblem(n_queries=2**14, n_keys=2**14, head_dim=128, n_heavy=16)
    plans = {name: choose_plan(case, PlanOptions(loader=name)) for name in ("qrom", "qroam", "one-hot-swap")}
    assert [plan.block_size for plan in plans.values()] == [None, 4, 4]
    costs = {name: plan_totals(case, plan, typical_rows(case)) for name, plan in plans.items()}
    toffoli = {name: int(totals.iterate.toffoli[0]) for name, totals in costs.items()}
    assert toffoli == {"qrom": 18387, "qroam": 9171, "one-hot-swap": 8921}
    assert choose_plan(case).loader == "one-hot-swap"
    assert choose_plan(case, PlanOptions(minimize="qubits")).loader == "qrom"


def test_a_block_size_leaves_only_loaders_with_blocks() -> None:
    plan = choose_plan(problem(64), PlanOptions(block_size=8))
    assert (plan.loader in BLOCKED, plan.block_size) == (True, 8)
    with pytest.raises(SpecError, match="`block_size`: got 8"):
        PlanOptions(loader="qrom", block_size=8)


def test_buckets_are_chosen_where_they_save() -> None:
    """At d = 128 they do; two weights of two bits share nothing."""
    case = AttentionProblem(n_queries=2**14, n_keys=2**14, head_dim=128, n_heavy=16)
    assert choose_plan(case, PlanOptions(loader="qroam", block_size=4)).inner_product == "bucket-tree"
    assert choose_plan(problem(64)).inner_product == "compressor-tree"
    rows, costs = typical_rows(case), {}
    for form in ("compressor-tree", "bucket-tree"):
        costs[form] = int(plan_totals(case, Plan(inner_product=form), rows).iterate.toffoli[0])
    assert costs["compressor-tree"] - costs["bucket-tree"] == 19470 - 18387
