"""A head run by a join: its searches on exact amplitudes, its oracles lowered to gates and proved."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.pair_oracle import PairOracle
from qattention.bloqs.pair_table import PairTable
from qattention.bloqs.turn_oracle import TurnOracle
from qattention.compiler import HeadConstants, Question
from qattention.compiler.joins import bounds_of, marked_pairs
from qattention.errors import CheckFailed, SpecError
from qattention.joins.find_all import JoinRun, JoinState, find_all
from qattention.joins.phase import JoinPhase
from qattention.joins.totals import JoinTotals
from qattention.lowering.lower import lower
from qattention.reference.errors import OutputError, output_error
from qattention.reference.fills import Fill, centre_keys
from qattention.reference.find import FindSets
from qattention.reference.light import light_logits
from qattention.reference.quantised import quantised_find_sets
from qattention.reference.sparse import sparse_attention, sparse_attention_matrix
from qattention.simulate.exact import prove_program
from qattention.simulate.run_report import n_missing

Pairs = NDArray[np.int64]
PROVED = 8  # blocks of each phase whose gates are run on all addresses, for all outcomes
MOST_ADDRESSES = 2**18  # of an oracle that is proved: seconds


@attrs.frozen(kw_only=True)
class JoinPhaseReport:
    """One phase: its iterations, those that its plan expects of marks that lie at random, and proofs."""

    phase: str
    iterations: int
    planned: float
    found: int
    proved: int


@attrs.frozen(kw_only=True)
class JoinReport:
    """The fields of `run --json` with an algorithm that joins.

    Attributes:
        missed, extra: against the find sets of the quantised logits, those that rows by themselves find.
        iterations_total, planned: of all phases; of random layouts. ratio: of the two; marks cluster.
        classical_inner_products: checks of what was read out.
        phases: the certificate last. certified: whether it ended with its certificate.
        proved: oracles whose gates were run on every address, whatever the outcomes.
    """

    rows: int
    algorithm: str
    missed: int
    extra: int
    iterations_total: int
    planned: float
    ratio: float
    classical_inner_products: int
    certified: bool
    proved: int
    phases: tuple[JoinPhaseReport, ...]
    error: OutputError
    fill: str
    seconds: float


@attrs.frozen(kw_only=True, eq=False)
class JoinHeadRun:
    """A run: its report, the keys found in each row, and the attention output, shape (n_rows, d_v)."""

    report: JoinReport
    found: FindSets
    output: NDArray[np.float64]


class Prover:
    """Builds the oracles of blocks as the search meets them, and runs their gates."""

    def __init__(self, known: HeadConstants, totals: JoinTotals, most: int) -> None:
        self.known, self.totals, self.most = known, totals, most
        self.proved = Counter[JoinPhase]()

    def start(self, state: JoinState, rows: NDArray[np.intp], keys: NDArray[np.intp]) -> None:
        """Take the labels: place -> the head's own row or key."""
        self.state, self.rows, self.keys = state, np.argsort(rows), np.argsort(keys)

    def block(self, phase: JoinPhase, row_block: int, key_block: int, live: Pairs) -> None:
        """Prove that the gates mark just these pairs, the found ones of the block being left out."""
        if self.proved[phase] < self.most and 1 << phase.log_items <= MOST_ADDRESSES:
            prove = self._turns if phase.kind == "turns" else self._pairs
            self.proved[phase] += prove(phase, row_block, key_block, live)

    def last(self) -> None:
        """The certificate's oracle with all finds left out marks nothing that was not left."""
        phase, state = self.totals.plan.certificate, self.state
        left = state.marks[: state.n_real][state.open[: state.n_real]]
        if 1 << phase.log_items <= MOST_ADDRESSES:
            self.proved[phase] += self._pairs(phase, 0, 0, left)

    def _found(self, phase: JoinPhase, row_block: int, key_block: int, ghosts: bool) -> Pairs:
        state = self.state
        which = np.flatnonzero(~state.open)
        if not ghosts:
            which = which[which < state.n_real]
        pairs = state.marks[which]
        inside = (pairs[:, 0] >> phase.row_bits == row_block) & (pairs[:, 1] >> phase.key_bits == key_block)
        return pairs[inside]

    def _turns(self, phase: JoinPhase, row_block: int, key_block: int, live: Pairs) -> int:
        known, quantised = self.known, self.known.quantised
        first, stop = self.state.span(phase, row_block)
        start = max(first, key_block << phase.key_bits)
        end = min(stop, (key_block + 1) << phase.key_bits, len(self.keys))
        rows = self.rows[row_block << phase.row_bits : (row_block + 1) << phase.row_bits]
        table = KeyTable.from_values(quantised.k_int[self.keys[start:end]], quantised.channel_bits)
        constants = [(tuple(quantised.q_int[row].tolist()), int(known.thresholds[row])) for row in rows]
        gone = Counter(self._found(phase, row_block, key_block, ghosts=True)[:, 1].tolist())
        excluded = tuple(
            sorted(key - start for key, times in gone.items() if times % 2 and start <= key < end)
        )
        base = HeavyKeyOracle(table, *constants[0], excluded=excluded, circuit=phase.key_circuit)
        oracle = TurnOracle(base, tuple(constants[1:]))
        odd = Counter(live[:, 1].tolist())
        marked = np.zeros(int(oracle.n_items), dtype=bool)
        marked[[key - start for key, times in odd.items() if times % 2]] = True
        return self._prove(phase, oracle, marked)

    def _pairs(self, phase: JoinPhase, row_block: int, key_block: int, live: Pairs) -> int:
        oracle = self._pair_oracle(phase, row_block, key_block)
        at = live - np.array([row_block << phase.row_bits, key_block << phase.key_bits])
        marked = np.zeros((1 << phase.row_bits, 1 << phase.key_bits), dtype=bool)
        marked[at[:, 0], at[:, 1]] = True
        return self._prove(phase, oracle, marked.ravel())

    def _pair_oracle(self, phase: JoinPhase, row_block: int, key_block: int) -> PairOracle:
        known, widths = self.known, self.totals.sizes.widths
        r0, k0 = row_block << phase.row_bits, key_block << phase.key_bits
        rows = self.rows[r0 : r0 + (1 << phase.row_bits)]
        keys = self.keys[k0 : k0 + (1 << phase.key_bits)]
        gone = self._found(phase, row_block, key_block, ghosts=False) - np.array([r0, k0])
        of_rows, of_keys = listed(gone, len(rows), len(keys))
        bounds = [np.clip(bound[rows] - k0, 0, 1 << phase.key_bits) for bound in bounds_of(known)]
        assert phase.row_circuit is not None  # of pairs
        return PairOracle(
            PairTable.of(
                known.quantised.q_int[rows].astype(np.int64),
                widths,
                [int(t) for t in known.thresholds[rows]],
                address_bits=phase.row_bits,
                other_bits=phase.key_bits,
                slots=of_rows,
                limits=tuple(tuple(bound.tolist()) for bound in bounds),
            ),
            PairTable.of(
                known.quantised.k_int[keys].astype(np.int64),
                widths,
                address_bits=phase.key_bits,
                other_bits=phase.row_bits,
                slots=of_keys,
            ),
            phase.row_circuit,
            phase.key_circuit,
        )

    def _prove(self, phase: JoinPhase, oracle: TurnOracle | PairOracle, marked: NDArray[np.bool_]) -> int:
        """How many were proved: one; raises CheckFailed."""
        errors = prove_program(lower(oracle), marked).errors
        if any(errors):
            raise CheckFailed(f"{phase}, {oracle}: {errors} moved addresses, dirty ancillas and wrong phases")
        return 1


