"""The decisions of the adaptive schedule, for many episodes at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qattention.search.actions import Polynomial
from qattention.search.belief import Belief
from qattention.search.cells import LOG_ZERO
from qattention.search.cover import Cover
from qattention.search.extremal import shortest_roots
from qattention.search.history import History
from qattention.search.moves import CERTIFIED, Moves, moves
from qattention.search.polynomial import polynomial_miss, stays_below_one, stride_for
from qattention.search.queues import Queues
from qattention.search.runs import Runs

Floats = NDArray[np.float64]

MOST_AMPLITUDE = 1.0 - 1e-4  # of a polynomial beyond its first root: closer to 1 its phases lose digits
SLACK = 1e-6  # nats: far above rounding, far below what a bound would notice


class Closing:
    """Chooses runs whose misses, with the history, allow an end after `found` finds.

    log_allowed(found): logarithms of the failure allowed with 1.. items left. with_phases: whether the runs
    may have phases.
    """

    def __init__(self, runs: Runs, log_allowed: Callable[[int], Floats], with_phases: bool) -> None:
        self._runs, self._log_allowed, self._with_phases = runs, log_allowed, with_phases
        self._cover = Cover(runs.lengths, runs.log_bounds[0], runs.cells.first)
        self._least_allowed: dict[int, Floats] = {}

    def cheapest(self, history: History, row: int, found: int) -> list[int] | None:
        """Run indices for this row of the history; None if none are found."""
        if self._with_phases:
            ratio = history.log_ratio(row, found, self._runs, self._runs.cells.n_exact)
            return self._phased_or_plain(ratio - self._log_allowed(found) + SLACK)
        if found not in self._least_allowed:
            self._least_allowed[found] = self._runs.cells.least(self._log_allowed(found))
        ratio = history.log_bound(row, found, self._runs)
        return self._cover.cheapest(ratio - self._least_allowed[found] + SLACK)

    def _phased_or_plain(self, lacking: Floats) -> list[int] | None:
        """lacking (n,): how far (nats) the log likelihood ratio of 1..n left exceeds what it may be."""
        plain = self._cover.cheapest(self._runs.cells.most(lacking))
        if not plain:
            return plain
        phased = self._phased(lacking, self._length(plain))
        return plain if phased is None else phased

    def _phased(self, lacking: Floats, most: int) -> list[int] | None:
        """One polynomial run, and Grover runs where it falls short; None unless shorter than `most`."""
        n_items, stride = self._runs.n_items, stride_for(self._runs.n_items)
        roots = shortest_roots(n_items, stride, lacking, most // stride)
        if roots is None or not stays_below_one(roots, MOST_AMPLITUDE):
            return None
        miss = polynomial_miss(n_items, np.arange(1, len(lacking) + 1), roots, stride)
        left_over = lacking + np.log(np.maximum(miss, np.exp(LOG_ZERO)))
        rest = self._cover.cheapest(self._runs.cells.most(left_over))
        run = Polynomial(roots=tuple(roots.tolist()), stride=stride)
        if rest is None or run.iterations + self._length(rest) >= most:
            return None
        return [self._runs.add_polynomial(run), *rest]

    def _length(self, runs: list[int]) -> int:
        return sum(self._runs.iterations[run] for run in runs)


Ints = NDArray[np.int64]


class AdaptiveFields(Protocol):
    """What the decisions need of their schedule (adaptive.Adaptive, whose fields and methods these are)."""

    @property
    def n_items(self) -> int: ...
    @property
    def n_promised(self) -> int: ...
    @property
    def eps(self) -> float: ...
    @property
    def switch(self) -> float: ...
    @property
    def patience(self) -> float: ...
    @property
    def certificate(self) -> str: ...
    @property
    def most_believed(self) -> int | None: ...
    @property
    def n_exact(self) -> int: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def closing(self) -> Closing: ...
    def spend(self, n_found: int) -> float: ...
    def whole(self, n_found: int, n_least: int, rng: np.random.Generator) -> list[int]: ...
    def longest_whole(self, n_found: int) -> int: ...


class AdaptivePolicy:
    """Rows are episodes; those without a certificate under way are finding."""

    def __init__(self, plan: AdaptiveFields, rng: np.random.Generator, n_rows: int) -> None:
        self._plan, self._runs, self._rng = plan, plan.runs, rng
        self._belief = self.belief(n_rows)
        self._history = History(n_rows)
        self._found = np.zeros(n_rows, dtype=np.int64)
        self._idle = np.zeros(n_rows)
        self._queues = Queues(n_rows)
        self._done = np.full(n_rows, plan.n_items == 0)
        self.active = np.ones(n_rows, dtype=np.bool_)  # rows whose moves are performed
        self._chosen: Ints | None = None
        self._covers: dict[bytes, list[int] | None] = {}

    def belief(self, n_rows: int) -> Belief:
        """What is believed before the first run."""
        plan = self._plan
        return Belief(plan.n_items, plan.n_promised, n_rows, plan.most_believed)

    def activate(self, rows: NDArray[np.bool_]) -> None:
        """Make these rows active; the others are neither decided nor observed."""
        self.active, self._chosen = rows.copy(), None

    def next(self) -> Moves:
        """The certificate's next run where one is under way, the best find elsewhere."""
        if self._chosen is None:
            self._choose()
        kinds, iterations, parameters = self._runs.table
        chosen, certifying = np.asarray(self._chosen), self._queues.under_way.copy()
        kind = np.where(self._done, CERTIFIED, kinds[chosen])
        return moves(kind, iterations[chosen], certifying, parameters[chosen], self._runs.polynomials)

    def _choose(self) -> None:
        patience = self._plan.patience * math.sqrt(self._plan.n_items)
        sure = (self._belief.p_none() >= self._plan.switch) | (self._idle >= patience)
        for row in np.flatnonzero(self._finding() & sure).tolist():
            self._queues.put(row, self._certificate(row))
        rows = np.flatnonzero(self._finding())
        self._chosen = np.maximum(self._queues.next(), 0)
        self._chosen[rows] = self._belief.best_run(rows)
        ended = (self._queues.under_way & (self._queues.left == 0)) | (self._found >= self._plan.n_items)
        self._done |= ended & self.active

    def _finding(self) -> NDArray[np.bool_]:
        return ~self._done & self.active & ~self._queues.under_way

    def _certificate(self, row: int) -> list[int]:
        """Run indices of a certificate: the history credited if that is no longer, else one of its own."""
        plan, found = self._plan, int(self._found[row])
        if plan.certificate != "yoder-low-chuang" and found < plan.n_exact:
            # The counts too large to be credited first: a hit there saves the rest.
            beyond = plan.n_exact - found + 1
            tail = plan.whole(found, beyond, self._rng) if plan.n_exact < plan.n_items else []
            chosen = self._cover(row, found)
            if chosen is not None and self._length(tail + chosen) <= plan.longest_whole(found):
                return tail + chosen
        return plan.whole(found, 1, self._rng)

    def _cover(self, row: int, found: int) -> list[int] | None:
        """Cheapest cover of what the row's history lacks; rows with one history share it."""
        key = self._history.key(row)
        if key not in self._covers:
            self._covers[key] = self._plan.closing.cheapest(self._history, row, found)
        return self._covers[key]

    def _length(self, runs: list[int]) -> int:
        return sum(self._runs.iterations[run] for run in runs)

    def observe(self, hit: NDArray[np.bool_]) -> None:
        """A hit resumes the finds; a miss counts towards the certificate that is under way."""
        if self._chosen is None:
            self._choose()
        chosen = np.asarray(self._chosen)
        rows = np.flatnonzero(~self._done & self.active)
        self._belief.update(rows, self._runs.missed(chosen[rows]), np.arange(len(rows)), hit)
        credited = rows[self._runs.is_credited(chosen[rows])]
        self._history.record(credited, chosen[credited], self._found[credited], hit[credited])
        self._found[rows] += hit[rows]
        lengths = self._runs.table[1][chosen[rows]]
        self._idle[rows] = np.where(hit[rows], 0.0, self._idle[rows] + lengths)
        self._queues.observe(rows, hit[rows])
        self._chosen = None
