"""The cost of a plan from closed forms: every group of loads, one iteration and all of them."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.errors import SpecError, bad
from qattention.formulas import (
    TOFFOLI_T,
    Costs,
    SharedSums,
    address_bits,
    has_t_depth,
    iterate_of,
    load_oracles,
    own_phases,
    phased_iterate_of,
    readout,
    searched,
    served_addresses,
    t_per_rotation,
)
from qattention.formulas.costs import AnyIntArray, IntArray
from qattention.formulas.part_depths import reflection_t_depth, uniform_t_depth
from qattention.plan.budget import (
    FailureBudget,
    eps_rotation,
    eps_search,
    spare_for_memory,
    split_budget,
)
from qattention.plan.hardware import QUERIES_A_LOOK_UP
from qattention.plan.plan import Plan
from qattention.plan.rows import RowGroups
from qattention.plan.searches import MeanSearches, RowSearch, Searches, WorstSearches, for_each_size
from qattention.problem import AttentionProblem
from qattention.search import has_matched_steps


@attrs.frozen(kw_only=True, eq=False, slots=False)
class PlanTotals:
    """A plan's closed-form costs; what takes time (the mean searches) is found when it is asked for.

    Attributes:
        sums: on the load of each group. oracle: of each group.
        run: one start state and readout of each, and the phases of its last iteration where it has its own.
        searches: what was found out about schedules already.
    """

    problem: AttentionProblem
    plan: Plan
    groups: RowGroups
    sums: SharedSums
    oracle: Costs
    run: Costs
    searches: Searches

    @cached_property
    def iterate(self) -> Costs:
        """One oracle and reflection of each group, in a find."""
        return iterate_of(self.oracle, self.n_items)

    @property
    def n_items(self) -> IntArray:
        """Size of the searched space of each group."""
        return served_addresses(self.groups.n_keys, self.plan.padded)

    @property
    def looked_up_bits(self) -> IntArray:
        """Bits of a key that each load looks up."""
        return self.groups.looked_up_bits(self.plan.loader, self.plan.inner_product)

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """Loads of each group, as floats."""
        return np.asarray(self.groups.count.astype(np.float64))

    @cached_property
    def budget(self) -> FailureBudget:
        """Raises InfeasibleError where a memory device errs more often than p_fail allows."""
        budget = split_budget(self.problem, self.has_fixed_points or bool(np.any(self.run.rotation)))
        device = self.plan.memory
        if device is None or not device.p_query:
            return budget
        return spare_for_memory(budget, device.p_query, QUERIES_A_LOOK_UP * self._most_reads(budget))

    def _most_reads(self, budget: FailureBudget) -> float:
        """Look-ups expected in the scope of p_fail, if the search may fail with half of its share."""
        half = attrs.evolve(budget, search=budget.search / 2)
        each = self._means(half).iterations
        is_row = self.problem.p_fail_scope == "row"
        return float(np.max(each) if is_row else np.sum(self.counts * each))

    def load_search(self, n_rows: int = 1, budget: FailureBudget | None = None) -> RowSearch:
        """The schedule of a load that `n_rows` rows share: the union of their find sets is searched."""
        eps = eps_search(self.problem, budget or self.budget, n_rows)
        return RowSearch(name=self.plan.search, n_heavy=self.problem.n_searched * n_rows, eps=eps)

    @cached_property
    def mean_searches(self) -> MeanSearches:
        return self._means(self.budget)

    def _means(self, budget: FailureBudget) -> MeanSearches:
        def means(n_rows: int, n_items: IntArray) -> MeanSearches:
            return self.searches.means(self.load_search(n_rows, budget), n_items)

        return for_each_size(self.groups.n_rows, self.n_items, means)

    @cached_property
    def worst_searches(self) -> WorstSearches:
        def worst(n_rows: int, n_items: IntArray) -> WorstSearches:
            return self.searches.worst(self.load_search(n_rows), n_items)

        return for_each_size(self.groups.n_rows, self.n_items, worst)

    @cached_property
    def has_fixed_points(self) -> bool:
        """Whether certificates are fixed-point runs, whose iterations carry phases."""
        budget = split_budget(self.problem, has_rotations=True)
        search = self.load_search(int(np.max(self.groups.n_rows)), budget)
        return self.searches.has_fixed_points(search, int(np.max(self.n_items)))

    @cached_property
    def certificate_iterate(self) -> Costs:
        """One iteration of a certificate; every one is billed with phases if any has them."""
        if not self.has_fixed_points:
            return self.iterate
        return phased_iterate_of(self.oracle, self.n_items)

    def expected(self, field: str) -> float:
        """Mean of a count of `Costs` over all loads: schedule means times exact costs."""
        find, certificate, run = (part.astype(np.float64) for part in self._parts(field))
        mean = self.mean_searches
        return float(
            np.sum(self.counts * (mean.find * find + mean.certificate * certificate + mean.runs * run))
        )

    def worst(self, field: str, extra: AnyIntArray | int = 0) -> int:
        """The same for the longest episodes, exact; every row's sum costing `extra` more."""
        return int(np.sum(self.groups.count * self._worst_loads(field, extra)))

    def _parts(self, field: str) -> list[AnyIntArray]:
        return [np.asarray(getattr(c, field)) for c in (self.iterate, self.certificate_iterate, self.run)]

    def _worst_loads(self, field: str, extra: AnyIntArray | int = 0) -> AnyIntArray:
        find, certificate, run = (part.astype(object) for part in self._parts(field))
        worst, more = self.worst_searches, extra * self.groups.n_rows.astype(object)
        loads: AnyIntArray = worst.find * (find + more) + worst.certificate * (certificate + more)
        return loads + worst.runs * run

    @cached_property
    def n_rotations(self) -> int:
        """Rotations that the synthesis budget must cover: all of them, or those of the longest search."""
        if self.problem.p_fail_scope == "all":
            return self.worst("rotation")
        return int(np.max(self._worst_loads("rotation")))

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
        """The most that any load needs."""
        return int(max(np.max(self.iterate.qubits), np.max(self.run.qubits)))

    @cached_property
    def look_up_t_depth(self) -> AnyIntArray:
        """T depth of load and unload of each group."""
        sizes = (self.groups.n_keys, self.looked_up_bits, self.plan.padded)
        form = self.plan.loader_form
        return form.load_t_depth(*sizes) + form.unload_t_depth(*sizes)

    @property
    def has_t_depth(self) -> bool:
        """Whether T depths are closed forms; else that of the sums is bounded by their And's."""
        return has_t_depth(self.plan.inner_product)

    @cached_property
    def iterate_t_depth(self) -> AnyIntArray:
        """T depth of an iteration of each group, its parts in sequence: a layer too many at most, or few."""
        reflected = reflection_t_depth(self.n_items, self.t_per_rotation)
        return self.look_up_t_depth + self.sums.t_depth + reflected

    @cached_property
    def certificate_t_depth(self) -> AnyIntArray:
        """The same for an iteration of the certificate."""
        if not self.has_fixed_points:
            return self.iterate_t_depth
        reflected = reflection_t_depth(self.n_items, self.t_per_rotation, is_sign=False)
        return self.look_up_t_depth + self.sums.t_depth + self.t_per_rotation + reflected

    @property
    def t_depth(self) -> int:
        """T depth of the deepest iteration of a find."""
        return int(np.max(self.iterate_t_depth))

    @cached_property
    def run_t_depth(self) -> AnyIntArray:
        """T depth of a start state, and of what phases add to a last iteration that has its own."""
        start, each = uniform_t_depth(self.n_items, self.t_per_rotation), self.t_per_rotation
        if not has_matched_steps(self.plan.search):
            return start
        plain, phased = (reflection_t_depth(self.n_items, each, is_sign) for is_sign in (True, False))
        return start + each + phased - plain

    @cached_property
    def expected_t_depth(self) -> float:
        """Mean T depth of all loads one after another."""
        return float(np.sum(self.counts * self._all_layers(self.mean_searches)))

    @cached_property
    def worst_t_depth(self) -> int:
        """The same for the longest episodes, exact."""
        return int(np.sum(self.groups.count * self._all_layers(self.worst_searches)))

    def _all_layers(self, searches: MeanSearches | WorstSearches) -> AnyIntArray:
        each: AnyIntArray = (
            searches.find * self.iterate_t_depth + searches.certificate * self.certificate_t_depth
        )
        return each + searches.runs * self.run_t_depth

    @property
    def volume(self) -> float:
        """Qubits times expected T depth."""
        return self.qubits * self.expected_t_depth

    @cached_property
    def typical_group(self) -> int:
        """The group whose iteration has median Toffoli count among all loads."""
        toffoli = np.broadcast_to(self.iterate.toffoli, self.groups.n_keys.shape)
        order = np.argsort(toffoli, kind="stable")
        running = np.cumsum(self.counts[order])
        return int(order[np.searchsorted(running, running[-1] / 2.0)])


def plan_totals(
    problem: AttentionProblem, plan: Plan, groups: RowGroups, searches: Searches | None = None
) -> PlanTotals:
    """Cost a plan; `searches` keeps what several plans of one problem have in common.

    Raises:
        SpecError: rows share a load, and the schedule certifies with fixed-point runs.
    """
    sums = groups.shared_sums(plan.inner_product)
    bits = groups.looked_up_bits(plan.loader, plan.inner_product)
    oracle = load_oracles(groups.n_keys, bits, sums, plan.padded, plan.loader_form)
    run = searched(groups.n_keys, plan.padded) + readout(address_bits(groups.n_keys))
    if has_matched_steps(plan.search):
        run = run + own_phases(served_addresses(groups.n_keys, plan.padded))
    totals = PlanTotals(
        problem=problem,
        plan=plan,
        groups=groups,
        sums=sums,
        oracle=oracle,
        searches=searches or Searches(),
        run=run,
    )
    if plan.rows_per_load > 1 and totals.has_fixed_points:
        allowed = "a schedule without fixed-point runs where rows share a load"
        raise SpecError(bad("search", plan.search, allowed))
    return totals
