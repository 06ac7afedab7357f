"""The choice follows the objective, and caps are kept or refused with the nearest value."""

import attrs
import numpy as np
import pytest

from qattention.circuit import INNER_PRODUCTS, Circuit
from qattention.errors import InfeasibleError, SpecError
from qattention.formulas.inner_product import sum_figures
from qattention.formulas.uniform_superposition import reflection
from qattention.plan import (
    HardwareMemory,
    Plan,
    PlanOptions,
    PlanTotals,
    choose_plan,
    plan_totals,
    typical_rows,
)
from qattention.plan.choose import PlanSearch, entry_totals, searches_left
from qattention.plan.table import pareto_front
from qattention.problem import AttentionProblem


def problem(n_keys: int, **fields: object) -> AttentionProblem:
    sizes = {"n_queries": 4, "n_keys": n_keys, "head_dim": 2, "n_heavy": 1, "key_bits": 2, "query_bits": 2}
    return AttentionProblem(**(sizes | fields))


def costed(case: AttentionProblem, plan: Plan) -> PlanTotals:
    """By its own closed forms, apart from any table."""
    return plan_totals(case, plan, typical_rows(case, plan.circuit.rows_per_load))


def with_circuit(**choices: object) -> Plan:
    return Plan(circuit=Circuit(**choices))


@pytest.mark.parametrize("n_keys", [1, 3, 7, 15, 33, 63, 100, 255, 513])
def test_padding_is_what_costs_fewer_t(n_keys: int) -> None:
    case = problem(n_keys)
    cost = {p: costed(case, with_circuit(padding=p)).expected_t for p in ("off", "on")}
    assert cost[choose_plan(case, PlanOptions(loader="qrom")).circuit.padding] == min(cost.values())


def test_both_answers_occur() -> None:
    qrom = PlanOptions(loader="qrom")
    assert {choose_plan(problem(n), qrom).circuit.padding for n in (63, 513)} == {"on", "off"}


def test_a_power_of_two_is_not_padded() -> None:
    assert choose_plan(problem(64)).circuit.padding == "off"


@pytest.mark.parametrize("padding", ["on", "off"])
def test_what_is_asked_for_is_done(padding: str) -> None:
    assert choose_plan(problem(63), PlanOptions(padding=padding)).circuit.padding == padding


def test_objective_is_kept_in_the_plan() -> None:
    case = problem(65)
    plan = choose_plan(case, PlanOptions(minimize="qubits", loader="qrom", unload_block=8))
    plans = {p: with_circuit(padding=p, unload_block=8) for p in ("off", "on")}
    qubits = {p: costed(case, plan).qubits for p, plan in plans.items()}
    assert (plan.minimize, qubits[plan.circuit.padding]) == ("qubits", min(qubits.values()))


def test_caps_are_kept_or_the_binding_one_is_named() -> None:
    case = problem(64)
    table = PlanSearch(case).table([1])
    fewest, shallowest = int(table.qubits.min()), int(table.t_depth.min())
    for cap, least in (("max_qubits", fewest), ("max_t_depth", shallowest)):
        totals = costed(case, choose_plan(case, PlanOptions(**{cap: least})))
        assert {"max_qubits": totals.qubits, "max_t_depth": totals.t_depth}[cap] == least
        with pytest.raises(InfeasibleError) as caught:
            choose_plan(case, PlanOptions(**{cap: least - 1}))
        error = caught.value
        assert (error.constraint, error.limit, error.nearest) == (cap, least - 1, least)


def test_caps_that_only_together_cannot_be_met() -> None:
    case = problem(64)
    table = PlanSearch(case).table([1])
    fewest, shallowest = int(table.qubits.min()), int(table.t_depth.min())
    with pytest.raises(InfeasibleError) as caught:
        choose_plan(case, PlanOptions(max_qubits=fewest, max_t_depth=shallowest))
    assert caught.value.constraint == "max_qubits with max_t_depth"
    qubits = int(table.qubits[table.t_depth == shallowest].min())
    depth = int(table.t_depth[table.qubits == fewest].min())
    assert caught.value.nearest == (
        f"{qubits} qubits with T depth {shallowest}, or {fewest} qubits with T depth {depth}"
    )
    assert choose_plan(case, PlanOptions(max_qubits=qubits, max_t_depth=shallowest))
    assert choose_plan(case, PlanOptions(max_qubits=fewest, max_t_depth=depth))
    with pytest.raises(InfeasibleError) as both:
        choose_plan(case, PlanOptions(max_qubits=1, max_t_depth=1))
    assert (both.value.limit, both.value.nearest) == ("1 with 1", caught.value.nearest)


