"""Schedules that trust a promise of exactly n_promised marked items: reaching that many finds is the proof.

While the promise holds no certificate is run. A stretch of misses with probability <= eps under the promise
shows it broken, and the adaptive schedule finishes the row. More marked items than promised need not show;
verify=True has the adaptive schedule look for them at the end.

Apart from `family` because a schedule is a module: its record, its rule and its mean.

A promise that proves broken is finished by the adaptive schedule: it starts afresh on what is left and knows
nothing of before, so its own bound eps holds for it, whatever led there (`HandOver`).
"""

from __future__ import annotations

import math
from typing import ClassVar

import attrs
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qattention.search.adaptive import Adaptive
from qattention.search.adaptive_policy import AdaptivePolicy
from qattention.search.angles import grover_miss
from qattention.search.checks import check_marked, check_search
from qattention.search.kind import ScheduleKind
from qattention.search.known import best_length, summed_at
from qattention.search.measured import SEED, MeasuredSchedule
from qattention.search.moves import (
    CERTIFIED,
    EXACT,
    GROVER,
    GROVER_ALL,
    HAND_OVER,
    Moves,
    Stepwise,
    choose,
    moves,
)
from qattention.search.phases import exact_length, exact_lengths, matched_miss, own_phases, own_phases_of_all
from qattention.search.schedule import Fixed, Policy, SearchCost, joined
from qattention.search.simulate import simulate_policy
from qattention.search.stages import MOST_STAGES, Stage, chain, long_chain, repeated


class HandOver:
    """`first` decides until its move is HAND_OVER; from then on `rest` decides the row."""

    def __init__(self, first: Policy, rest: AdaptivePolicy) -> None:
        self._first, self._rest = first, rest
        rest.active[:] = False

    def next(self) -> Moves:
        """See Policy."""
        moves = self._first.next()
        over = moves.kind == HAND_OVER
        if (over & ~self._rest.active).any():
            self._rest.activate(over)
        return choose(over, moves, self._rest.next()) if over.any() else moves

    def observe(self, hit: NDArray[np.bool_]) -> None:
        """See Policy."""
        over = self._first.next().kind == HAND_OVER
        self._first.observe(hit & ~over)
        if over.any():
            self._rest.observe(hit & over)


Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_MISS = 1e-300  # stands for a miss that cannot be: the first shows the promise broken
NEGLIGIBLE = 1e-5  # probability of a hand-over whose cost, about that of the rest, is left out
EXACT_MISS = 1e-9  # a phase-matched run's miss probability, rounding included; measured below 1e-13


class KnownKPolicy(Stepwise):
    """The run that suits what the promise leaves, until the promise is fulfilled or disproved."""

    def __init__(self, schedule: KnownK, n_rows: int) -> None:
        super().__init__(n_rows)
        self._plan = schedule
        self._log_miss = np.zeros(n_rows)
        self._steps = {0: (0, 1.0)}  # what `step` answered

    def decide(self) -> Moves:
        """The run for what the promise leaves; the end or hand-over where that is nothing or disproved."""
        left = np.maximum(self._plan.n_promised - self.found, 0)
        for r in set(left.tolist()) - self._steps.keys():
            self._steps[r] = self._plan.step(r)
        lengths = np.array([self._steps[r][0] for r in left.tolist()], dtype=np.int64)
        self._chance = np.array([self._steps[r][1] for r in left.tolist()])
        end = HAND_OVER if self._plan.verify else CERTIFIED
        broken = self._log_miss <= np.log(self._plan.eps)
        kind = np.where(broken, HAND_OVER, np.where(left == 0, end, self._plan.run_kind))
        return moves(kind, lengths, np.zeros(len(kind), dtype=np.bool_), left.astype(np.float64))

    def booked(self, moves: Moves, hit: NDArray[np.bool_]) -> None:
        """Add up the misses' probabilities since the last find."""
        searching = moves.kind != HAND_OVER
        missed = self._log_miss + np.log(np.maximum(self._chance, LEAST_MISS))
        self._log_miss = np.where(searching, np.where(hit, 0.0, missed), self._log_miss)


