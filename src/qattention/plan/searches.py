"""What the searches of every group of rows take: means and worst cases of one schedule a number of keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.costs import AnyIntArray, IntArray
from qattention.plan.rows import RowGroups
from qattention.search import Done, FixedPoint, Polynomial, Schedule, SearchCost, make_schedule, schedule_kind

Floats = NDArray[np.float64]

ERRORS = {"iterations": "stderr", "find": "find_stderr", "certificate": "certificate_stderr"}
PARTS = (*ERRORS, *ERRORS.values(), "runs", "phased", "rotations")

T = TypeVar("T", "MeanSearches", "WorstSearches")

N_FEW = 12  # sizes that are all evaluated; of more, so many an octave, means being interpolated in log n:
PER_OCTAVE = (8, 8, 4, 4, 2)  # the largest searches dominate every total; the last holds for all below
FULL_SHARE = 4  # sizes at which a schedule's mean is sampled in full; at more, in proportion less ...
LEAST_SHARE = 0.1  # ... down to this


@attrs.frozen(kw_only=True, eq=False)
class MeanSearches:
    """One mean episode of each group (see `RowSearch.mean`); float64, shape (n_groups,).

    Attributes:
        find, certificate: iterations. runs: start states prepared and read out.
        phased, rotations: pairs of phases other than -1, and rotations among them (`SearchCost`).
        iterations_stderr, find_stderr, certificate_stderr: standard errors, of sampling and, where sizes lie
            between those that were evaluated, of interpolation. Groups of neighbouring sizes err together: a
            total's is at most the sum of theirs.
    """

    find: Floats
    certificate: Floats
    runs: Floats
    phased: Floats
    rotations: Floats
    iterations_stderr: Floats
    find_stderr: Floats
    certificate_stderr: Floats

    @property
    def iterations(self) -> Floats:
        """Iterations of finding and certificate together."""
        return self.find + self.certificate


@attrs.frozen(kw_only=True, eq=False)
class WorstSearches:
    """What no episode of a group exceeds whose row keeps the promise; Python integers, shape (n_groups,).

    Attributes:
        find, certificate, runs, phased, rotations: as above.
    """

    find: AnyIntArray
    certificate: AnyIntArray
    runs: AnyIntArray
    phased: AnyIntArray
    rotations: AnyIntArray

    @property
    def iterations(self) -> AnyIntArray:
        """Iterations of finding and certificate together."""
        return self.find + self.certificate


@attrs.frozen(kw_only=True)
class RowSearch:
    """The schedule of a load: `n_heavy` keys promised (or all, where there are fewer), failing with `eps`.

    Attributes:
        n_rows: rows whose find sets are searched together; `n_heavy` is what they may have in all.
    """

    name: str
    n_heavy: int
    eps: float
    n_rows: int = 1

    def schedule(self, n_items: int) -> Schedule:
        """For a search space of `n_items`."""
        return make_schedule(self.name, n_items, min(self.n_heavy, n_items), self.eps)

    def mean(self, n_items: int, share: float = 1.0) -> SearchCost:
        """With all promised keys marked; of several rows, or with half of all keys, if that takes longer.

        Rows have heavy keys in common. Where they may have nearly all keys between them, fewer can cost more
        than all: what is left takes a certificate.
        """
        schedule, promised = self.schedule(n_items), min(self.n_heavy, n_items)
        half = max(self.n_heavy // self.n_rows, n_items // 2)
        marked = {promised, half} if half < promised else {promised}
        return max((schedule.expected(m, share) for m in sorted(marked)), key=lambda cost: cost.iterations)

    def means(self, n_items: IntArray) -> MeanSearches:
        """Mean episodes in search spaces `n_items`, shape (n_groups,)."""
        nodes = search_nodes(n_items)
        share = min(1.0, max(LEAST_SHARE, FULL_SHARE / len(nodes)))
        costs = [self.mean(node, share) for node in nodes.tolist()]
        of = {part: np.array([getattr(cost, part) for cost in costs], dtype=np.float64) for part in PARTS}
        power = 0.5 if schedule_kind(self.name).may_certify_with_phases else 0.0  # else one a run
        scattered = bool(np.isin(n_items, nodes, invert=True).any())
        errors = {
            error: np.hypot(of[error], _scatter(nodes, of[part])) if scattered else of[error]
            for part, error in ERRORS.items()
        }
        return MeanSearches(
            find=_interpolate(n_items, nodes, of["find"], 0.5),
            certificate=_interpolate(n_items, nodes, of["certificate"], 0.5),
            runs=_interpolate(n_items, nodes, of["runs"], 0.0),
            phased=_interpolate(n_items, nodes, of["phased"], power),
            rotations=_interpolate(n_items, nodes, of["rotations"], power),
            iterations_stderr=_interpolate(n_items, nodes, errors["stderr"], 0.5),
            find_stderr=_interpolate(n_items, nodes, errors["find_stderr"], 0.5),
            certificate_stderr=_interpolate(n_items, nodes, errors["certificate_stderr"], 0.5),
        )

    def worst(self, n_items: IntArray) -> WorstSearches:
        """Longest episodes; between nodes, those of the next larger node."""
        nodes = search_nodes(n_items)
        costs = [self.schedule(node).worst_case() for node in nodes.tolist()]
        above = np.searchsorted(nodes, n_items)
        between = np.isin(n_items, nodes, invert=True)
        found = {}
        for part in (field.name for field in attrs.fields(WorstSearches)):
            values = _objects([round(getattr(cost, part)) for cost in costs])
            # Matched phases vanish at some sizes (`search.phases.own_phases`), which may be nodes.
            between_nodes = values[above] if part in ("find", "certificate", "runs") else values.max()
            found[part] = np.where(between, between_nodes, values[above])
        return WorstSearches(**found)

    def has_fixed_points(self, n_items: int) -> bool:
        """Whether an episode in which every run misses that can miss certifies with fixed-point runs."""
        return _has_fixed_points(self, n_items)


def without_phases(searches: T) -> T:
    """The same where no certificate turned out to be a run with phases: a bound allows for them."""
    return attrs.evolve(searches, phased=0 * searches.phased, rotations=0 * searches.rotations)


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


def for_each_size(
    groups: RowGroups, n_items: IntArray, search: Callable[[int, int | None, IntArray], T]
) -> T:
    """`search(rows on a load, their distinct keys, search spaces)` of groups alike, in the groups' order."""
    n_rows, union = groups.n_rows, groups.n_union
    told = np.zeros_like(n_rows) if union is None else union
    kinds = np.unique(np.stack([n_rows, told], axis=1), axis=0).tolist()
    parts = []
    for rows, distinct in kinds:
        mask = (n_rows == rows) & (told == distinct)
        parts.append((mask, search(rows, None if union is None else distinct, n_items[mask])))
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
    if len(distinct) <= N_FEW:
        return distinct
    low, high = int(distinct[0]), int(distinct[-1])
    octaves = [0.0]
    while high * 2.0 ** -octaves[-1] > low:
        each = PER_OCTAVE[min(int(octaves[-1]), len(PER_OCTAVE) - 1)]
        octaves.append(octaves[-1] + 1.0 / each)
    nodes = np.rint(high * np.exp2(-np.array(octaves[:-1])))
    found = np.unique(np.append(nodes.astype(np.int64), low))
    return distinct if len(distinct) <= len(found) else found


