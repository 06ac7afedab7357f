"""Which phases: what a find costs at a density, from the sparsest upwards.

Let V(p) be the least cost of finding all marked pairs where a share p of the pairs is marked. Either the
certificate over all pairs finds them, or one phase does so with a part f of them and leaves V((1 - f) p). How
many a block finds and what it takes depends on the marks a block (and not on the block's size, but for whole
numbers), so that V is worked out from the lowest density upwards. Totals are taken anew by `join_totals`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.circuit import MOST_ROWS, Circuit, InnerProductKind
from qattention.errors import InfeasibleError
from qattention.formulas.inner_product import sum_figures
from qattention.formulas.pair_oracle import PairShape
from qattention.joins.look_ups import LookUp, loaders_left, look_up_fronts
from qattention.joins.marks import poisson
from qattention.joins.phase import JoinPhase, JoinPlan, JoinSizes
from qattention.joins.policy import amplified, block_policy
from qattention.joins.totals import JoinTotals, PhaseTotals, pairs_left, phase_totals, with_certificate
from qattention.plan.algorithms import ALGORITHMS, AUTO, AlgorithmKind, PhaseKind
from qattention.plan.choose import products_left
from qattention.plan.options import PlanOptions
from qattention.search import DEFAULT_SCHEDULE

Floats = NDArray[np.float64]

MARKS = (0.35, 0.5, 0.7, 1.0, 1.41, 2.0, 2.83, 4.0)  # a block, at which phases are tried
STOPS = (0.55, 0.65, 0.75, 0.85)  # rates at which a block is left, in units of sqrt(density)
LOG_ITEMS = 12  # of the block that all are judged by; larger ones differ by whole numbers of iterations
STEP = 0.1  # of log density
LEAST_SHARE = 0.1  # of the marks that a phase must find
MOST_DEPTH = 12  # Grover steps over rows under one key
WIDEST = 1.0  # radians that they may turn one marked row by: beyond, several under one key are passed by
# Finds and certificate of `adaptive` over N pairs with t left, in units of sqrt N: 2.0 + 1.3 sqrt t at 1e-3,
# and ln(1/eps) / 4 more for a smaller eps; to choose by, not to bill by.
FEW_MARKED = 16  # keys to a marked one, from which on a find's least iterations are near their limit
FIND, CERTIFIED = 0.69, 0.75  # iterations, in units of sqrt(n / t) and sqrt(n)
CERTIFY, LAST_FINDS, USUAL_LOG = 2.0, 1.3, math.log(1e3)


@attrs.frozen(kw_only=True)
class Candidate:
    """A phase at its best look-ups; `factor`: an iteration's cost over the angle of one mark."""

    phase: JoinPhase
    toffoli: float
    factor: float


@lru_cache(maxsize=1)
def judged() -> tuple[Floats, Floats]:
    """(share found, iterations in units of the root) for each of MARKS and STOPS."""
    found = np.zeros((2, len(MARKS), len(STOPS)))
    for (i, marks), (j, stop) in product(enumerate(MARKS), enumerate(STOPS)):
        chances = poisson(marks)
        squares = amplified(LOG_ITEMS, 0, 0, np.arange(len(chances)))
        rate = stop * math.sqrt(marks * float(squares[1]))
        policy = block_policy(tuple(chances.tolist()), tuple(squares.tolist()), rate)
        found[:, i, j] = policy.finds / marks, policy.iterations / math.sqrt(2**LOG_ITEMS * marks)
    return found[0], found[1]


