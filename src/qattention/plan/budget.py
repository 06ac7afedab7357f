"""`FailureBudget`: how p_fail is spent, and what accuracy that leaves each rotation."""

from __future__ import annotations

import attrs

from qattention.errors import InfeasibleError
from qattention.problem import AttentionProblem

# Halving the search's share would add about ln 2 / ln(1/eps) to its certificate; a tenth of the budget costs
# a rotation 0.53 log2(10) = 1.8 T gates.
SYNTHESIS_SHARE = 0.1
MOST_EPS = 0.5  # of a search; beyond, a certificate would say next to nothing


@attrs.frozen(kw_only=True)
class FailureBudget:
    """Shares of p_fail, in the problem's scope (all rows, or each row); they sum to p_fail.

    Attributes:
        search: marked keys missed.
        synthesis: rotations approximated.
        memory: the memory's own errors, as many as are expected; 0 for a table in gates.
    """

    search: float
    synthesis: float
    memory: float


def split_budget(problem: AttentionProblem, has_rotations: bool) -> FailureBudget:
    """Everything to the search, but for a fixed share to synthesis where there are rotations."""
    synthesis = problem.p_fail * SYNTHESIS_SHARE if has_rotations else 0.0
    return FailureBudget(search=problem.p_fail - synthesis, synthesis=synthesis, memory=0.0)


def spare_for_memory(budget: FailureBudget, p_query: float, n_queries: float) -> FailureBudget:
    """The budget with what a memory device spends, taken from the search.

    Args:
        n_queries: expected, in the budget's scope, while the search may fail with half of its share: no fewer
            than with what is left to it.
    Raises:
        InfeasibleError: the device would spend more than half of the search's share.
    """
    spent, most = p_query * n_queries, budget.search / 2
    if spent > most:
        raise InfeasibleError("memory_error", p_query, f"{0.995 * most / n_queries:.3g}")  # rounded, yet met
    return attrs.evolve(budget, search=budget.search - spent, memory=spent)


def eps_search(problem: AttentionProblem, budget: FailureBudget, n_rows: int = 1) -> float:
    """Failure allowed to one search for `n_rows` rows at once, at most MOST_EPS.

    With scope "all" a union bound over the rows: each brings its share. With scope "row" a row is missed no
    more often than its search fails.
    """
    share = n_rows / problem.n_queries if problem.p_fail_scope == "all" else 1.0
    return min(budget.search * share, MOST_EPS)


def eps_rotation(budget: FailureBudget, n_rotations: int) -> float | None:
    """Operator-norm accuracy of each of `n_rotations` rotations within the budget's scope; None without any.

    Errors add up at most, and no outcome's probability moves by more than their sum (trace distance).
    """
    return budget.synthesis / n_rotations if n_rotations else None