def _interpolate(n_items: IntArray, nodes: IntArray, values: Floats, power: float) -> Floats:
    """Linear in log n after division by n**power."""
    n, at = n_items.astype(np.float64), nodes.astype(np.float64)
    return np.asarray(np.interp(np.log(n), np.log(at), values / at**power) * n**power)


def _scatter(nodes: IntArray, values: Floats) -> Floats:
    """How far values lie from what their neighbours give, as a standard deviation at each node.

    A schedule's run lengths are whole numbers, so that its mean is not smooth in n: single sizes lie some per
    cent beside their neighbours.
    """
    if len(nodes) < 3:
        return np.zeros(len(nodes))
    level = values / np.sqrt(nodes)
    apart = np.diff(np.log(nodes))
    left = apart[1:] / (apart[1:] + apart[:-1])
    off = level[1:-1] - left * level[:-2] - (1.0 - left) * level[2:]
    square = np.pad(off**2 / (1.0 + left**2 + (1.0 - left) ** 2), 1, mode="edge")
    near = np.convolve(np.pad(square, 2, mode="edge"), np.full(5, 0.2), mode="valid")
    return np.asarray(np.sqrt(near * nodes))


def _objects(values: list[int]) -> AnyIntArray:
    boxed = np.empty(len(values), dtype=object)
    boxed[:] = values
    return boxed
