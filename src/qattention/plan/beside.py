"""`Beside`: what runs beside the oracles, the same whatever looks keys up; made from the budget."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

import attrs
import numpy as np

from qattention.costs import AnyIntArray, Costs, IntArray, address_bits
from qattention.errors import SpecError, bad
from qattention.formulas import (
    iterate_of,
    own_phases,
    readout,
    searched,
    served_addresses,
    t_per_rotation,
)
from qattention.formulas.part_depths import reflection_t_depth, uniform_t_depth
from qattention.plan.budget import FailureBudget, LoadSearches, eps_rotation, failure_budget
from qattention.plan.hardware import HardwareMemory
from qattention.plan.rows import RowGroups
from qattention.plan.searches import MeanSearches, Searches, WorstSearches, without_phases
from qattention.problem import AttentionProblem
from qattention.search import schedule_kind

PARTS = ("find", "certificate", "phased", "rotations", "runs")  # as the fields of a search's figures
ITERATIONS = PARTS[:2]  # those that call the oracle


@attrs.frozen(kw_only=True, eq=False, slots=False)
class PartCosts:
    """One use of a part in each group: its costs without the oracle's, and its T layers.

    Attributes:
        layers: finds the T layers: sums are played through for them, row by row, which few callers need.
    """

    costs: Costs
    layers: Callable[[], AnyIntArray]

    @cached_property
    def t_depth(self) -> AnyIntArray:
        """T layers in each group."""
        return self.layers()


@attrs.frozen(kw_only=True, eq=False)
class Beside:
    """Reflections, start states and readouts of every group, and how often each is used.

    Attributes:
        n_items: size of each searched space, shape (n_groups,).
        mean, worst: uses in a mean episode, and in the longest.
        parts: what is used: a plain iteration of a find or of a certificate, what phases other than -1 add to
            it, a rotation in the place of a Clifford phase, and the rest of a run.
        has_fixed_points: whether certificates are fixed-point runs, whose iterations carry phases.
        n_rotations: those that the synthesis budget must cover. eps_rotation: accuracy of each; None without.
        t_per_rotation: T gates of each; 0 without.
    """

    problem: AttentionProblem
    groups: RowGroups
    search: str
    n_items: IntArray
    budget: FailureBudget
    mean: MeanSearches
    worst: WorstSearches
    parts: dict[str, PartCosts]
    has_fixed_points: bool
    n_rotations: int
    eps_rotation: float | None
    t_per_rotation: int


def beside(
    problem: AttentionProblem,
    groups: RowGroups,
    search: str,
    padded: bool,
    memory: HardwareMemory | None = None,
    known: Searches | None = None,
) -> Beside:
    """The budget first, then the searches that it leaves, then what they run.

    Raises:
        InfeasibleError: a memory device errs more often than p_fail allows.
        SpecError: rows share a load, and the schedule certifies with fixed-point runs or finds thresholds.
    """
    n_items = served_addresses(groups.n_keys, padded)
    searches = LoadSearches(
        problem=problem, groups=groups, name=search, n_items=n_items, known=known or Searches()
    )
    phased, most_rows = searches.has_fixed_points(), int(np.max(groups.n_rows))
    if most_rows > 1 and not schedule_kind(search).shares_loads:
        raise SpecError(bad("rows_per_load", most_rows, f"1 with --search {search}"))
    if most_rows > 1 and phased:
        allowed = "a schedule without fixed-point runs where rows share a load"
        raise SpecError(bad("search", search, allowed))
    costs = _costs(groups, padded)
    has_rotations = phased or searches.has_matched_rotations() or bool(np.any(costs["runs"].rotation))
    budget = failure_budget(searches, has_rotations, memory)
    mean, worst = searches.means(budget), searches.worst(budget)
    if not (phased or schedule_kind(search).has_matched_steps):
        mean, worst = without_phases(mean), without_phases(worst)
    n_rotations = _rotations(problem, groups, costs, worst)
    eps = eps_rotation(budget, n_rotations)
    each = t_per_rotation(eps) if eps else 0
    depths = _t_depths(n_items, each)
    return Beside(
        problem=problem,
        groups=groups,
        search=search,
        n_items=n_items,
        budget=budget,
        mean=mean,
        worst=worst,
        parts={
            name: PartCosts(costs=costs[name], layers=partial(depths.__getitem__, name)) for name in PARTS
        },
        has_fixed_points=phased,
        n_rotations=n_rotations,
        eps_rotation=eps,
        t_per_rotation=each,
    )


def _costs(groups: RowGroups, padded: bool) -> dict[str, Costs]:
    n_items = served_addresses(groups.n_keys, padded)
    plain = iterate_of(Costs(), n_items)
    return {
        "find": plain,
        "certificate": plain,
        "phased": own_phases(n_items, 0),
        "rotations": Costs(rotation=1),
        "runs": searched(groups.n_keys, padded) + readout(address_bits(groups.n_keys)),
    }


def _t_depths(n_items: IntArray, each: int) -> dict[str, AnyIntArray]:
    """Layers with `each` T a rotation; phases that are no sign take a level of the reflection's tree more."""
    plain, start = reflection_t_depth(n_items, each), uniform_t_depth(n_items, each)
    more = reflection_t_depth(n_items, each, is_sign=False) - each - plain
    rotation = np.full_like(n_items, each)
    return {"find": plain, "certificate": plain, "phased": more, "rotations": rotation, "runs": start}


def _rotations(
    problem: AttentionProblem, groups: RowGroups, costs: dict[str, Costs], worst: WorstSearches
) -> int:
    """All of them, or those of the longest search, as p_fail is for all rows or for each."""
    loads = sum(getattr(worst, name) * costs[name].rotation.astype(object) for name in PARTS)
    rotations: AnyIntArray = np.broadcast_to(np.asarray(loads, dtype=object), groups.n_keys.shape)
    if problem.p_fail_scope == "all":
        return int(np.sum(groups.count * rotations))
    return int(np.max(rotations))
