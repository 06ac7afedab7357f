"""The k best items of n, no threshold given: k-maximum finding by Grover searches for anything better.

Durr, Hoyer 1996 (k = 1) and Durr, Heiligman, Hoyer, Mhalla 2004: keep the k best items seen; what is better
than the worst of them is marked; a find replaces that worst and so raises the threshold.

Apart from `family` because a schedule is a module: its record, its rule and its mean.
"""

from __future__ import annotations

import math
from functools import lru_cache

import attrs
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qattention.compiled import compiled
from qattention.search.adaptive import Adaptive
from qattention.search.belief import Belief, tables
from qattention.search.cover import MOST_RUNS
from qattention.search.kind import ScheduleKind
from qattention.search.measured import seeded_trials
from qattention.search.schedule import SearchCost
from qattention.search.shares import by_found
from qattention.search.simulate import TrialStatistics

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

N_TRIALS_TOP_K = 200  # an estimate waits for them
K_SIMULATED = 32  # larger k are scaled from this one at the same n_items / k


class RankBelief(Belief):
    """Over the number better than the worst kept.

    The kept are a random k of those up to the worst, so a find takes t to t' with
    P(t' <= s) = ((s + k) / (t + k))**k, and the first k samples do the same to n_items - k.
    """

    def __init__(self, n_items: int, k: int, n_rows: int) -> None:
        super().__init__(n_items, k, n_rows)
        self._fall = _falls(n_items, k)
        self._prior = self._fall[np.searchsorted(self.counts, max(n_items - k, 0))]
        self.weight = np.tile(self._prior, (n_rows, 1))


@lru_cache(maxsize=8)
def _falls(n_items: int, k: int) -> Floats:
    """P(count after a find | count before), (c, c), on the belief's grid."""
    counts = tables(n_items)[0]
    ratio = np.minimum((counts[None, :] + k) / np.maximum(counts[:, None] + k, 1), 1.0)
    return np.diff(ratio**k, axis=1, prepend=0.0)


class Ranks:
    """The ranks (1 is best) of the items kept; `left`: those better than the worst and not kept."""

    def __init__(self, n_items: int, k: int, n_rows: int) -> None:
        self._n_items = n_items
        self._kept = np.zeros((n_rows, k), dtype=np.int64)  # ascending; of a row the first `_n_kept` hold
        self._n_kept = np.zeros(n_rows, dtype=np.int64)
        self.left = np.full(n_rows, n_items if k else 0, dtype=np.int64)
        self.found = np.zeros(n_rows, dtype=np.int64)

    def remove(self, rows: NDArray[np.intp], rng: np.random.Generator) -> None:
        """A uniformly random better item is kept instead of the worst."""
        _keep(self._kept, self._n_kept, self.left, rows, self._n_items, rng)


@compiled()
def _keep(
    kept: Ints, n_kept: Ints, left: Ints, rows: NDArray[np.intp], n_items: int, rng: np.random.Generator
) -> None:
    k = kept.shape[1]
    for row in rows:
        ranks, n = kept[row], n_kept[row]
        top = n_items if n < k else ranks[k - 1] - 1
        while True:
            rank = rng.integers(1, top + 1)
            at = np.searchsorted(ranks[:n], rank)
            if at == n or ranks[at] != rank:
                break
        n = min(n, k - 1)  # the worst of k goes
        for later in range(n, at, -1):
            ranks[later] = ranks[later - 1]
        ranks[at], n_kept[row] = rank, n + 1
        left[row] = ranks[n] - k if n + 1 == k else n_items - (n + 1)


@frozen(kw_only=True)
class TopK(Adaptive):
    """Here n_promised is k, and eps the total probability of ending certified with a better item not kept."""

    def spend(self, n_found: int) -> float:
        """Shares by the number found, about k (1 + ln(n/k)) of them; see PromiseFree."""
        k = max(self.n_promised, 1)
        return self.eps * by_found(n_found, k + math.ceil(k * math.log(max(self.n_items / k, 1.0))))

    def allowed(self, n_found: int) -> Floats:
        """See Adaptive.allowed; the same whatever is left."""
        return np.full(self.n_exact - n_found, self.spend(n_found))

    @property
    def most_found(self) -> int:
        """See Adaptive; where none are to be kept nothing is to be found."""
        return self.n_items if self.n_promised else 0

    @property
    def n_kept(self) -> int:
        """See Adaptive: k of them; a certificate credits the misses since the last find."""
        return self.n_promised

    def belief(self, n_rows: int) -> RankBelief:
        """See Adaptive."""
        return RankBelief(self.n_items, self.n_promised, n_rows)

    def population(self, n_marked: int, n_rows: int, rng: np.random.Generator) -> Ranks:
        """Items in random order; n_marked is not read."""
        del n_marked, rng
        return Ranks(self.n_items, self.n_promised, n_rows)

    def _measured(self, share: float = 1.0) -> tuple[TrialStatistics, float]:
        """Trials at k <= K_SIMULATED and the factor from their k to this one's."""
        factor = max(1.0, self.n_promised / K_SIMULATED)
        small = self if factor == 1.0 else self._smaller(factor)
        return seeded_trials(small, small.n_promised, math.ceil(share * N_TRIALS_TOP_K)), factor

    def _smaller(self, factor: float) -> TopK:
        n_items = max(K_SIMULATED, round(self.n_items / factor))
        return attrs.evolve(self, n_promised=K_SIMULATED, n_items=n_items)

    def expected(self, n_marked: int, share: float = 1.0) -> SearchCost:
        """Mean cost, whatever n_marked; sqrt(k n) grows as k at fixed n/k, the certificate as its root."""
        del n_marked
        trials, factor = self._measured(share)
        mean, root = trials.mean(), factor**0.5
        return SearchCost(
            find=mean.find * factor,
            certificate=mean.certificate * root,
            runs=mean.runs * factor,
            stderr=math.hypot(mean.find_stderr * factor, mean.certificate_stderr * root)
            if factor > 1.0
            else mean.stderr,
            find_stderr=mean.find_stderr * factor,
            certificate_stderr=mean.certificate_stderr * root,
        )

    def p95(self, n_marked: int) -> float:
        """95th percentile of the iterations."""
        del n_marked
        trials, factor = self._measured()
        return trials.p95() * factor

    def worst_case(self) -> SearchCost:
        """Every item found in the worst order: n_items - k finds, each after the longest stretch."""
        k = self.n_promised
        phases = self.n_items - k + 1
        idle = math.ceil(self.patience * math.sqrt(self.n_items)) + int(self.runs.lengths[-1])
        whole = self.longest_whole(self.n_items - k)
        runs = k + phases * (idle + MOST_RUNS)
        return SearchCost(find=phases * idle, certificate=phases * whole, runs=runs)


TOP_K = ScheduleKind(
    name="top-k",
    schedule=TopK,
    certifies=True,
    trusts_promise=False,
    has_matched_steps=False,
    may_certify_with_phases=False,
    finds_thresholds=True,
    shares_loads=False,
    is_textbook=False,
    summary="Keeps the k best items seen and searches for better ones: no threshold is given.",
    source="Durr, Hoyer 1996 (quant-ph/9607014); Durr, Heiligman, Hoyer, Mhalla 2004 (quant-ph/0401091)",
    limits="One row a load; a find changes what is marked, so a certificate credits no earlier misses.",
)
