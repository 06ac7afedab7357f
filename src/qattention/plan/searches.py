"""What the searches of every group of rows take: means and worst cases of one schedule a number of keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.costs import AnyIntArray, IntArray
from qattention.search import Done, FixedPoint, Polynomial, Schedule, make_schedule, schedule_kind

Floats = NDArray[np.float64]

T = TypeVar("T", "MeanSearches", "WorstSearches")

N_OCTAVES = 4  # the largest searches, which dominate every total, are evaluated at every octave ...
N_BELOW = 3  # ... and those below at so many sizes; between, means are interpolated in log n


@attrs.frozen(kw_only=True, eq=False)
class MeanSearches:
    """One mean episode of each group, all promised keys marked; float64, shape (n_groups,).

    Attributes:
        find, certificate: iterations. runs: start states prepared and read out.
    """

    find: Floats
    certificate: Floats
    runs: Floats

    @property
    def iterations(self) -> Floats:
        return self.find + self.certificate


@attrs.frozen(kw_only=True, eq=False)
class WorstSearches:
    """What no episode of a group exceeds whose row keeps the promise; Python integers, shape (n_groups,).

    Attributes:
        find, certificate, runs: as above.
    """

    find: AnyIntArray
    certificate: AnyIntArray
    runs: AnyIntArray

    @property
    def iterations(self) -> AnyIntArray:
        return self.find + self.certificate


@attrs.frozen(kw_only=True)
class RowSearch:
    """The schedule of a load: `n_heavy` keys promised (or all, where there are fewer), failing with `eps`."""

    name: str
    n_heavy: int
    eps: float

    def schedule(self, n_items: int) -> Schedule:
        """For a search space of `n_items`."""
        return make_schedule(self.name, n_items, min(self.n_heavy, n_items), self.eps)

    def means(self, n_items: IntArray) -> MeanSearches:
        """Mean episodes in search spaces `n_items`, shape (n_groups,)."""
        nodes = search_nodes(n_items)
        costs = [self.schedule(node).expected(min(self.n_heavy, node)) for node in nodes.tolist()]
        return MeanSearches(
            find=_interpolate(n_items, nodes, [cost.find for cost in costs], 0.5),
            certificate=_interpolate(n_items, nodes, [cost.certificate for cost in costs], 0.5),
            runs=_interpolate(n_items, nodes, [cost.runs for cost in costs], 0.0),
        )

    def worst(self, n_items: IntArray) -> WorstSearches:
        """Longest episodes; between nodes, those of the next larger node."""
        nodes = search_nodes(n_items)
        costs = [self.schedule(node).worst_case() for node in nodes.tolist()]
        above = np.searchsorted(nodes, n_items)
        return WorstSearches(
            find=_objects([round(cost.find) for cost in costs])[above],
            certificate=_objects([round(cost.certificate) for cost in costs])[above],
            runs=_objects([round(cost.runs) for cost in costs])[above],
        )

    def has_fixed_points(self, n_items: int) -> bool:
        """Whether an episode in which every run misses that can miss certifies with fixed-point runs."""
        return _has_fixed_points(self, n_items)


class Searches:
    """Searches that were evaluated already: plans that differ in their circuits alone share them."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Any] = {}

    def means(self, search: RowSearch, n_items: IntArray) -> MeanSearches:
        """See `RowSearch.means`."""
        return self._once((search, "means", n_items.tobytes()), lambda: search.means(n_items))

    def worst(self, search: RowSearch, n_items: IntArray) -> WorstSearches:
        """See `RowSearch.worst`."""
        return self._once((search, "worst", n_items.tobytes()), lambda: search.worst(n_items))

    def has_fixed_points(self, search: RowSearch, n_items: int) -> bool:
        """See `RowSearch.has_fixed_points`."""
        return self._once((search, "phases", n_items), lambda: search.has_fixed_points(n_items))

    def _once(self, key: tuple[object, ...], found: Callable[[], Any]) -> Any:
        if key not in self._known:
            self._known[key] = found()
        return self._known[key]


def for_each_size(n_rows: IntArray, n_items: IntArray, search: Callable[[int, IntArray], T]) -> T:
    """`search(rows on a load, search spaces)` of the groups with so many rows, in the groups' order."""
    masks = [(int(rows), n_rows == rows) for rows in np.unique(n_rows)]
    parts = [(mask, search(rows, n_items[mask])) for rows, mask in masks]
    (_, first), *_ = parts
    whole = {name: np.empty(len(n_rows), values.dtype) for name, values in _arrays(first).items()}
    for mask, part in parts:
        for name, values in _arrays(part).items():
            whole[name][mask] = values
    return type(first)(**whole)


def _arrays(searches: MeanSearches | WorstSearches) -> dict[str, AnyIntArray]:
    return attrs.asdict(searches, recurse=False)


@lru_cache(maxsize=4096)
def _has_fixed_points(search: RowSearch, n_items: int) -> bool:
    kind = schedule_kind(search.name)
    if not kind.may_certify_with_phases:
        return False
    schedule = search.schedule(n_items)
    episode = schedule.begin(np.random.default_rng(0))
    n_sure = schedule.n_promised if kind.finds_thresholds else 0  # until k items are kept, any is a find
    while not isinstance(action := episode.next(), Done):
        if isinstance(action, FixedPoint | Polynomial):
            return True
        episode.observe(n_sure > 0)
        n_sure -= 1
    return False


def search_nodes(n_items: IntArray) -> IntArray:
    """Sizes at which a schedule is evaluated, ascending; all of them where they are few."""
    distinct = np.unique(n_items)
    if len(distinct) <= N_OCTAVES + N_BELOW:
        return distinct
    low, high = int(distinct[0]), int(distinct[-1])
    octaves = [max(low, high >> octave) for octave in range(N_OCTAVES)]
    below = np.geomspace(low, octaves[-1], N_BELOW + 1).astype(np.int64)
    return np.unique(np.array([*octaves, *below[:-1], low], dtype=np.int64))


def _interpolate(n_items: IntArray, nodes: IntArray, values: list[float], power: float) -> Floats:
    """Linear in log n after division by n**power."""
    n, at = n_items.astype(np.float64), nodes.astype(np.float64)
    return np.asarray(np.interp(np.log(n), np.log(at), np.array(values) / at**power) * n**power)


def _objects(values: list[int]) -> AnyIntArray:
    boxed = np.empty(len(values), dtype=object)
    boxed[:] = values
    return boxed
