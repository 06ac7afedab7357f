"""The price of a plan has the counts that its estimate would give the engines."""

import numpy as np
import pytest

from qattention.circuit import INNER_PRODUCTS, LOADERS, Circuit
from qattention.errors import SpecError
from qattention.estimates import estimate
from qattention.estimates.machines import logical_counts
from qattention.estimates.physical import MACHINES
from qattention.estimates.price import counts_of, plan_price
from qattention.estimates.request import Request
from qattention.formulas import TOFFOLI_T
from qattention.plan import Plan, PlanOptions, plan_totals, typical_rows
from qattention.plan.algorithms import rows_on
from qattention.plan.choose import PlanSearch, best_of, entry_totals
from qattention.plan.searches import Searches
from qattention.problem import AttentionProblem

CASE = AttentionProblem(n_queries=4, n_keys=48, head_dim=4, n_heavy=2, key_bits=3, query_bits=3)


@pytest.mark.parametrize("loader", ["qroam", "hardware"])
@pytest.mark.parametrize("form", ["bucket-tree", "shift-add", "product"])
def test_counts_are_those_of_the_estimate(loader: str, form: str) -> None:
    search = PlanSearch(CASE, PlanOptions(loader=loader, search="known-k-exact", inner_product=form))
    totals = best_of(search)
    counts = counts_of(totals)
    assert counts == logical_counts(estimate(CASE, totals.plan))
    assert counts.t_depth is not None
    assert counts.clifford_depth is not None


def test_the_cheapest_point_of_the_front_is_chosen() -> None:
    search = PlanSearch(CASE, PlanOptions(minimize="physical", search="known-k-exact"))
    price = plan_price(p_fail=0.1)
    table = search.table([1])
    prices = [price(entry_totals(table, int(entry))) for entry in table.front()]
    assert len(set(prices)) > 1
    assert price(best_of(search, price)) == min(prices)


def test_machines_without_quick_models_have_no_such_price() -> None:
    with pytest.raises(SpecError, match=r"`minimize`.* superconducting-1e-3"):
        plan_price([machine for machine in MACHINES if not machine.what.models])


N_DRAWN, SEED = 200, 2026
ROWS = (1, 2, 4, 6)  # few numbers of rows, so that their searches are worked out once


# The default schedule's means are sampled, a second for each number of rows: at one size exact sums do.
# At 2^16 no machine runs those, and every price would be infinite.
@pytest.mark.parametrize(
    ("power", "search"), [(10, "adaptive"), (12, "adaptive"), (14, "bbht"), (16, "adaptive")]
)
def test_no_plan_drawn_at_random_is_cheaper(power: int, search: str) -> None:
    """Drawn uniformly from loader, block, form, rows a load and padding, every depth known."""
    asked = Request.of(n_tokens=2**power, n_heavy=16, minimize="physical", search=search)
    price, rng, searches = plan_price(), np.random.default_rng(SEED), Searches()
    best, problem = price(asked.totals), asked.question.problem
    assert np.isfinite(best)
    loaders = [kind for kind in LOADERS.values() if not kind.only_asked]
    forms = [kind for kind in INNER_PRODUCTS.values() if not kind.only_asked]
    groups = {n_rows: typical_rows(problem, n_rows) for n_rows in set(ROWS)}
    for _ in range(N_DRAWN):
        kind, n_rows = loaders[rng.integers(len(loaders))], int(rng.choice(ROWS))
        circuit = Circuit(
            loader=kind,
            block_size=2 ** int(rng.integers(1, power + 1)) if kind.has_blocks else None,
            inner_product=forms[rng.integers(len(forms))],
            padding=str(rng.choice(["on", "off"])),  # type: ignore[arg-type]
            rows_per_load=n_rows,
        )
        algorithm = "row-by-row" if n_rows == 1 else "shared-load"
        plan = Plan(algorithm=algorithm, circuit=circuit, search=search)  # type: ignore[arg-type]
        totals = plan_totals(problem, plan, groups[n_rows], searches)
        assert counts_of(totals).clifford_depth
        assert best <= price(totals), plan


def test_no_look_up_is_cheaper_where_clifford_layers_decide() -> None:
    """Every loader and block under the sums that are chosen; T gates, T depth and qubits hide the best."""
    asked = Request.of(n_tokens=2**16, n_heavy=16, minimize="physical")
    price, searches, problem = plan_price(), Searches(), asked.question.problem
    best, form = price(asked.totals), asked.totals.plan.circuit.inner_product
    others = {}
    for kind in (kind for kind in LOADERS.values() if not kind.only_asked):
        for n_rows in ROWS:
            for block in [2**low for low in range(1, 8)] if kind.has_blocks else [None]:
                circuit = Circuit(loader=kind, block_size=block, inner_product=form, rows_per_load=n_rows)
                plan = Plan(algorithm=rows_on(n_rows), circuit=circuit)
                groups = typical_rows(problem, n_rows)
                others[str(circuit), n_rows] = price(plan_totals(problem, plan, groups, searches))
    cheapest = min(others, key=others.__getitem__)
    assert np.isfinite(others[cheapest])
    assert best <= others[cheapest], cheapest


def test_the_cheapest_of_all_is_on_the_front() -> None:
    """Clifford layers are no column of the front; it holds the cheapest plan all the same."""
    search = PlanSearch(CASE, PlanOptions(minimize="physical", search="known-k-exact"))
    price, table = plan_price(), search.table([1])
    every = [price(entry_totals(table, entry)) for entry in range(len(table))]
    assert min(every) == min(every[entry] for entry in table.front())


@pytest.mark.parametrize("n_keys", [1, 2])
def test_where_nothing_is_expected_the_worst_case_decides(n_keys: int) -> None:
    """All keys are heavy: many plans expect no iteration, and tie in what they expect."""
    problem = AttentionProblem(n_queries=n_keys, n_keys=n_keys, head_dim=128, n_heavy=n_keys)
    search = PlanSearch(problem, PlanOptions(search="adaptive"))
    table = search.table([1])
    ties = np.flatnonzero(table.expected_t == table.expected_t.min()).tolist()
    worst = [entry_totals(table, entry).worst("toffoli") for entry in ties]
    best = best_of(search)
    assert best.worst("toffoli") == min(worst)
    assert min(worst) < max(worst) or n_keys == 1
    assert best.worst("toffoli") * TOFFOLI_T == pytest.approx(float(table.worst_t[ties].min()))