class JoinSearch:
    """The phases of a problem that options leave open."""

    def __init__(self, sizes: JoinSizes, options: PlanOptions) -> None:
        self.sizes, self.options = sizes, options
        self.cap = options.max_qubits or math.inf
        self.product = self._product()
        base = Circuit(inner_product=self.product, padding="on")
        kinds = loaders_left(options.kind)
        word = sizes.figures.word_bits + (sizes.limits + 2) * (sizes.key_address + 1)
        fronts = (kinds, options.block_size, base)
        self.turn_fronts = look_up_fronts(sizes.key_address, sizes.sums.word_bits, *fronts)
        self.pair_fronts = look_up_fronts(max(sizes.key_address, sizes.query_address), word, *fronts)

    def _product(self) -> InnerProductKind:
        """Of fewest And's a row among those that are left open."""
        left = products_left(self.options)
        return min(left, key=lambda kind: float(np.mean(sum_figures(self.sizes.sums, kind).ands)))

    @lru_cache(maxsize=64)  # noqa: B019  # one search lives as long as its answer is needed
    def slots(self, key_bits: int, row_bits: int) -> int:
        """Places a word, either side, for the pairs that are known by then: all, at most.

        Known pairs are listed with the row or with the key, so evenly that a word has one more than the mean.
        """
        block = 2.0 ** (key_bits + row_bits) * self.sizes.density
        return math.ceil(block / (2.0**key_bits + 2.0**row_bits)) + 1

    def turns(self, log_items: int) -> Candidate | None:
        """The cheapest block of turns with so many keys times rows."""
        sums, best = sum_figures(self.sizes.sums, self.product), None
        each = float(np.mean(sums.ands + sums.again))
        wires = int(np.max(sums.junk + sums.work)) + 1 + self.sizes.sums.word_bits
        for key_bits in range(min(log_items, self.sizes.key_address) + 1):
            row_bits = log_items - key_bits
            if key_bits < 1 or row_bits > self.sizes.query_address:
                continue
            look = self._fitting(self.turn_fronts[key_bits], key_bits + wires)
            if look is None:
                continue
            toffoli = look.toffoli + 2**row_bits * each + max(0, key_bits - 2)
            factor = toffoli * 2 ** (key_bits / 2)
            if best is None or factor < best.factor:
                circuit = attrs.evolve(look.circuit, rows_per_load=1)
                phase = JoinPhase(kind="turns", key_bits=key_bits, row_bits=row_bits, key_circuit=circuit)
                best = Candidate(phase=phase, toffoli=toffoli, factor=factor)
        return best

    def _fitting(self, front: list[LookUp], standing: int) -> LookUp | None:
        return next((one for one in front if max(one.peak, standing + one.kept) <= self.cap), None)

    def pairs(self, log_items: int, depths: bool = True) -> Candidate | None:
        """The cheapest block of so many pairs."""
        best = None
        for key_bits in range(1, min(log_items - 1, self.sizes.key_address) + 1):
            row_bits = log_items - key_bits
            if not 1 <= row_bits <= self.sizes.query_address:
                continue
            sides = self._sides(key_bits, row_bits)
            if sides is None:
                continue
            candidate = self._deepest(key_bits, row_bits, *sides, depths)
            if best is None or candidate.factor < best.factor:
                best = candidate
        return best

    def _sides(self, key_bits: int, row_bits: int) -> tuple[LookUp, LookUp, PairShape] | None:
        """Look-ups of keys and rows within the cap, of fewest Toffolis together."""
        slots, best = self.slots(key_bits, row_bits), None
        few = 1 if self.cap == math.inf else None  # without a cap the first, of fewest Toffolis
        for key, row in product(self.pair_fronts[key_bits][:few], self.pair_fronts[row_bits][:few]):
            shape = PairShape(
                row_bits=row_bits,
                key_bits=key_bits,
                figures=self.sizes.figures,
                row_circuit=row.circuit,
                key_circuit=key.circuit,
                row_slots=slots,
                key_slots=slots,
                limits=self.sizes.limits,
            )
            held = key_bits + row_bits + shape.row_word + shape.key_word + self.sizes.figures.junk + 1
            held += key_bits * (self.sizes.limits > 0) + key.kept
            peak = max(held + row.kept, row.peak + key_bits + shape.key_word + key.kept, key.peak + row_bits)
            if peak <= self.cap and (best is None or key.toffoli + row.toffoli < best[0]):
                best = key.toffoli + row.toffoli, key, row, shape
        return best[1:] if best else None

    def _deepest(
        self, key_bits: int, row_bits: int, key: LookUp, row: LookUp, shape: PairShape, depths: bool
    ) -> Candidate:
        """With the number of steps inside that leaves the least."""
        mark = row.toffoli + shape.figures.toffoli + shape.listed
        turn = 2.0 ** (-row_bits / 2)
        best = None
        for depth in range(MOST_DEPTH + 1 if depths else 1):
            if depth and (2 * depth + 1) * turn > WIDEST:
                break
            steps = (2 * depth + 1) * mark + 2 * depth * max(0, row_bits - 2)
            toffoli = key.toffoli + steps + max(0, key_bits + row_bits - 2)
            one = float(amplified(key_bits + row_bits, row_bits, depth, np.array([1]))[0])
            factor = toffoli / math.sqrt(one)
            if best is None or factor < best.factor:
                phase = JoinPhase(
                    kind="pairs",
                    key_bits=key_bits,
                    row_bits=row_bits,
                    key_circuit=key.circuit,
                    row_circuit=row.circuit,
                    depth=depth,
                    row_slots=shape.row_slots,
                    key_slots=shape.key_slots,
                )
                best = Candidate(phase=phase, toffoli=toffoli, factor=factor)
        assert best is not None
        return best

    def certificate(self) -> Candidate:
        """Over all pairs.

        Raises:
            InfeasibleError: no look-ups keep within the cap on qubits.
        """
        found = self._sides(self.sizes.key_address, self.sizes.query_address)
        if found is None:
            least = self._least_certificate()
            raise InfeasibleError("max_qubits", self.options.max_qubits, least)
        return self._deepest(self.sizes.key_address, self.sizes.query_address, *found, depths=False)

    def _least_certificate(self) -> int:
        """Qubits of the narrowest certificate."""
        wide = JoinSearch(self.sizes, attrs.evolve(self.options, max_qubits=None))
        key_bits, row_bits = self.sizes.key_address, self.sizes.query_address
        fronts = (wide.pair_fronts[key_bits], wide.pair_fronts[row_bits])
        slots = self.slots(key_bits, row_bits)
        return min(
            JoinPhase(
                kind="pairs",
                key_bits=key_bits,
                row_bits=row_bits,
                key_circuit=key.circuit,
                row_circuit=row.circuit,
                row_slots=slots,
                key_slots=slots,
            )
            .iterate(self.sizes)
            .qubits.item()
            for key, row in product(*fronts)
        )

    def candidates(self, kinds: tuple[PhaseKind, ...]) -> dict[int, list[Candidate]]:
        """Log items -> the best phase of each kind."""
        most = self.sizes.key_address + self.sizes.query_address
        made = {"turns": self.turns, "pairs": self.pairs}
        found = {bits: [made[kind](bits) for kind in kinds] for bits in range(1, most + 1)}
        return {bits: [one for one in some if one is not None] for bits, some in found.items()}


