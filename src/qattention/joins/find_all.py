"""All marked pairs found by a join, on exact amplitudes: every phase, then the certificate over all pairs.

Rows and keys are relabelled at random first (a hash of the addresses, free: tables are written in that
order), so that what lies in one block by the head's order is spread; not where rows see ranges of keys, whose
order bounds need. A guarantee rests on the certificate alone.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.joins.phase import JoinPhase, JoinPlan, JoinSizes
from qattention.joins.policy import BlockPolicy, p_hit
from qattention.joins.totals import JoinTotals
from qattention.search import Done, Grover, make_schedule

Pairs = NDArray[np.int64]  # shape (n, 2): row, key
Bools = NDArray[np.bool_]
OnBlock = Callable[[JoinPhase, int, int, Pairs], None]  # row block, key block; open marks that it has


@attrs.frozen(kw_only=True)
class PhaseRun:
    """What a phase did: iterations and runs of all blocks, classical inner products, pairs found."""

    iterations: int
    runs: int
    checks: int
    found: int


@attrs.frozen(kw_only=True, eq=False)
class JoinRun:
    """A join from its first phase to its certificate.

    Attributes:
        found: marked pairs, in the order in which they were found.
        phases: what each did, the certificate last. certified: whether it ended with its certificate.
        missed: marked pairs that were not found.
    """

    found: Pairs
    phases: tuple[PhaseRun, ...]
    certified: bool
    missed: int

    @property
    def iterations(self) -> int:
        """Of all phases."""
        return sum(phase.iterations for phase in self.phases)

    @property
    def checks(self) -> int:
        """Classical inner products."""
        return sum(phase.checks for phase in self.phases)


class JoinState:
    """Marked pairs, and which of them are found.

    Args:
        marks: rows and keys as they are labelled for the search.
        seen: (first, one past the last) key of every row, shape (n_queries, 2); None: all.
        ghosts: heavy pairs that their row does not see. A block of turns marks those whose key another of its
            rows sees; they are dropped when they are checked.
    """

    def __init__(
        self,
        sizes: JoinSizes,
        marks: Pairs,
        rng: np.random.Generator,
        seen: Pairs | None = None,
        ghosts: Pairs | None = None,
    ) -> None:
        unseen = np.zeros((0, 2), dtype=np.int64) if ghosts is None else ghosts
        self.sizes, self.rng, self.seen = sizes, rng, seen
        self.marks, self.n_real = np.concatenate([marks, unseen]), len(marks)
        self.open = np.ones(len(self.marks), dtype=bool)
        self.order: list[int] = []

    def take(self, which: NDArray[np.intp]) -> int:
        """Mark these as found; how many there were."""
        self.open[which] = False
        self.order += which.tolist()
        return len(which)

    def span(self, phase: JoinPhase, row_block: int) -> tuple[int, int]:
        """Keys that some row of the block sees: the first, and one past the last."""
        if self.seen is None:
            return 0, self.sizes.n_keys
        rows = self.seen[row_block << phase.row_bits : (row_block + 1) << phase.row_bits]
        return int(rows[:, 0].min()), int(rows[:, 1].max())

    def _live(self, phase: JoinPhase) -> NDArray[np.intp]:
        """Open marks that a phase marks: of ghosts those of turns whose block sees their key."""
        live = np.flatnonzero(self.open)
        ghosts = live[live >= self.n_real]
        live = live[live < self.n_real]
        if phase.kind == "pairs" or not len(ghosts):
            return live
        spans = np.array([self.span(phase, int(row) >> phase.row_bits) for row in self.marks[ghosts, 0]])
        keys = self.marks[ghosts, 1]
        return np.concatenate([live, ghosts[(keys >= spans[:, 0]) & (keys < spans[:, 1])]])

    def by_block(self, phase: JoinPhase) -> dict[tuple[int, int], NDArray[np.intp]]:
        """(row block, key block) -> positions of its open marks; blocks without any are left out."""
        live = self._live(phase)
        blocks = self.marks[live] >> np.array([phase.row_bits, phase.key_bits])
        order = np.lexsort(blocks.T[::-1])
        live, blocks = live[order], blocks[order]
        if not len(live):
            return {}
        starts = np.flatnonzero(np.append(True, np.any(np.diff(blocks, axis=0) != 0, axis=1)))
        parts = np.split(live, starts[1:])
        return {(int(r), int(k)): part for (r, k), part in zip(blocks[starts], parts, strict=True)}


def turn_chances(
    state: JoinState, phase: JoinPhase, live: NDArray[np.intp]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Keys with an odd number of open marks in the block, each as likely; and the share of keys they are."""
    keys, counts = np.unique(state.marks[live, 1], return_counts=True)
    odd = keys[counts % 2 == 1]
    return odd, np.full(len(odd), 2.0**-phase.key_bits)


