"""The cost of a plan from closed forms: every group of rows, one iteration and all of them."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.formulas import (
    TOFFOLI_T,
    Costs,
    address_bits,
    fixed_point_iterate,
    grover_iterate,
    readout,
    searched,
    served_addresses,
    t_per_rotation,
)
from qattention.formulas.costs import AnyIntArray, IntArray
from qattention.plan.budget import FailureBudget, eps_rotation, eps_search_row, split_budget
from qattention.plan.plan import Plan
from qattention.plan.rows import RowGroups
from qattention.plan.searches import MeanSearches, RowSearch, WorstSearches
from qattention.problem import AttentionProblem


@attrs.frozen(kw_only=True, eq=False, slots=False)
class PlanTotals:
    """A plan's closed-form costs; what takes time (the mean searches) is found when it is asked for.

    Attributes:
        iterate: one oracle and reflection of each group, in a find.
        run: one start state and readout of each group.
    """

    problem: AttentionProblem
    plan: Plan
    groups: RowGroups
    iterate: Costs
    run: Costs

    @property
    def n_items(self) -> IntArray:
        """Size of the searched space of each group."""
        return served_addresses(self.groups.n_keys, self.plan.padded)

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """Rows of each group, as floats."""
        return np.asarray(self.groups.count.astype(np.float64))

    @cached_property
    def budget(self) -> FailureBudget:
        return split_budget(self.problem, self.has_fixed_points or bool(np.any(self.run.rotation)))

    @property
    def row_search(self) -> RowSearch:
        """The schedule of any row."""
        return self._search(eps_search_row(self.problem, self.budget))

    def _search(self, eps: float) -> RowSearch:
        return RowSearch(name=self.plan.search, n_heavy=self.problem.n_heavy, eps=eps)

    @cached_property
    def mean_searches(self) -> MeanSearches:
        return self.row_search.means(self.n_items)

    @cached_property
    def worst_searches(self) -> WorstSearches:
        return self.row_search.worst(self.n_items)

    @cached_property
    def has_fixed_points(self) -> bool:
        """Whether certificates are fixed-point runs, whose iterations carry phases."""
        eps = eps_search_row(self.problem, split_budget(self.problem, has_rotations=True))
        return self._search(eps).has_fixed_points(int(np.max(self.n_items)))

    @cached_property
    def certificate_iterate(self) -> Costs:
        """One iteration of a certificate; every one is billed with phases if any has them."""
        if not self.has_fixed_points:
            return self.iterate
        groups = self.groups
        sizes = (groups.n_keys, groups.head_dim, groups.sums, self.plan.padded)
        return fixed_point_iterate(*sizes, self.plan.loader_form)

    def expected(self, field: str) -> float:
        """Mean of a count of `Costs` over all rows: schedule means times exact costs."""
        find, certificate, run = (part.astype(np.float64) for part in self._parts(field))
        mean = self.mean_searches
        return float(
            np.sum(self.counts * (mean.find * find + mean.certificate * certificate + mean.runs * run))
        )

    def worst(self, field: str, extra: AnyIntArray | int = 0) -> int:
        """The same for the longest episodes, exact; every iteration costing `extra` more."""
        return int(np.sum(self.groups.count * self._worst_rows(field, extra)))

    def _parts(self, field: str) -> list[AnyIntArray]:
        return [np.asarray(getattr(c, field)) for c in (self.iterate, self.certificate_iterate, self.run)]

    def _worst_rows(self, field: str, extra: AnyIntArray | int = 0) -> AnyIntArray:
        find, certificate, run = (part.astype(object) for part in self._parts(field))
        worst = self.worst_searches
        rows: AnyIntArray = worst.find * (find + extra) + worst.certificate * (certificate + extra)
        return rows + worst.runs * run

    @cached_property
    def n_rotations(self) -> int:
        """Rotations that the synthesis budget must cover: all rows', or those of the longest row."""
        if self.problem.p_fail_scope == "all":
            return self.worst("rotation")
        return int(np.max(self._worst_rows("rotation")))

    @cached_property
    def eps_rotation(self) -> float | None:
        """Accuracy of each rotation; None without rotations."""
        return eps_rotation(self.budget, self.n_rotations)

    @cached_property
    def t_per_rotation(self) -> int:
        """T gates a rotation; 0 without rotations."""
        return t_per_rotation(self.eps_rotation) if self.eps_rotation else 0

    @property
    def expected_t(self) -> float:
        """Expected T gates: 4 a Toffoli, and the rotations'."""
        return TOFFOLI_T * self.expected("toffoli") + self.t_per_rotation * self.expected("rotation")

    @property
    def qubits(self) -> int:
        """The most that any row needs."""
        return int(max(np.max(self.iterate.qubits), np.max(self.run.qubits)))

    @cached_property
    def typical_group(self) -> int:
        """The group of the row whose iteration has median Toffoli count."""
        toffoli = np.broadcast_to(self.iterate.toffoli, self.groups.n_keys.shape)
        order = np.argsort(toffoli, kind="stable")
        running = np.cumsum(self.counts[order])
        return int(order[np.searchsorted(running, running[-1] / 2.0)])


def plan_totals(problem: AttentionProblem, plan: Plan, groups: RowGroups) -> PlanTotals:
    """Cost a plan."""
    return PlanTotals(
        problem=problem,
        plan=plan,
        groups=groups,
        iterate=grover_iterate(
            groups.n_keys, groups.head_dim, groups.sums, plan.padded, plan.loader_form
        ),
        run=searched(groups.n_keys, plan.padded) + readout(address_bits(groups.n_keys)),
    )
