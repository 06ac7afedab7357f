"""The decisions of the adaptive schedule, for many episodes at once."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qattention.search.belief import Belief
from qattention.search.closing import Closing
from qattention.search.history import History
from qattention.search.moves import CERTIFIED, Moves, moves
from qattention.search.queues import Queues
from qattention.search.runs import Runs

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
