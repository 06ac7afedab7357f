"""Rows that share a load: which of them need a search at all, their oracle, and who found what."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.compressor import sum_range
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.circuit import Circuit
from qattention.compiler.oracle import load_keys, load_oracle, row_oracle
from qattention.lowering.lower import lower
from qattention.plan import FailureBudget, Plan
from qattention.plan.budget import eps_search
from qattention.plan.rows import rounded_union
from qattention.problem import AttentionHead, AttentionProblem
from qattention.reference.quantised import QuantisedHead
from qattention.search import Done, Episode, Grover, make_wary
from qattention.simulate.frame import Frame, frame_of
from qattention.simulate.grover import IndexRegister
from qattention.simulate.memory import FaultyQueries, MemoryErrors
from qattention.simulate.row import NO_ERRORS, SearchRun, Tally, check_exclusion, checked_marks, run_search
from qattention.simulate.verify import Oracle, heavy_keys


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
    """The oracle of the threshold that is searched with: its gates, and what they mark.

    Attributes:
        sums: <q, k_j>, shape (n_keys,); padding reaches no threshold.
    """

    oracle: HeavyKeyOracle
    sums: NDArray[np.generic]
    rng: np.random.Generator
    errors: MemoryErrors
    kept: _Kept
    register: IndexRegister = attrs.field(init=False)
    lowered_at: int | None = None
    frames: dict[tuple[int, ...], Frame | None] = attrs.field(factory=dict)

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
            expected = np.zeros_like(self.register.marked)
            expected[: len(self.sums)] = np.greater_equal(self.sums, threshold)
            marked = self._checked(expected)
            self.register, self.lowered_at = IndexRegister(marked, self.rng, faults), threshold
        self.register.marked[list(self.kept.sums)] = False

    def _checked(self, expected: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Where the oracle puts its phase: just where expected; what no threshold changes is proved once."""
        flips = self.oracle.flips
        if flips not in self.frames:
            self.frames[flips] = frame_of(self.oracle)
        frame = self.frames[flips]
        if frame is None:
            return checked_marks(self.oracle, lower(self.oracle), expected, self.rng)
        n_cbits = frame.check_marks(self.oracle, expected)
        self.rng.integers(0, 2, n_cbits, dtype=np.uint8)  # as `checked_marks` draws: seeds keep their runs
        return expected

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
    run on all addresses, its load and unload once (`Frame`). The certificate is of the last
    threshold, whose oracle is lowered and run whole. Ties need no order: the set found is that of all keys
    at or above the k-th largest.

    Args:
        oracle: of the row; its threshold is not read.
        sums: <q, k_j>, shape (n_keys,): what the classical check of a key read out computes.
        k: 1..n_keys - 1.

    Raises:
        CheckFailed: see `run_search`.
    """
    kept, tally = _Kept(k), Tally()
    searched = _Searched(oracle, sums, rng, errors, kept)
    while not isinstance(action := episode.next(), Done):
        assert isinstance(action, Grover)
        address = searched.read(action)
        fresh = address < len(sums) and address not in kept.sums
        tally += Tally.of(action, int(fresh))
        episode.observe(bool(fresh and kept.add(address, int(sums[address]))))
    searched.check()
    found = [np.array(sorted(kept.sums), dtype=np.intp)]
    return SearchRun(found=found, certified=action.certified, tally=tally)


@attrs.frozen(kw_only=True, eq=False)
class GroupSearch:
    """How groups of rows are searched.

    Attributes:
        problem: of the whole head. plan: how it is solved. budget: how its p_fail is spent.
        seed: of the randomness. errors: of the memory, per call of the oracle.
    """

    problem: AttentionProblem
    plan: Plan
    budget: FailureBudget
    seed: int = 0
    errors: MemoryErrors = NO_ERRORS

    @property
    def circuit(self) -> Circuit:
        """What an oracle is made of, beside its rows."""
        return self.plan.circuit


@attrs.frozen(kw_only=True, eq=False)
class GroupRun:
    """One group: the heavy keys of each row, ascending, and what its search took."""

    rows: tuple[int, ...]
    found: list[NDArray[np.intp]]
    tally: Tally


def run_group(
    quantised: QuantisedHead, rows: tuple[int, ...], thresholds: tuple[int, ...], how: GroupSearch
) -> GroupRun:
    """Find the heavy keys of rows on one load.

    A row whose threshold no key misses, or none reaches, is decided without a search. The randomness depends
    on the seed and the rows of the group, not on what else is run.
    """
    decided = {row: _decided(quantised, row, limit) for row, limit in zip(rows, thresholds, strict=True)}
    open_rows = [(row, limit) for row, limit in zip(rows, thresholds, strict=True) if decided[row] is None]
    found = {row: keys for row, keys in decided.items() if keys is not None}
    tally = Tally()
    if open_rows:
        alone, limits = zip(*open_rows, strict=True)
        oracle = load_oracle(quantised, alone, limits, how.circuit)
        rng = np.random.default_rng((how.seed, *rows))
        run = run_search(oracle, _episode(oracle, len(open_rows), how, rng), rng, how.errors)
        tally = run.tally
        offset = load_keys(quantised.head, alone)[0]
        for (row, _), keys in zip(open_rows, run.found, strict=True):
            found[row] = _of_row(quantised.head, row, keys + offset)
    return GroupRun(rows=rows, found=[found[row] for row in rows], tally=tally)


def run_top_k_row(quantised: QuantisedHead, row: int, how: GroupSearch) -> GroupRun:
    """Find the heaviest keys of a row, no threshold given; a row that sees no more than k needs no search."""
    first, stop = load_keys(quantised.head, [row])
    k = how.problem.n_heavy
    if stop - first <= k:
        return GroupRun(rows=(row,), found=[np.arange(first, stop)], tally=Tally())
    oracle = row_oracle(quantised, row, 0, how.circuit)
    rng = np.random.default_rng((how.seed, row))
    sums = quantised.accumulators([row])[0, first:stop]
    run = run_top_k(oracle, sums, k, _episode(oracle, 1, how, rng), rng, how.errors)
    return GroupRun(rows=(row,), found=[keys + first for keys in run.found], tally=run.tally)


def _of_row(head: AttentionHead, row: int, keys: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of the keys of a load that one of its rows sees."""
    first, stop = load_keys(head, [row])
    return keys[(keys >= first) & (keys < stop)]


def _episode(oracle: Oracle, n_rows: int, how: GroupSearch, rng: np.random.Generator) -> Episode:
    """One search for the union of the rows' keys, with the promise and the failure of all of them.

    The promise is a bound: ties and rounding let more keys than k through a row's threshold.
    """
    n_items = int(oracle.n_items)
    promised = how.problem.n_searched
    if n_rows > 1:  # the distinct keys of its rows, as their estimate promises them
        union = np.any(heavy_keys(oracle), axis=0).sum()
        promised = int(rounded_union(union))
    promised = min(promised, n_items)
    eps = eps_search(how.problem, how.budget, n_rows)
    return make_wary(how.plan.search, n_items, promised, eps).begin(rng)


def _decided(quantised: QuantisedHead, row: int, threshold: int) -> NDArray[np.intp] | None:
    """All visible keys, or none, where that follows from the threshold; None where it takes a search."""
    low, high = sum_range(tuple(quantised.q_int[row].tolist()), quantised.channel_bits)
    if low < threshold <= high:
        return None
    return np.arange(*load_keys(quantised.head, [row])) if threshold <= low else np.arange(0)