def choose_join(sizes: JoinSizes, options: PlanOptions, algorithm: str | None = None) -> JoinTotals:
    """The totals of the best join of an algorithm, or of the one that the options name.

    Raises:
        InfeasibleError: no certificate over all pairs keeps within the cap on qubits.
    """
    kind = ALGORITHMS[algorithm or options.algorithm or AUTO.name]
    ladder = Ladder(JoinSearch(sizes, options), kind)
    parts, certificate = climbed(ladder), ladder.certificate
    plan = JoinPlan(
        algorithm=kind.name,
        phases=tuple(part.phase for part in parts),
        certificate=certificate.phase,
        search=DEFAULT_SCHEDULE,
        minimize=options.minimize,
    )
    return with_certificate(sizes, plan, parts)


def climbed(ladder: Ladder) -> list[PhaseTotals]:
    """The phases that pay one after another, each at the density that those before it leave."""
    parts: list[PhaseTotals] = []
    while (found := _next_phase(ladder, parts)) is not None:
        parts.append(found)
    return parts


def rows_at_least(sizes: JoinSizes, options: PlanOptions) -> float:
    """Toffolis that plans of rows do not go below, however many share a load; 0 where that is not known.

    A find of one of t marked keys among n takes 0.69 sqrt(n / t) iterations at least in the mean (Boyer,
    Brassard, Hoyer and Tapp, quant-ph/9605034), a certificate 0.75 sqrt(n) (Zalka, quant-ph/9711070), each
    a look-up of all keys and the sums of all rows on the load.
    """
    if sizes.causal or sizes.n_keys < FEW_MARKED * sizes.n_heavy:
        return 0.0
    search = JoinSearch(sizes, attrs.evolve(options, max_qubits=None))
    figures = sum_figures(sizes.sums, search.product)
    each, look_up = float(np.mean(figures.ands + figures.again)), search.turn_fronts[-1][0].toffoli / 2
    rows = np.arange(1, min(MOST_ROWS, sizes.n_keys // (FEW_MARKED * sizes.n_heavy)) + 1)
    roots = 2 * FIND * np.sqrt(rows * sizes.n_heavy) + CERTIFIED
    iterations = math.sqrt(sizes.n_keys) * roots / rows
    return sizes.n_queries * float(np.min(iterations * (look_up + rows * each)))


def about(sizes: JoinSizes, options: PlanOptions) -> float:
    """About the Toffolis of the best mix of phases, nothing sampled: within some per cent.

    Raises:
        InfeasibleError: as `choose_join`.
    """
    return float(Ladder(JoinSearch(sizes, options), AUTO).costs[-1])


def _next_phase(ladder: Ladder, parts: list[PhaseTotals]) -> PhaseTotals | None:
    """The phase that pays next, or where its blocks hold less than was thought that of a lower density.

    None: the certificate.
    """
    sizes = ladder.sizes
    for phase in ladder.steps_from(pairs_left(sizes, parts)):
        found = phase_totals(sizes, phase, parts)
        if found.finds >= LEAST_SHARE * pairs_left(sizes, parts):
            return found
    return None


class Ladder:
    """The best next phase at every density, and the least cost from there on."""

    def __init__(self, search: JoinSearch, kind: AlgorithmKind) -> None:
        self.sizes, self.certificate = search.sizes, (certificate := search.certificate())
        self.pairs = 2.0**certificate.phase.log_items
        self.every = search.candidates(kind.phases)
        top = math.log(self.sizes.density)
        self.densities = np.arange(math.log(0.1 / self.pairs), top + STEP, STEP)
        self.costs = np.zeros(len(self.densities))
        self.steps: list[JoinPhase | None] = [self._best(at) for at in range(len(self.densities))]

    def steps_from(self, left: float) -> Iterator[JoinPhase]:
        """The phases that pay from so many marked pairs downwards, up to where the certificate does."""
        if left <= 0:
            return
        at = int(np.argmin(np.abs(self.densities - math.log(left / self.sizes.n_seen))))
        for step in reversed(self.steps[: at + 1]):
            if step is None:
                return
            yield step

    def certified(self, density: float) -> float:
        """About the Toffolis of the certificate and the finds that it makes."""
        more = (math.log(1 / self.sizes.p_fail) - USUAL_LOG) / 4
        roots = CERTIFY + more + LAST_FINDS * math.sqrt(density * self.sizes.n_seen)
        return self.certificate.toffoli * math.sqrt(self.pairs) * roots

    def _best(self, at: int) -> JoinPhase | None:
        density = math.exp(float(self.densities[at]))
        self.costs[at], chosen = self.certified(density), None
        for cost, share, candidate, stop in self._tried(density) if at else ():
            after = float(self.densities[at]) + math.log(1 - share)
            whole = cost + float(np.interp(after, self.densities[:at], self.costs[:at]))
            if whole < self.costs[at]:
                self.costs[at], chosen = whole, attrs.evolve(candidate.phase, stop=stop)
        return chosen

    def _tried(self, density: float) -> Iterator[tuple[float, float, Candidate, float]]:
        """(Toffolis, share found, phase, stop) of every phase that fits this density."""
        shares, roots = judged()
        for bits, marks in _sizes_at(density, self.every):
            near = int(np.argmin(np.abs(np.log(MARKS) - math.log(marks))))
            for candidate in self.every[bits]:
                blocks = self.sizes.n_blocks(candidate.phase.key_bits, candidate.phase.row_bits)
                one = blocks * math.sqrt(marks) * candidate.factor
                for j, stop in enumerate(STOPS):
                    if shares[near, j] > LEAST_SHARE:
                        yield one * float(roots[near, j]), float(shares[near, j]), candidate, stop


def _sizes_at(density: float, every: dict[int, list[Candidate]]) -> Iterator[tuple[int, float]]:
    """(log items, marks a block) of the blocks that are tried."""
    for bits in every:
        marks = density * 2.0**bits
        if MARKS[0] * 0.8 <= marks <= MARKS[-1] * 1.2:
            yield bits, marks
