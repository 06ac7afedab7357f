"""The cost of a plan from closed forms: a table of parts, of every group of loads."""

from __future__ import annotations

from functools import cached_property, partial

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.costs import AnyIntArray, Costs, IntArray
from qattention.formulas import TOFFOLI_T, SharedSums, fix_up_bit_ops, load_oracles, own_phases
from qattention.formulas.loader_costs import look_up_t_depth
from qattention.plan.beside import ITERATIONS, PARTS, Beside, PartCosts, beside
from qattention.plan.budget import FailureBudget
from qattention.plan.plan import Plan
from qattention.plan.rows import RowGroups
from qattention.plan.searches import MeanSearches, Searches, WorstSearches
from qattention.problem import AttentionProblem

Floats = NDArray[np.float64]


@attrs.frozen(kw_only=True, eq=False, slots=False)
class PlanTotals:
    """A plan's closed-form costs.

    Attributes:
        beside: budget and searches, and what runs beside the oracles.
        sums: on the load of each group. oracle: costs of each group's.
        look_up_bits: of a key that each group looks up.
        parts: one use of each (`Beside.parts`), iterations with the oracle.
        counts: loads of each group, as floats.
    """

    plan: Plan
    beside: Beside
    sums: SharedSums
    look_up_bits: IntArray
    oracle: Costs
    parts: dict[str, PartCosts]
    counts: Floats

    @property
    def problem(self) -> AttentionProblem:
        """What is solved."""
        return self.beside.problem

    @property
    def groups(self) -> RowGroups:
        """Loads that cost alike, each with its rows."""
        return self.beside.groups

    @property
    def budget(self) -> FailureBudget:
        """How the failure probability is shared out."""
        return self.beside.budget

    @property
    def mean_searches(self) -> MeanSearches:
        """The mean episode of each group."""
        return self.beside.mean

    @property
    def worst_searches(self) -> WorstSearches:
        """What no episode of a group exceeds."""
        return self.beside.worst

    @property
    def n_items(self) -> IntArray:
        """Size of the searched space of each group."""
        return self.beside.n_items

    @property
    def t_per_rotation(self) -> int:
        """T gates that synthesise a rotation."""
        return self.beside.t_per_rotation

    @property
    def has_fixed_points(self) -> bool:
        """Whether any search turns by angles other than pi."""
        return self.beside.has_fixed_points

    @property
    def iterate(self) -> Costs:
        """One oracle and reflection of each group, in a find."""
        return self.parts["find"].costs

    @property
    def phased_iterate(self) -> Costs:
        """The same with two phases that are rotations."""
        return self.iterate + own_phases(self.n_items)

    @property
    def phased_t_depth(self) -> AnyIntArray:
        """T depth of it."""
        return self.iterate_t_depth + self.parts["phased"].t_depth + 2 * self.t_per_rotation

    @property
    def iterate_t_depth(self) -> AnyIntArray:
        """T depth of it, its parts in sequence: a layer too many at most, or few."""
        return self.parts["find"].t_depth

    def expected(self, field: str) -> float:
        """Mean of a count of `Costs` over all loads: schedule means times exact costs."""
        return self.mean_of({name: getattr(part.costs, field) for name, part in self.parts.items()})

    def worst(self, field: str, extra: AnyIntArray | int = 0) -> int:
        """The same for the longest episodes, exact; every row's sum costing `extra` more."""
        more = extra * self.groups.n_rows.astype(object)
        found = {name: getattr(part.costs, field).astype(object) for name, part in self.parts.items()}
        return self.worst_of(
            {name: each + (more if name in ITERATIONS else 0) for name, each in found.items()}
        )

    def mean_of(self, each: dict[str, AnyIntArray]) -> float:
        """Mean over all loads of what one use of each part takes in each group."""
        uses = sum(getattr(self.mean_searches, name) * each[name].astype(np.float64) for name in PARTS)
        return float(np.sum(self.counts * uses))

    def worst_of(self, each: dict[str, AnyIntArray]) -> int:
        """The same for the longest episodes, exact."""
        uses = sum(
            getattr(self.worst_searches, name) * np.asarray(each[name], dtype=object) for name in PARTS
        )
        return int(np.sum(self.groups.count * uses))

    @property
    def expected_t(self) -> float:
        """Expected T gates: 4 a Toffoli, and the rotations'."""
        return TOFFOLI_T * self.expected("toffoli") + self.t_per_rotation * self.expected("rotation")

    @property
    def qubits(self) -> int:
        """The most that any load needs."""
        return int(max(np.max(self.parts[name].costs.qubits) for name in ("find", "runs")))

    @property
    def t_depth(self) -> int:
        """T depth of the deepest iteration of a find."""
        return int(np.max(self.iterate_t_depth))

    @cached_property
    def expected_t_depth(self) -> float:
        """Mean T depth of all loads one after another."""
        return self.mean_of({name: part.t_depth for name, part in self.parts.items()})

    @property
    def worst_t_depth(self) -> int:
        """The same for the longest episodes, exact."""
        return self.worst_of({name: part.t_depth for name, part in self.parts.items()})

    @property
    def volume(self) -> float:
        """Qubits times expected T depth."""
        return self.qubits * self.expected_t_depth

    @property
    def reads(self) -> float:
        """Look-ups expected, one an iteration."""
        return float(np.sum(self.counts * self.mean_searches.iterations))

    @property
    def fix_up_bit_ops(self) -> float:
        """XORs expected of all fix-ups."""
        each = fix_up_bit_ops(self.plan.circuit, self.groups.n_keys, self.look_up_bits).astype(np.float64)
        return float(np.sum(self.counts * self.mean_searches.iterations * each))

    @cached_property
    def typical_group(self) -> int:
        """The group whose iteration has median Toffoli count: of all rows, each with its load's."""
        toffoli = np.broadcast_to(self.iterate.toffoli, self.groups.n_keys.shape)
        order = np.argsort(toffoli, kind="stable")
        running = np.cumsum((self.counts * self.groups.n_rows.astype(np.float64))[order])
        return int(order[np.searchsorted(running, running[-1] / 2.0)])


def plan_totals(
    problem: AttentionProblem, plan: Plan, groups: RowGroups, searches: Searches | None = None
) -> PlanTotals:
    """Cost a plan; `searches` keeps what several plans of one problem have in common.

    Raises:
        InfeasibleError, SpecError: see `beside`.
    """
    padded = plan.circuit.padded
    return totals_of(plan, beside(problem, groups, plan.search, padded, plan.memory, searches))


def totals_of(plan: Plan, rest: Beside) -> PlanTotals:
    """Cost a plan of which everything but the oracles is costed."""
    circuit, groups = plan.circuit, rest.groups
    sums = groups.shared_sums(circuit.inner_product)
    bits = groups.looked_up_bits(circuit.loader, circuit.inner_product)
    oracle = load_oracles(groups.n_keys, bits, sums, circuit)

    def layers(part: PartCosts) -> AnyIntArray:
        return look_up_t_depth(circuit, groups.n_keys, bits) + sums.t_depth + part.t_depth

    parts = {
        name: PartCosts(costs=oracle + part.costs, layers=partial(layers, part))
        if name in ITERATIONS
        else part
        for name, part in rest.parts.items()
    }
    return PlanTotals(
        plan=plan,
        beside=rest,
        sums=sums,
        look_up_bits=bits,
        oracle=oracle,
        parts=parts,
        counts=np.asarray(groups.count.astype(np.float64)),
    )
