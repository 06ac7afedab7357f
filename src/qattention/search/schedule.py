"""The one interface of all find-all schedules: an episode gives the next action from what was measured.

A population is what there is to be found, for many trials at once, and what a find changes.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Protocol

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qattention.search.actions import Action
from qattention.search.moves import Moves

Ints = NDArray[np.int64]


class Population(Protocol):
    """Marked items not yet found, left (n_rows,), and items found and still marked, found (n_rows,)."""

    left: Ints
    found: Ints

    def remove(self, rows: NDArray[np.intp], rng: np.random.Generator) -> None:
        """One item is found in each of `rows`."""


class Fixed:
    """The marks stay as they are: a find lowers what is left by one."""

    def __init__(self, n_marked: int | Ints, n_rows: int) -> None:
        self.left = np.full(n_rows, n_marked, dtype=np.int64)  # of each row, where n_marked is an array
        self.found = np.zeros(n_rows, dtype=np.int64)

    def remove(self, rows: NDArray[np.intp], rng: np.random.Generator) -> None:
        """See Population."""
        del rng
        self.left[rows] -= 1
        self.found[rows] += 1


@frozen(kw_only=True)
class SearchCost:
    """One row's search: iterations (find, certificate) and runs (start states prepared and read out).

    `phased` of the reflections have a phase other than -1, and so many oracle calls, of the same iteration or
    of one beside it; `rotations` of all these phases are no Clifford gates. Standard errors are those of the
    sampled part; find and certificate of one episode go against each other.
    """

    find: float
    certificate: float
    runs: float
    stderr: float = 0.0  # of `iterations`, from the Monte Carlo; 0 where exact
    find_stderr: float = 0.0  # likewise
    certificate_stderr: float = 0.0
    phased: float = 0.0
    rotations: float = 0.0

    @property
    def iterations(self) -> float:
        """Find and certificate iterations together."""
        return self.find + self.certificate


def joined(first: SearchCost, then: SearchCost, chance: float = 1.0) -> SearchCost:
    """The cost of one search and, with this chance, of another after it, which scatters by itself."""
    sums = ("find", "certificate", "runs", "phased", "rotations")
    errors = ("stderr", "find_stderr", "certificate_stderr")
    added = {part: getattr(first, part) + chance * getattr(then, part) for part in sums}
    scatter = {part: math.hypot(getattr(first, part), chance * getattr(then, part)) for part in errors}
    return SearchCost(**added, **scatter)


class Policy(Protocol):
    """The decisions of a schedule for many independent episodes at once (rows)."""

    def next(self) -> Moves:
        """The next move of every row; rows that are done stay done."""

    def observe(self, hit: NDArray[np.bool_]) -> None:
        """Book the outcome of the last move of every row (ignored where the row is done)."""


@frozen
class Episode:
    """One search: call next(), perform the action, report whether a new marked item was found, repeat."""

    _policy: Policy
    _n_items: int

    def next(self) -> Action:
        """The next action; Done once the episode is over, and then for ever."""
        return self._policy.next().action(0, self._n_items)

    def observe(self, hit: bool) -> None:
        """Take in a readout; hit: it is marked and new, and excluded from then on (one fewer remains)."""
        self._policy.observe(np.array([hit]))


@frozen(kw_only=True)
class Schedule(ABC):
    """How all marked items of n_items are found, at most n_promised being promised (perhaps wrongly).

    eps: the total probability that an episode ends Done(certified=True) while marked items are left.
    """

    n_items: int
    n_promised: int
    eps: float

    @abstractmethod
    def policy(self, rng: np.random.Generator, n_rows: int) -> Policy:
        """Decisions for n_rows independent episodes, drawing from rng."""

    def begin(self, rng: np.random.Generator) -> Episode:
        """A fresh episode whose random decisions come from rng."""
        return Episode(self.policy(rng, 1), self.n_items)

    def population(self, n_marked: int, n_rows: int, rng: np.random.Generator) -> Population:
        """What a simulation of n_rows trials searches, n_marked items being marked."""
        del rng
        return Fixed(n_marked, n_rows)

    @abstractmethod
    def expected(self, n_marked: int, share: float = 1.0) -> SearchCost:
        """Mean cost when n_marked items are marked; `share`: of the usual trials, where it is sampled."""

    @abstractmethod
    def p95(self, n_marked: int) -> float:
        """95th percentile of the iterations of one episode, find and certificate together."""

    @abstractmethod
    def worst_case(self) -> SearchCost:
        """An upper limit that no episode with at most n_promised marked items exceeds; whole numbers."""

    @property
    def trusts_promise(self) -> bool:
        """Whether "nothing is left" rests on exactly n_promised items being marked, not on a certificate."""
        return False

    def p_fail_bound(self, n_marked: int) -> float:
        """Proved bound on ending certified with items left if n_marked are marked, unless trusts_promise."""
        del n_marked
        return self.eps