def test_the_nearest_value_of_one_cap_keeps_the_other() -> None:
    case = problem(64)
    table = PlanSearch(case).table([1])
    shallowest = int(table.t_depth.min())
    qubits = int(table.qubits[table.t_depth == shallowest].min())
    assert qubits > table.qubits.min()
    with pytest.raises(InfeasibleError) as caught:
        choose_plan(case, PlanOptions(max_qubits=1, max_t_depth=shallowest))
    assert (caught.value.constraint, caught.value.nearest) == ("max_qubits", qubits)
    assert choose_plan(case, PlanOptions(max_qubits=qubits, max_t_depth=shallowest))


def test_a_cap_that_few_shared_rows_keep_is_kept() -> None:
    case = problem(64, n_queries=64, head_dim=16, key_bits=8, query_bits=8)
    options = PlanOptions(algorithm="shared-load")
    fewest = [int(PlanSearch(case, options).table([rows]).qubits.min()) for rows in (2, 3, 4)]
    assert fewest == sorted(set(fewest))
    for rows, qubits in zip((2, 3), fewest, strict=False):
        capped = attrs.evolve(options, max_qubits=qubits)
        assert choose_plan(case, capped).circuit.rows_per_load <= rows
    with pytest.raises(InfeasibleError) as caught:
        choose_plan(case, attrs.evolve(options, max_qubits=1))
    assert caught.value.nearest == fewest[0]


CASES = [
    problem(64),
    problem(100, n_queries=9),
    problem(33, causal=True, n_queries=33),
    problem(2**40, head_dim=16, key_bits=8, query_bits=8),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.n_queries}x{case.n_keys}")
@pytest.mark.parametrize("phases", [False, True])
def test_a_table_says_what_each_plan_costs(case: AttentionProblem, phases: bool, analytic: type) -> None:
    analytic.fixed_points = phases
    search = PlanSearch(case, PlanOptions(inner_product="compressor-tree"))
    table = search.table([1] if phases else [1, 2, 4])
    assert len(table) > 20
    for entry in range(0, len(table), 7):
        found = costed(case, table.plan(entry))
        assert entry_totals(table, entry).expected_t == found.expected_t
        for name in ("expected_t", "expected_t_depth", "volume"):
            assert getattr(table, name)[entry] == pytest.approx(getattr(found, name), rel=1e-12)
        assert table.expected_toffoli[entry] == pytest.approx(found.expected("toffoli"), rel=1e-12)
        assert (table.qubits[entry], table.t_depth[entry]) == (found.qubits, found.t_depth)


@pytest.mark.parametrize("minimize", ["toffoli", "t-depth", "qubits", "volume"])
def test_the_best_of_all_is_chosen(minimize: str) -> None:
    case = problem(200, n_queries=3)
    options = PlanOptions(minimize=minimize)
    search, chosen = PlanSearch(case, options), choose_plan(case, options)
    cost = {
        "toffoli": lambda totals: totals.expected_t,
        "t-depth": lambda totals: totals.expected_t_depth,
        "qubits": lambda totals: totals.qubits,
        "volume": lambda totals: totals.volume,
    }[minimize]
    table = search.table([1])
    every = [cost(costed(case, table.plan(entry))) for entry in range(len(table))]
    assert cost(costed(case, chosen)) == pytest.approx(min(every))
    assert chosen.minimize == minimize


def test_a_price_decides_among_the_plans_that_none_beats() -> None:
    case = problem(64)
    options = PlanOptions(minimize="physical", rows_per_load=1)
    with pytest.raises(SpecError, match="`minimize`: got 'physical'"):
        choose_plan(case, options)
    cheap = choose_plan(case, options, price=lambda totals: float(-totals.qubits))
    table = PlanSearch(case, options).table([1])
    assert costed(case, cheap).qubits == table.qubits[table.front()].max()


def test_the_front_is_what_none_dominates() -> None:
    rng = np.random.default_rng(3)
    costs = rng.integers(0, 12, (300, 3)).astype(float)
    found = pareto_front(costs)
    beaten = [any(np.all(p <= q) and np.any(p < q) for p in costs) for q in costs]
    assert {tuple(costs[i]) for i in found} == {tuple(q) for q, b in zip(costs, beaten, strict=True) if not b}
    assert len({tuple(costs[i]) for i in found}) == len(found)
    assert found.tolist() == sorted(found.tolist(), key=lambda i: tuple(costs[i]))


def test_auto_takes_the_best_schedule_that_certifies() -> None:
    case = problem(64)
    left = searches_left(PlanOptions(search="auto"))
    assert choose_plan(case, PlanOptions(search="auto")).search in left
    assert not {"known-k", "top-k"} & set(left)


