"""The price of a plan has the counts that its estimate would give the engines."""

import pytest

from qattention.errors import SpecError
from qattention.estimates import estimate
from qattention.estimates.machines import logical_counts
from qattention.estimates.physical import MACHINES
from qattention.estimates.price import counts_of, plan_price
from qattention.plan import PlanOptions
from qattention.plan.choose import PlanSearch, best_of, entry_totals
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
