"""The decisions of the adaptive schedule, for many episodes at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from qattention.compiled import BORROWS, compiled
from qattention.search.actions import Polynomial
from qattention.search.belief import Belief, Posterior, best_run, learn
from qattention.search.cells import LOG_ZERO
from qattention.search.cover import Cover
from qattention.search.extremal import shortest_roots
from qattention.search.history import History, record
from qattention.search.moves import POLYNOMIAL, Moves
from qattention.search.polynomial import polynomial_miss, stays_below_one, stride_for
from qattention.search.runs import END, Runs

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_AMPLITUDE = 1.0 - 1e-4  # of a polynomial beyond its first root: closer to 1 its phases lose digits
OPEN = -2  # besides END in the place of a run: none is chosen yet
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
    def most_found(self) -> int: ...
    @property
    def n_kept(self) -> int: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def closing(self) -> Closing: ...
    def belief(self, n_rows: int) -> Belief: ...
    def spend(self, n_found: int) -> float: ...
    def whole(self, n_found: int, n_least: int, rng: np.random.Generator) -> list[int]: ...
    def longest_whole(self, n_found: int) -> int: ...


class Rows(NamedTuple):
    """What is known of episodes, each array a row an episode.

    Attributes:
        chosen: the run that comes next, END or OPEN.
        found, idle: finds; iterations without a find since the last.
        active, done: whether its moves are performed; whether it is over.
        certifying: whether it has a certificate under way.
        queue, left: runs of that certificate, shape (n_rows, room), and how many of them are to be made, the
            next of them at left - 1.
    """

    chosen: Ints
    found: Ints
    idle: Floats
    active: Bools
    done: Bools
    certifying: Bools
    queue: Ints
    left: Ints


class AdaptivePolicy:
    """Rows are episodes; those without a certificate under way are finding."""

    def __init__(self, plan: AdaptiveFields, rng: np.random.Generator, n_rows: int) -> None:
        self._plan, self._runs, self._rng = plan, plan.runs, rng
        self._belief = plan.belief(n_rows).posterior
        self._history = History.of(n_rows)
        self._rows = Rows(
            chosen=np.full(n_rows, OPEN),
            found=np.zeros(n_rows, dtype=np.int64),
            idle=np.zeros(n_rows),
            active=np.ones(n_rows, dtype=np.bool_),
            done=np.full(n_rows, plan.most_found == 0),
            certifying=np.zeros(n_rows, dtype=np.bool_),
            queue=np.zeros((n_rows, 16), dtype=np.int64),
            left=np.zeros(n_rows, dtype=np.int64),
        )
        self._switch, self._patience = float(plan.switch), plan.patience * math.sqrt(plan.n_items)
        self._moves: Moves | None = None
        self._covers: dict[bytes, list[int] | None] = {}

    @property
    def active(self) -> Bools:
        """Rows whose moves are performed (n_rows,)."""
        return self._rows.active

    def activate(self, rows: Bools) -> None:
        """Make these rows active; the others are neither decided nor observed."""
        self.active[:], self._rows.chosen[:], self._moves = rows, OPEN, None

    def next(self) -> Moves:
        """The certificate's next run where one is under way, the best find elsewhere."""
        if self._moves is None:
            self._moves = self._choose()
        return self._moves

    def _choose(self) -> Moves:
        plan, rows = self._plan, self._rows
        while _decide(rows, self._belief, self._switch, self._patience, plan.most_found, plan.n_kept):
            for row in np.flatnonzero(rows.chosen == OPEN).tolist():
                self._put(row, self._certificate(row))
            rows = self._rows
        kinds, iterations, parameters = self._runs.table
        return Moves(
            kind=kinds[rows.chosen],
            iterations=iterations[rows.chosen],
            certifying=rows.certifying.copy(),
            parameter=parameters[rows.chosen],
            polynomials=self._runs.polynomials,
        )

    def _put(self, row: int, runs: list[int]) -> None:
        """The row's certificate consists of these runs."""
        while len(runs) > self._rows.queue.shape[1]:
            more = (0, 0), (0, self._rows.queue.shape[1])
            self._rows = self._rows._replace(queue=np.pad(self._rows.queue, more))
        self._rows.queue[row, : len(runs)] = runs[::-1]
        self._rows.left[row], self._rows.certifying[row] = len(runs), True

    def _certificate(self, row: int) -> list[int]:
        """Run indices of a certificate: the history credited if that is no longer, else one of its own."""
        plan, found = self._plan, int(self._rows.found[row])
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

    def observe(self, hit: Bools) -> None:
        """A hit resumes the finds; a miss counts towards the certificate that is under way."""
        self.next()
        runs, chosen = self._runs, self._rows.chosen
        drawn = runs.missed(chosen[chosen >= len(runs.lengths)])
        kinds, iterations, _ = runs.table
        seen = self._rows, self._belief, self._history, hit
        if _observe(*seen, drawn, kinds, iterations, self._plan.n_kept) == self._history.room:
            self._history = self._history.wider()
        self._moves = None


@compiled(**BORROWS)
def _decide(
    rows: Rows, belief: Posterior, switch: float, patience: float, most_found: int, n_kept: int
) -> int:
    """Choose the run of every row that is open; how many are left so, as they wait for a certificate.

    Those that are not active or keep what they sample make the run 0, of no iterations.
    """
    n_open = 0
    for row in range(len(rows.chosen)):
        if rows.chosen[row] != OPEN:
            continue
        rows.chosen[row] = END if rows.done[row] else 0
        if rows.done[row] or not rows.active[row] or rows.found[row] < n_kept:
            continue
        certifying = rows.certifying[row]
        if not certifying and (belief.weight[row, 0] >= switch or rows.idle[row] >= patience):
            rows.chosen[row] = OPEN
            n_open += 1
        elif rows.found[row] >= most_found or (certifying and not rows.left[row]):
            rows.chosen[row], rows.done[row] = END, True
        else:
            rows.chosen[row] = rows.queue[row, rows.left[row] - 1] if certifying else best_run(belief, row)
    return n_open


@compiled(**BORROWS)
def _observe(
    rows: Rows,
    belief: Posterior,
    history: History,
    hit: Bools,
    drawn: Floats,
    kinds: NDArray[np.int8],
    iterations: Ints,
    n_kept: int,
) -> int:
    """Take in the outcomes of the runs chosen; the most runs that a row's history has.

    drawn: miss probabilities on the belief's grid of the runs that are not among `belief.miss`, row by row.
    """
    longest, n_drawn = 0, 0
    for row in range(len(rows.chosen)):
        run, found, rows.chosen[row] = rows.chosen[row], rows.found[row], OPEN
        if rows.done[row] or not rows.active[row]:
            continue
        if found >= n_kept:
            if run < len(belief.miss):
                learn(belief, row, belief.miss[run], hit[row])
            else:
                learn(belief, row, drawn[n_drawn], hit[row])
                n_drawn += 1
            if run < len(belief.miss) or kinds[run] == POLYNOMIAL:
                record(history, row, run, found, hit[row])
            rows.idle[row] += iterations[run]
            rows.left[row] = max(0, rows.left[row] - 1)
        if hit[row]:
            rows.found[row] += 1
            rows.idle[row], rows.left[row], rows.certifying[row] = 0.0, 0, False
            if n_kept:  # other items are marked from now on
                history.length[row] = 0
        longest = max(longest, history.length[row])
    return longest
