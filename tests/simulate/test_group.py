"""The failure that one search may have is the one that its estimate is costed with."""

import attrs
import pytest

from qattention.plan.budget import eps_search, split_budget
from qattention.problem import AttentionProblem
from qattention.simulate.settings import RunSettings

CASE = AttentionProblem(n_queries=40, n_keys=64, head_dim=4, n_heavy=2, p_fail=0.01)


@pytest.mark.parametrize("scope", ["all", "row"])
@pytest.mark.parametrize("n_rows", [1, 4, 40])
def test_rows_on_one_load_fail_no_more_often_than_each_may(scope: str, n_rows: int) -> None:
    problem = attrs.evolve(CASE, p_fail_scope=scope)
    how = RunSettings(p_fail=problem.p_fail, p_fail_scope=scope).group_search(problem)
    budget = split_budget(problem, has_rotations=False)
    assert how.eps(n_rows) == pytest.approx(eps_search(problem, budget, n_rows))