class Keeper(Prover):
    """Keeps the first oracle of each phase, what was found by then left out, in place of proofs."""

    def __init__(self, known: HeadConstants, totals: JoinTotals, most: int) -> None:
        super().__init__(known, totals, most)
        self.kept: dict[JoinPhase, TurnOracle | PairOracle] = {}

    def _prove(self, phase: JoinPhase, oracle: TurnOracle | PairOracle, marked: NDArray[np.bool_]) -> int:
        """None is proved."""
        del marked
        self.kept.setdefault(phase, oracle)
        return 0


P = TypeVar("P", bound=Prover)


def listed(
    pairs: Pairs, n_rows: int, n_keys: int
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    """Each known pair at its row or at its key, whichever has fewer so far: places that words then need."""
    of_rows: list[list[int]] = [[] for _ in range(n_rows)]
    of_keys: list[list[int]] = [[] for _ in range(n_keys)]
    for row, key in pairs.tolist():
        if len(of_rows[row]) <= len(of_keys[key]):
            of_rows[row].append(key)
        else:
            of_keys[key].append(row)
    return tuple(map(tuple, of_rows)), tuple(map(tuple, of_keys))


def searched(
    question: Question, totals: JoinTotals, seed: int, proved: int, prover: type[P]
) -> tuple[HeadConstants, P, JoinRun]:
    """A head's pairs searched by a join, oracles of its blocks proved, or kept, on the way.

    Raises:
        SpecError: there is no head. CheckFailed: gates did something else than the search assumed.
    """
    known = question.constants
    if known is None:
        raise SpecError("`HEAD`: is missing: blocks of pairs are run and proved on a head's data")
    sizes = totals.sizes
    seen = np.column_stack(known.quantised.head.ranges).astype(np.int64)
    met = prover(known, totals, proved)
    run = find_all(
        totals,
        marked_pairs(known),
        seed,
        seen=seen if sizes.limits else None,
        ghosts=_ghosts(known) if sizes.limits else None,
        on_block=met.block,
        on_start=met.start,
    )
    met.last()
    return known, met, run


def run_join(
    question: Question,
    totals: JoinTotals,
    *,
    fill: Fill = "mean-logit",
    seed: int = 0,
    proved: int = PROVED,
    on_phase: Callable[[], object] = lambda: None,
) -> JoinHeadRun:
    """Find the heavy keys of all rows by a join, then infer with Algorithm 2.

    Args:
        proved: blocks of each phase whose oracle is lowered to gates and run on all addresses.

    Raises:
        SpecError: there is no head. CheckFailed: gates did something else than the search assumed.
    """
    started = time.perf_counter()
    known, prover, run = searched(question, totals, seed, proved, Prover)
    head = known.quantised.head
    on_phase()
    found = [np.sort(run.found[run.found[:, 0] == row, 1]) for row in range(head.n_queries)]
    shown = centre_keys(head) if known.quantisation.center_keys else head
    rows = np.arange(head.n_queries)
    b = sparse_attention_matrix(shown, found, fill, rows)
    error = output_error(shown, b, light_logits(shown, found, rows))
    report = _report(known, totals, run, prover, found, error, fill, time.perf_counter() - started)
    return JoinHeadRun(report=report, found=found, output=sparse_attention(shown, b))


def _ghosts(known: HeadConstants) -> Pairs:
    """Heavy pairs that their row does not see."""
    sums = known.quantised.accumulators(None)
    (first, stop), at = known.quantised.head.ranges, np.arange(known.problem.n_keys)
    seen = (at >= first[:, None]) & (at < stop[:, None])
    return np.argwhere(~seen & (sums >= known.thresholds[:, None]).astype(bool))


def _report(
    known: HeadConstants,
    totals: JoinTotals,
    run: JoinRun,
    prover: Prover,
    found: FindSets,
    error: OutputError,
    fill: str,
    seconds: float,
) -> JoinReport:
    rows = np.arange(known.problem.n_queries)
    wanted = quantised_find_sets(known.quantised, known.thresholds, rows)
    phases = tuple(
        JoinPhaseReport(
            phase=str(part.phase) if part.policy is not None else f"certificate, {part.phase}",
            iterations=done.iterations,
            planned=part.iterations,
            found=done.found,
            proved=prover.proved[part.phase],
        )
        for part, done in zip(totals.parts, run.phases, strict=True)
    )
    return JoinReport(
        rows=len(found),
        algorithm=totals.plan.algorithm,
        missed=n_missing(wanted, found),
        extra=n_missing(found, wanted),
        iterations_total=run.iterations,
        planned=totals.iterations,
        ratio=run.iterations / totals.iterations,
        classical_inner_products=run.checks,
        certified=run.certified,
        proved=sum(prover.proved.values()),
        phases=phases,
        error=error,
        fill=fill,
        seconds=seconds,
    )