def pair_chances(
    state: JoinState, phase: JoinPhase, live: NDArray[np.intp]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Keys with open marks in the block, and what each has of the squared sine of the outer angle."""
    keys, counts = np.unique(state.marks[live, 1], return_counts=True)
    inside = np.arcsin(np.sqrt(np.minimum(counts / 2.0**phase.row_bits, 1.0)))
    return keys, np.sin((2 * phase.depth + 1) * inside) ** 2 / 2.0**phase.key_bits


def search_block(state: JoinState, phase: JoinPhase, policy: BlockPolicy, live: NDArray[np.intp]) -> PhaseRun:
    """One block by its policy, on exact amplitudes."""
    chances_of = turn_chances if phase.kind == "turns" else pair_chances
    node = iterations = runs = checks = found = 0
    while (length := int(policy.lengths[node])) >= 0:
        keys, chances = chances_of(state, phase, live)
        iterations, runs = iterations + length, runs + 1
        checks += 1 << phase.row_bits if phase.kind == "turns" else 1
        hit = bool(len(keys)) and state.rng.random() < float(p_hit(np.array(chances.sum()), length))
        node = int((policy.hit if hit else policy.miss)[node])
        if hit:
            key = state.rng.choice(keys, p=chances / chances.sum())
            there = live[state.marks[live, 1] == key]
            if phase.kind == "pairs":
                there = state.rng.choice(there, 1)
            found += state.take(there)
            live = live[state.open[live]]
    return PhaseRun(iterations=iterations, runs=runs, checks=checks, found=found)


def empty_block(phase: JoinPhase, policy: BlockPolicy) -> PhaseRun:
    """A block in which every run misses."""
    node = iterations = runs = 0
    while (length := int(policy.lengths[node])) >= 0:
        iterations, runs, node = iterations + length, runs + 1, int(policy.miss[node])
    each = 1 << phase.row_bits if phase.kind == "turns" else 1
    return PhaseRun(iterations=iterations, runs=runs, checks=runs * each, found=0)


def search_phase(
    state: JoinState, phase: JoinPhase, policy: BlockPolicy, on_block: OnBlock | None = None
) -> PhaseRun:
    """All blocks of a phase; `on_block` is called before each that has marks."""
    blocks = state.by_block(phase)
    if on_block is not None:
        for (row_block, key_block), live in blocks.items():
            on_block(phase, row_block, key_block, state.marks[live])
    done = [search_block(state, phase, policy, live) for live in blocks.values()]
    n_empty = max(0, state.sizes.n_blocks(phase.key_bits, phase.row_bits) - len(blocks))
    empty = empty_block(phase, policy)
    return PhaseRun(
        iterations=sum(one.iterations for one in done) + n_empty * empty.iterations,
        runs=sum(one.runs for one in done) + n_empty * empty.runs,
        checks=sum(one.checks for one in done) + n_empty * empty.checks,
        found=sum(one.found for one in done),
    )


def certify(state: JoinState, plan: JoinPlan) -> tuple[PhaseRun, bool]:
    """The schedule over all pairs: finds what is left, and ends with its certificate."""
    n_items = 1 << plan.certificate.log_items
    n_promised = min(plan.n_promised or 1, n_items)
    episode = make_schedule(plan.search, n_items, n_promised, state.sizes.p_fail).begin(state.rng)
    iterations = runs = found = 0
    while not isinstance(action := episode.next(), Done):
        assert isinstance(action, Grover)  # the default schedule has no phases of its own
        live = np.flatnonzero(state.open[: state.n_real])
        iterations, runs = iterations + action.iterations, runs + 1
        share = np.array(len(live) / n_items)
        hit = bool(len(live)) and state.rng.random() < float(p_hit(share, action.iterations))
        if hit:
            found += state.take(state.rng.choice(live, 1))
        episode.observe(hit)
    return PhaseRun(iterations=iterations, runs=runs, checks=runs, found=found), action.certified


def find_all(
    totals: JoinTotals,
    marks: Pairs,
    seed: int = 0,
    *,
    seen: Pairs | None = None,
    ghosts: Pairs | None = None,
    relabel: bool = True,
    on_block: OnBlock | None = None,
    on_start: Callable[[JoinState, NDArray[np.intp], NDArray[np.intp]], None] | None = None,
) -> JoinRun:
    """Run a join on the marked pairs of a head.

    Args:
        totals: of the plan; its phases' policies.
        marks: (row, key) of every pair that is to be found, shape (n, 2).
        seen, ghosts: see `JoinState`. relabel: rows and keys at random first; off to try a layout as it is.
        on_block: see `search_phase`. on_start: called with the state, and the labels of rows and keys.
    """
    rng, sizes = np.random.default_rng(seed), totals.sizes
    rows, keys = rng.permutation(sizes.n_queries), rng.permutation(sizes.n_keys)
    if not relabel or sizes.limits:
        rows, keys = np.arange(sizes.n_queries), np.arange(sizes.n_keys)
    labelled = np.column_stack([rows[marks[:, 0]], keys[marks[:, 1]]])
    state = JoinState(sizes, labelled, rng, seen, ghosts)
    if on_start is not None:
        on_start(state, rows, keys)
    done = []
    for part in totals.parts[:-1]:
        assert part.policy is not None  # every phase has one
        done.append(search_phase(state, part.phase, part.policy, on_block))
    last, certified = certify(state, totals.plan)
    order = np.array([at for at in state.order if at < state.n_real], dtype=np.intp)
    return JoinRun(
        found=marks[order],
        phases=(*done, last),
        certified=certified,
        missed=int(state.open[: state.n_real].sum()),
    )
