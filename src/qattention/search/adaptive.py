"""The default schedule: Bayesian finds, then a certificate that nothing is left; a hit resumes the finds.

Which runs find is steered by a belief; that nothing is left is proved without it. The certificate credits the
whole history: it may end after h finds once the likelihood of every larger count T over that of h is at most
eps * share(T - h, h); then the total failure is at most eps, whatever is marked (docs/search.md).
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
from attrs import Factory, field, frozen
from numpy.typing import NDArray

from qattention.errors import SpecError, bad
from qattention.search.adaptive_policy import AdaptivePolicy, Closing
from qattention.search.angles import fixed_point_length
from qattention.search.belief import Belief, count_grid, run_grid
from qattention.search.cells import Cells
from qattention.search.certificate import random_runs
from qattention.search.checks import check_search
from qattention.search.cover import MOST_RUNS
from qattention.search.kind import ScheduleKind
from qattention.search.measured import MeasuredSchedule
from qattention.search.moves import FIXED_POINT
from qattention.search.runs import Runs
from qattention.search.schedule import SearchCost
from qattention.search.shares import least_share, share

Floats = NDArray[np.float64]

# Counts credited with their exact likelihoods; larger ones get a certificate of their own.
N_EXACT = 16384
# What a certificate of its own spends is rounded down to a power of this: few distinct ones.
LADDER = 2.0
N_TRIALS_PHASED = 32
N_QUICK = 128  # items up to which polynomials are quickly found
CERTIFICATES = ("polynomial", "grover", "yoder-low-chuang")


@frozen(kw_only=True)
class Adaptive(MeasuredSchedule):
    """A promise n_promised that shapes belief and shares only: the failure is within eps whatever is marked.

    eps_broken (default: eps): the failure allowed where more than n_promised items are marked; from the
    n_promised-th find on such an episode is certified with eps as any other.
    switch: certify once "nothing is left" is believed this much. patience: find iterations without a find, in
    units of sqrt(n_items), after which it certifies whatever is believed.
    certificate: `polynomial` (the whole history credited, and one run with phases chosen for what it lacks),
    `grover` (the same with Grover runs) or `yoder-low-chuang` (one fixed-point run, nothing credited).
    most_believed: the belief before the first run is uniform up to this; None: max(4, 2 n_promised).
    """

    switch: float = 0.7
    patience: float = 4.0
    certificate: str = "grover"
    most_believed: int | None = None
    eps_broken: float = field(default=Factory(lambda self: self.eps, takes_self=True))

    def __attrs_post_init__(self) -> None:
        check_search(self.n_items, self.n_promised, self.eps)
        problems = []
        if self.most_believed is not None and self.most_believed < 0:
            problems.append(bad("most_believed", self.most_believed, ">= 0"))
        if not self.eps <= self.eps_broken < 1.0:
            problems.append(bad("eps_broken", self.eps_broken, "in [eps, 1)"))
        if not 0.0 < self.switch <= 1.0:
            problems.append(bad("switch", self.switch, "in (0, 1]"))
        if not self.patience > 0.0:
            problems.append(bad("patience", self.patience, "> 0"))
        if self.certificate not in CERTIFICATES:
            problems.append(bad("certificate", self.certificate, "one of " + ", ".join(CERTIFICATES)))
        if problems:
            raise SpecError(problems)

    def p_fail_bound(self, n_marked: int) -> float:
        """See Schedule.p_fail_bound."""
        return self.eps if n_marked <= self.n_promised else self.eps_broken

    def allowed(self, n_found: int) -> Floats:
        """Failure allowed an end after n_found finds with 1..n_exact - n_found left, shape (that,)."""
        parts = share(self.n_exact - n_found, n_found, self.n_promised)
        broken = np.arange(n_found + 1, self.n_exact + 1) > self.n_promised
        in_doubt = broken if n_found < self.n_promised else np.zeros_like(broken)
        return np.asarray(parts * np.where(in_doubt, self.eps_broken, self.eps))

    def n_trials(self, n_marked: int) -> int:
        """See MeasuredSchedule; a polynomial takes some 50 ms to find."""
        most = super().n_trials(n_marked)
        slow = self.certificate == "polynomial" and self.n_items > N_QUICK
        return min(N_TRIALS_PHASED, most) if slow else most

    @property
    def n_exact(self) -> int:
        """Counts 0..n_exact of marked items are credited with their exact likelihoods."""
        return min(self.n_items, N_EXACT)

    @property
    def most_found(self) -> int:
        """Finds after which nothing can be left."""
        return self.n_items

    @property
    def n_kept(self) -> int:
        """Items first sampled and kept, each of which a later find may replace; 0: none is ever replaced."""
        return 0

    def belief(self, n_rows: int) -> Belief:
        """What is believed before the first run."""
        return Belief(self.n_items, self.n_promised, n_rows, self.most_believed)

    @cached_property
    def runs(self) -> Runs:
        """The runs of this schedule; the credited ones are those it finds with."""
        cells = Cells(self.n_items, self.n_exact, self.n_promised)
        return Runs(self.n_items, count_grid(self.n_items), run_grid(self.n_items), cells)

    @cached_property
    def closing(self) -> Closing:
        """Chooses the runs of a certificate that credits the history."""
        return Closing(self.runs, lambda found: np.log(self.allowed(found)), self.certificate == "polynomial")

    def spend(self, n_found: int) -> float:
        """Failure that a certificate may add, whatever is left, after n_found finds; a power of LADDER."""
        return LADDER ** math.floor(math.log(self.eps * least_share(n_found, self.n_promised), LADDER))

    def whole(self, n_found: int, n_least: int, rng: np.random.Generator) -> list[int]:
        """Run indices that by themselves, the history uncredited, certify every count left >= n_least."""
        spend = self.spend(n_found)
        if self.certificate == "yoder-low-chuang":
            length = fixed_point_length(self.n_items, spend, n_least)
            return [self.runs.add(FIXED_POINT, length, spend)]
        random = random_runs(self.n_items, spend, n_least)
        return self.runs.add_all(rng.integers(0, random.n_lengths, random.n_runs))

    def longest_whole(self, n_found: int) -> int:
        """The most iterations that whole(n_found, 1) can have."""
        if self.certificate == "yoder-low-chuang":
            return fixed_point_length(self.n_items, self.spend(n_found))
        random = random_runs(self.n_items, self.spend(n_found))
        return random.n_runs * (random.n_lengths - 1)

    def policy(self, rng: np.random.Generator, n_rows: int) -> AdaptivePolicy:
        """See Schedule.policy."""
        return AdaptivePolicy(self, rng, n_rows)

    def worst_case(self) -> SearchCost:
        """Every find after the longest idle stretch and a certificate that hits on its last run."""
        phases = self.n_promised + 1
        idle = math.ceil(self.patience * math.sqrt(self.n_items)) + int(self.runs.lengths[-1])
        # A certificate that credits the history is taken only if it is no longer than this.
        whole = phases * self.longest_whole(self.n_promised)
        phased = 0 if self.certificate == "grover" else whole
        return SearchCost(
            find=phases * idle,
            certificate=whole,
            runs=phases * (idle + MOST_RUNS),
            phased=phased,
            rotations=2 * phased,
        )


@frozen(kw_only=True)
class AdaptivePhased(Adaptive):
    """The same with polynomial certificates: fewer iterations, whose phases are rotations.

    A coherent run does not stop at an early hit, so it begins later.
    """

    switch: float = 0.8
    certificate: str = "polynomial"


@frozen(kw_only=True)
class AdaptivePromised(AdaptivePhased):
    """The same, sure of eps where the promise is kept; where it is broken, of the cube root of eps.

    The promise is believed, too. Counts beyond it would lengthen every certificate (docs/search.md).
    """

    most_believed: int | None = field(default=Factory(lambda self: self.n_promised, takes_self=True))
    eps_broken: float = field(default=Factory(lambda self: self.eps ** (1.0 / 3.0), takes_self=True))


ADAPTIVE = ScheduleKind(
    name="adaptive",
    schedule=Adaptive,
    certifies=True,
    trusts_promise=False,
    has_matched_steps=False,
    may_certify_with_phases=False,
    finds_thresholds=False,
    shares_loads=True,
    is_textbook=False,
    summary="Bayesian finds; then Grover runs whose misses, with all before, prove that nothing is left.",
    source="docs/search.md (the theorem of certificates); finds after Boyer, Brassard, Hoyer, Tapp 1998",
    limits="Counts above 16384 are certified apart from the history.",
)
ADAPTIVE_PHASED = ScheduleKind(
    name="adaptive-phased",
    schedule=AdaptivePhased,
    certifies=True,
    trusts_promise=False,
    has_matched_steps=False,
    may_certify_with_phases=True,
    finds_thresholds=False,
    shares_loads=True,
    is_textbook=False,
    summary="The adaptive schedule whose certificates begin with one coherent run of chosen phases.",
    source="docs/search.md; phases by quantum signal processing (Low, Yoder, Chuang, arXiv:1603.03996)",
    limits="Iterations of certificates carry rotations; a coherent run does not end early on a hit.",
)
ADAPTIVE_PROMISED = ScheduleKind(
    name="adaptive-promised",
    schedule=AdaptivePromised,
    certifies=False,
    trusts_promise=False,
    has_matched_steps=False,
    may_certify_with_phases=True,
    finds_thresholds=False,
    shares_loads=True,
    is_textbook=False,
    summary="The phased schedule, sure of eps where the promise is kept, of its cube root where it is not.",
    source="docs/search.md, section 'A promise that is believed'",
    limits="More items than promised are missed with probability up to the cube root of eps.",
)