@frozen(kw_only=True)
class KnownK(MeasuredSchedule):
    """Plain runs of the length with the best success an iteration; verify: look for more at the end."""

    run_kind: ClassVar[int] = GROVER  # of its moves
    verify: bool = False

    def __attrs_post_init__(self) -> None:
        check_search(self.n_items, self.n_promised, self.eps)

    @property
    def trusts_promise(self) -> bool:
        """See Schedule."""
        return not self.verify

    def step(self, left: int) -> tuple[int, float]:
        """(iterations, probability of no new item) of its run with `left` >= 1 of the promised items left."""
        length = best_length(self.n_items, left)
        return length, float(grover_miss(self.n_items, left, length))

    def p_new(self, left: int, n_left: int, n_found: int) -> float:
        """Probability that its run with `left` promised items left finds one of the n_left that are left."""
        del n_found
        length, _ = self.step(left)
        return 1.0 - float(grover_miss(self.n_items, n_left, length))

    def stage(self, n_found: int, n_left: int) -> Stage:
        """The runs after n_found < n_promised finds; a stretch of misses shows the promise broken."""
        left = self.n_promised - n_found
        length, miss = self.step(left)
        most = math.ceil(math.log(self.eps) / math.log(max(miss, LEAST_MISS)) - 1e-12)
        return repeated(length, self.p_new(left, n_left, n_found), most, self.own_phases(left))

    def own_phases(self, left: int) -> tuple[int, int]:
        """(phased, rotations) of its run with `left` of the promised items left."""
        del left
        return 0, 0

    def expected(self, n_marked: int, share: float = 1.0) -> SearchCost:
        """Exact up to where another schedule takes over, whose part is sampled; see `stages`.

        Raises SpecError outside 0..n_items.
        """
        check_marked(n_marked, self.n_items)
        n_stages = min(self.n_promised, n_marked + 1)
        if n_stages > MOST_STAGES and n_marked >= n_stages and not self.verify:
            return long_chain(lambda h: self.stage(h, n_marked - h), n_stages)
        cost, ended = chain(lambda h: self.stage(h, n_marked - h), n_stages)
        handed = ended if self.verify else ended[:-1]
        left = n_marked - np.arange(len(handed))
        return (
            cost
            if handed.sum() < NEGLIGIBLE
            else joined(cost, self._rest_cost(left, handed, share), float(handed.sum()))
        )

    def _rest_cost(self, left: Ints, weight: Floats, share: float) -> SearchCost:
        """Mean cost of what finishes a row, `left` items being left with probability ~ weight; sampled."""
        rest, (drawn, decisions, outcomes) = self.rest(), np.random.default_rng(SEED).spawn(3)
        n_rows = math.ceil(share * rest.n_trials(int(left.max())))
        rows = drawn.choice(left, size=n_rows, p=weight / weight.sum())
        policy = rest.policy(decisions, n_rows)
        return simulate_policy(policy, Fixed(rows, n_rows), self.n_items, outcomes).mean()

    def rest(self) -> Adaptive:
        """What finishes a row whose promise is broken or to be verified."""
        return Adaptive(n_items=self.n_items, n_promised=self.n_promised, eps=self.eps)

    def policy(self, rng: np.random.Generator, n_rows: int) -> HandOver:
        """See Schedule.policy."""
        return HandOver(KnownKPolicy(self, n_rows), self.rest().policy(rng, n_rows))

    def worst_case(self) -> SearchCost:
        """Every find on the last run before the promise counts as broken, then the adaptive worst case."""
        counts = np.unique(np.geomspace(1, max(self.n_promised, 1), 512).astype(np.int64))
        longest = [self._longest(int(r)) for r in counts] if self.n_promised else [0]
        # Each stretch is bounded by that of the next smaller tabulated count, which is longer.
        widths = np.diff(counts, append=self.n_promised + 1).tolist()
        stretch = sum(length * width for length, width in zip(longest, widths, strict=True))
        rest = self.rest().worst_case()
        return attrs.evolve(rest, find=rest.find + stretch, runs=rest.runs + stretch + self.n_promised)

    def _longest(self, left: int) -> int:
        length, miss = self.step(left)
        return length * (1 + int(np.ceil(np.log(self.eps) / np.log(miss)))) if miss > 0 else length


