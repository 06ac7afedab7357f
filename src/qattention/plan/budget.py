"""`FailureBudget`: how p_fail is spent, made before anything is costed, and the searches that it leaves."""

from __future__ import annotations

import attrs
import numpy as np

from qattention.costs import IntArray
from qattention.errors import InfeasibleError
from qattention.plan.hardware import QUERIES_A_LOOK_UP, HardwareMemory
from qattention.plan.rows import RowGroups
from qattention.plan.searches import MeanSearches, RowSearch, Searches, WorstSearches, for_each_size
from qattention.problem import AttentionProblem
from qattention.search import schedule_kind

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


@attrs.frozen(kw_only=True, eq=False)
class LoadSearches:
    """The searches of every group of loads, all with one schedule.

    Attributes:
        name: of the schedule. n_items: size of the searched space of each group, shape (n_groups,).
        known: what was found out about schedules already.
    """

    problem: AttentionProblem
    groups: RowGroups
    name: str
    n_items: IntArray
    known: Searches

    def of_a_load(self, budget: FailureBudget, n_rows: int = 1, n_union: int | None = None) -> RowSearch:
        """The schedule of a load that `n_rows` rows share: the union of their find sets is searched.

        Args:
            n_union: distinct keys of it; as many as there can be unless given.
        """
        eps = eps_search(self.problem, budget, n_rows)
        promised = self.problem.n_searched * n_rows if n_union is None else n_union
        return RowSearch(name=self.name, n_heavy=promised, eps=eps, n_rows=n_rows)

    def means(self, budget: FailureBudget) -> MeanSearches:
        """Mean episodes."""

        def of(n_rows: int, n_union: int | None, n_items: IntArray) -> MeanSearches:
            return self.known.means(self.of_a_load(budget, n_rows, n_union), n_items)

        return for_each_size(self.groups, self.n_items, of)

    def worst(self, budget: FailureBudget) -> WorstSearches:
        """Longest episodes."""

        def of(n_rows: int, n_union: int | None, n_items: IntArray) -> WorstSearches:
            return self.known.worst(self.of_a_load(budget, n_rows, n_union), n_items)

        return for_each_size(self.groups, self.n_items, of)

    def has_fixed_points(self) -> bool:
        """Whether certificates are fixed-point runs, whose iterations carry phases."""
        budget = split_budget(self.problem, has_rotations=True)
        search = self.of_a_load(budget, int(np.max(self.groups.n_rows)))
        return self.known.has_fixed_points(search, int(np.max(self.n_items)))

    def has_matched_rotations(self) -> bool:
        """Whether some run that cannot miss ends with rotations."""
        if not schedule_kind(self.name).has_matched_steps:
            return False
        return bool(np.any(self.worst(split_budget(self.problem, has_rotations=True)).rotations > 0))


def failure_budget(
    searches: LoadSearches, has_rotations: bool, memory: HardwareMemory | None
) -> FailureBudget:
    """How p_fail is spent by these searches, with or without rotations, on tables in gates or a device.

    Raises:
        InfeasibleError: the device errs more often than p_fail allows.
    """
    budget = split_budget(searches.problem, has_rotations)
    if memory is None or not memory.p_query:
        return budget
    return spare_for_memory(budget, memory.p_query, QUERIES_A_LOOK_UP * _most_reads(searches, budget))


def split_budget(problem: AttentionProblem, has_rotations: bool) -> FailureBudget:
    """Everything to the search, but for a fixed share to synthesis where there are rotations."""
    synthesis = problem.p_fail * SYNTHESIS_SHARE if has_rotations else 0.0
    return FailureBudget(search=problem.p_fail - synthesis, synthesis=synthesis, memory=0.0)


def _most_reads(searches: LoadSearches, budget: FailureBudget) -> float:
    """Look-ups expected in the scope of p_fail, if the search may fail with half of its share."""
    each = searches.means(attrs.evolve(budget, search=budget.search / 2)).iterations
    is_row = searches.problem.p_fail_scope == "row"
    return float(np.max(each) if is_row else np.sum(searches.groups.count.astype(np.float64) * each))


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
