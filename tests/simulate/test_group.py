"""The searches of a run are those that its estimate is costed with: the failure, the promise, the space."""

import pytest

from qattention.plan.budget import LoadSearches
from qattention.plan.searches import Searches
from qattention.search import make_wary
from qattention.simulate import group


@pytest.mark.parametrize("scope", ["all", "row"])
@pytest.mark.parametrize("rows_per_load", [1, 4])
@pytest.mark.parametrize("padding", ["on", "off"])  # with rotations of the start state, and without
def test_rows_on_one_load_fail_no_more_often_than_each_may(
    scope, rows_per_load, padding, asked, run, monkeypatch
):
    made = []

    def recorded(*search):
        made.append(search)
        return make_wary(*search)

    monkeypatch.setattr(group, "make_wary", recorded)
    options = {"p_fail_scope": scope, "rows_per_load": rows_per_load, "padding": padding, "loader": "qrom"}
    options |= {"n_heavy": 2, "p_fail": 0.01}
    totals = asked("minilm-pride", **options).totals
    run("minilm-pride", range(40, 44), **options)
    searches = LoadSearches(
        problem=totals.problem,
        groups=totals.groups,
        name="adaptive",
        n_items=totals.n_items,
        known=Searches(),
    )
    union = totals.groups.n_union  # of the loads that begin at row 40
    loads = range(40 // rows_per_load, 44 // rows_per_load)
    costed = [
        searches.of_a_load(totals.budget, rows_per_load, None if union is None else int(union[load]))
        for load in loads
    ]
    (n_items,) = set(totals.n_items.tolist())
    assert made == [("adaptive", n_items, one.n_heavy, one.eps) for one in costed]