@frozen(kw_only=True)
class KnownKExact(KnownK):
    """Runs with matched phases, which cannot miss while the promise holds."""

    run_kind: ClassVar[int] = EXACT

    def step(self, left: int) -> tuple[int, float]:
        """See KnownK.step."""
        return exact_length(self.n_items, left), EXACT_MISS

    def p_new(self, left: int, n_left: int, n_found: int) -> float:
        """See KnownK.p_new."""
        del n_found
        return 1.0 - float(matched_miss(self.n_items, n_left, left))

    def own_phases(self, left: int) -> tuple[int, int]:
        """See KnownK.own_phases."""
        return own_phases(self.n_items, left)

    def worst_case(self) -> SearchCost:
        """See KnownK.worst_case; every run before the promise counts as broken has phases of its own."""
        runs = 1 + math.ceil(math.log(self.eps) / math.log(EXACT_MISS))
        phased, rotations = own_phases_of_all(self.n_items, self.n_promised)
        return attrs.evolve(super().worst_case(), phased=runs * phased, rotations=runs * rotations)

    def expected(self, n_marked: int, share: float = 1.0) -> SearchCost:
        """See KnownK.expected; where the promise holds, a run a find."""
        if n_marked != self.n_promised or self.verify:
            return super().expected(n_marked, share)
        check_marked(n_marked, self.n_items)
        if not n_marked:
            return SearchCost(find=0.0, certificate=0.0, runs=0.0)
        (find,) = summed_at(lambda left: exact_lengths(self.n_items, left)[:, None], 1, n_marked)
        phased, rotations = own_phases_of_all(self.n_items, n_marked)
        return SearchCost(
            find=float(find),
            certificate=0.0,
            runs=float(n_marked),
            phased=float(phased),
            rotations=float(rotations),
        )


@frozen(kw_only=True)
class Coupon(KnownK):
    """Plain runs of one length: what was found stays marked, and is found again."""

    run_kind: ClassVar[int] = GROVER_ALL

    def step(self, left: int) -> tuple[int, float]:
        """See KnownK.step."""
        length = best_length(self.n_items, self.n_promised)
        hit = 1.0 - float(grover_miss(self.n_items, self.n_promised, length))
        return length, 1.0 - hit * left / self.n_promised

    def p_new(self, left: int, n_left: int, n_found: int) -> float:
        """See KnownK.p_new; what was found may be found again."""
        length, _ = self.step(left)
        n_marked = n_left + n_found
        hit = 1.0 - float(grover_miss(self.n_items, n_marked, length))
        return hit * n_left / max(n_marked, 1)


KNOWN_K_EXACT = ScheduleKind(
    name="known-k-exact",
    schedule=KnownKExact,
    certifies=False,
    trusts_promise=True,
    has_matched_steps=True,
    may_certify_with_phases=False,
    finds_thresholds=False,
    shares_loads=True,
    is_textbook=False,
    summary="Exactly k items are trusted to be marked; each is found by one run that cannot miss.",
    source="Brassard, Hoyer, Mosca, Tapp, quant-ph/0005055, theorem 4",
    limits="No certificate: more items than promised may stay unseen unless it is asked to verify.",
)
KNOWN_K = ScheduleKind(
    name="known-k",
    schedule=KnownK,
    certifies=False,
    trusts_promise=True,
    has_matched_steps=False,
    may_certify_with_phases=False,
    finds_thresholds=False,
    shares_loads=True,
    is_textbook=False,
    summary="Exactly k items are trusted to be marked; the run of best success an iteration is repeated.",
    source="Boyer, Brassard, Hoyer, Tapp 1998 (quant-ph/9605034), section 3",
    limits="No certificate: more items than promised may stay unseen unless it is asked to verify.",
)
COUPON = ScheduleKind(
    name="coupon",
    schedule=Coupon,
    certifies=False,
    trusts_promise=True,
    has_matched_steps=False,
    may_certify_with_phases=False,
    finds_thresholds=False,
    shares_loads=True,
    is_textbook=False,
    summary="As known-k, but what was found is not excluded: the coupon collector's price.",
    source="Boyer, Brassard, Hoyer, Tapp 1998 (quant-ph/9605034), section 3, repeated",
    limits="No certificate; the last of k items takes some k times the runs of the first.",
)
