"""The k heaviest keys of a row with nobody giving its threshold: k-maximum finding on simulated circuits.

Durr, Hoyer, quant-ph/9607014 (k = 1); Durr, Heiligman, Hoyer, Mhalla, quant-ph/0401091 (k).

Apart from `group` because it is another algorithm on the same simulated circuits.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.lowering.lower import lower
from qattention.search import Done, Episode, Grover
from qattention.simulate.grover import IndexRegister
from qattention.simulate.memory import FaultyQueries, MemoryErrors
from qattention.simulate.row import NO_ERRORS, SearchRun, Tally, check_exclusion, checked_marks
from qattention.simulate.verify import expected_phase


@attrs.define(eq=False)
class _Kept:
    """The heaviest keys seen: all that reach the k-th largest sum among them, so that ties are kept together.

    Attributes:
        sums: address -> inner product of each.
        threshold: that k-th largest sum; None until there are k.
    """

    k: int
    sums: dict[int, int] = attrs.field(factory=dict)
    threshold: int | None = None

    def add(self, address: int, value: int) -> bool:
        """Whether the key is new and reaches the threshold; it is kept then, and the threshold may rise."""
        if address in self.sums or (self.threshold is not None and value < self.threshold):
            return False
        self.sums[address] = value
        if len(self.sums) >= self.k:
            self.threshold = sorted(self.sums.values())[-self.k]
            self.sums = {a: value for a, value in self.sums.items() if value >= self.threshold}
        return True


@attrs.define(eq=False)
class _Searched:
    """The oracle of the threshold that is searched with: its gates, and what they mark."""

    oracle: HeavyKeyOracle
    rng: np.random.Generator
    errors: MemoryErrors
    kept: _Kept
    register: IndexRegister = attrs.field(init=False)
    lowered_at: int | None = None

    def __attrs_post_init__(self) -> None:
        self.register = IndexRegister(np.zeros(int(self.oracle.n_items), dtype=bool), self.rng)

    def read(self, action: Grover) -> int:
        """One run and its readout; a run without an iteration calls no oracle, and none is lowered."""
        if action.iterations:
            self._raise()
        return self.register.read(self.register.state(action.iterations))

    def _raise(self) -> None:
        """Lower the oracle again if the threshold has risen, and leave out what is kept."""
        threshold = self.kept.threshold
        assert threshold is not None  # k keys are sampled before anything is searched
        if threshold != self.lowered_at:
            self.oracle = attrs.evolve(self.oracle, threshold=threshold)
            faults = FaultyQueries.of(self.oracle, self.errors) if self.errors else None
            marked = checked_marks(self.oracle, lower(self.oracle), expected_phase(self.oracle), self.rng)
            self.register, self.lowered_at = IndexRegister(marked, self.rng, faults), threshold
        self.register.marked[list(self.kept.sums)] = False

    def check(self) -> None:
        """The last oracle with all that is kept excluded."""
        self._raise()
        check_exclusion(self.oracle, lower(self.oracle), set(self.kept.sums), self.register, self.rng)


def run_top_k(
    oracle: HeavyKeyOracle,
    sums: NDArray[np.generic],
    k: int,
    episode: Episode,
    rng: np.random.Generator,
    errors: MemoryErrors = NO_ERRORS,
) -> SearchRun:
    """Find the keys whose inner product is among the k largest, those tied with the k-th included.

    The first k keys are sampled. From then on the oracle marks what reaches the k-th largest sum seen and is
    not kept; a find may raise that threshold, and the oracle of each threshold searched with is lowered and
    run on all addresses. The certificate is of the last threshold. Ties need no order: the set found is that
    of all keys at or above the k-th largest.

    Args:
        oracle: of the row; its threshold is not read.
        sums: <q, k_j>, shape (n_keys,): what the classical check of a key read out computes.
        k: 1..n_keys - 1.

    Raises:
        CheckFailed: see `run_search`.
    """
    kept, tally = _Kept(k), Tally()
    searched = _Searched(oracle, rng, errors, kept)
    while not isinstance(action := episode.next(), Done):
        assert isinstance(action, Grover)
        address = searched.read(action)
        fresh = address < len(sums) and address not in kept.sums
        tally += Tally.of(action, int(fresh))
        episode.observe(bool(fresh and kept.add(address, int(sums[address]))))
    searched.check()
    found = [np.array(sorted(kept.sums), dtype=np.intp)]
    return SearchRun(found=found, certified=action.certified, tally=tally)