def test_rows_share_a_load_only_if_asked() -> None:
    case = problem(64, n_queries=64)
    assert choose_plan(case).algorithm == "row-by-row"
    assert choose_plan(case, PlanOptions(rows_per_load=5)).circuit.rows_per_load == 5
    shared = choose_plan(case, PlanOptions(algorithm="shared-load", rows_per_load=100))
    assert shared.circuit.rows_per_load == 64


def test_auto_takes_the_rows_that_cost_least() -> None:
    case = problem(64, n_queries=240, head_dim=16, key_bits=8, query_bits=8)
    chosen = choose_plan(case, PlanOptions(loader="qrom", rows_per_load="auto"))
    assert chosen.algorithm == "shared-load"
    costs = {
        n_rows: costed(case, attrs.evolve(chosen, circuit=attrs.evolve(chosen.circuit, rows_per_load=n_rows)))
        for n_rows in (2, 4, 8, 16, 24, 32, 48, 64)
    }
    assert chosen.circuit.rows_per_load == min(costs, key=lambda n_rows: costs[n_rows].expected_t) < 64


def test_one_query_has_no_load_to_share() -> None:
    plan = choose_plan(problem(512, n_queries=1), PlanOptions(algorithm="shared-load"))
    assert (plan.algorithm, plan.circuit.rows_per_load) == ("row-by-row", 1)


def test_the_loader_is_chosen_by_the_objective() -> None:
    case = AttentionProblem(n_queries=2**14, n_keys=2**14, head_dim=128, n_heavy=16)
    plans = {name: choose_plan(case, PlanOptions(loader=name)) for name in ("qrom", "qroam", "one-hot-swap")}
    assert [plan.circuit.block_size for plan in plans.values()] == [None, 4, 4]
    costs = {name: costed(case, plan) for name, plan in plans.items()}
    toffoli = {name: int(totals.iterate.toffoli[0]) for name, totals in costs.items()}
    assert toffoli == {"qrom": 18387, "qroam": 9171, "one-hot-swap": 8921}
    best = choose_plan(case)
    assert str(best.circuit.look_up) == "one-hot-halves (4 keys a block)"
    assert int(costed(case, best).iterate.toffoli[0]) == 8910
    fewest = choose_plan(case, PlanOptions(minimize="qubits")).circuit
    assert (fewest.loader.name, fewest.inner_product.name) == ("qrom", "shift-add")


def test_a_block_size_leaves_only_loaders_with_blocks() -> None:
    circuit = choose_plan(problem(64), PlanOptions(block_size=8)).circuit
    assert (circuit.loader.has_blocks, circuit.block_size) == (True, 8)
    with pytest.raises(SpecError, match="`block_size`: got 8"):
        PlanOptions(loader="qrom", block_size=8)


def test_buckets_are_chosen_where_they_save() -> None:
    """At d = 128 they do; two weights of two bits share nothing."""
    case = AttentionProblem(n_queries=2**14, n_keys=2**14, head_dim=128, n_heavy=16)
    best = choose_plan(case, PlanOptions(loader="qroam", block_size=4)).circuit
    assert best.inner_product.name == "bucket-tree"
    assert choose_plan(problem(64)).circuit.inner_product.name == "compressor-tree"
    costs = {}
    for form in ("compressor-tree", "bucket-tree"):
        costs[form] = int(costed(case, with_circuit(inner_product=form)).iterate.toffoli[0])
    assert costs["compressor-tree"] - costs["bucket-tree"] == 19470 - 18387


def test_a_device_keeps_what_was_said_of_it() -> None:
    options = PlanOptions(loader="hardware", memory_latency_us=2.0, memory_error=1e-9)
    assert choose_plan(problem(64), options).memory == HardwareMemory(latency_us=2.0, p_query=1e-9)


@pytest.mark.parametrize("n_keys", [5, 16, 64])
def test_the_naive_plan_walks_twice_multiplies_and_restarts(n_keys: int) -> None:
    case = problem(n_keys)
    plan = choose_plan(case, PlanOptions(plan="naive"))
    circuit = plan.circuit
    product = sum_figures(typical_rows(case).sums, INNER_PRODUCTS["product"])
    arithmetic = int(product.ands[0] + product.again[0])
    assert (circuit.loader.name, circuit.unload_block, circuit.padded) == ("qrom", 1, False)
    assert (plan.search, circuit.inner_product.name) == ("bbht", "product")
    iterate = costed(case, plan).iterate
    walks = 2 * (n_keys - 2)
    assert iterate.toffoli.tolist() == [walks + arithmetic + int(reflection(n_keys).toffoli)]
