"""The totals of a join: what every phase takes, from the distribution of marks that it meets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np

from qattention.costs import Costs
from qattention.formulas import TOFFOLI_T
from qattention.formulas.layers import Layers
from qattention.joins.marks import Floats, binomial, poisson, summed
from qattention.joins.phase import JoinPhase, JoinPlan, JoinSizes
from qattention.joins.policy import BlockPolicy, amplified, block_policy
from qattention.search import SearchCost, make_schedule


@attrs.frozen(kw_only=True, eq=False, slots=False)
class PhaseTotals:
    """One phase over all its blocks; means.

    Attributes:
        sizes: of the problem.
        n_blocks: of the phase. iterations, runs, finds: of all of them.
        left: marked pairs after it.
        iterate, readout: costs of one iteration, and of one run beside them.
        policy: of a block; None for the certificate. checks: classical inner products, of what is read out.
        stderr: of the iterations, where they are sampled.
    """

    sizes: JoinSizes
    phase: JoinPhase
    n_blocks: int
    iterations: float
    runs: float
    finds: float
    left: float
    iterate: Costs
    readout: Costs
    policy: BlockPolicy | None = None
    checks: float = 0.0
    stderr: float = 0.0

    @property
    def toffoli(self) -> float:
        """Iterations times their exact cost, and the runs'."""
        return self.iterations * float(self.iterate.toffoli) + self.runs * float(self.readout.toffoli)

    @property
    def measurement(self) -> float:
        """The same of single-qubit measurements."""
        return self.iterations * float(self.iterate.measurement) + self.runs * float(self.readout.measurement)

    @property
    def qubits(self) -> int:
        """Most wires."""
        return int(max(self.iterate.qubits.max(), self.readout.qubits.max()))

    @cached_property
    def iterate_layers(self) -> Layers:
        """Of one iteration."""
        return self.phase.iterate_layers(self.sizes)

    @cached_property
    def layers(self) -> Layers:
        """Of all blocks, one after another: iterations, and runs beside them."""
        runs = self.phase.run_layers(self.sizes).times(self.runs)
        return self.iterate_layers.times(self.iterations) + runs

    @property
    def fix_up_bit_ops(self) -> float:
        """XORs of all fix-ups, on a classical machine."""
        return self.iterations * self.phase.fix_up_bit_ops(self.sizes)

    @property
    def reads(self) -> float:
        """Look-ups of all iterations, of keys and of rows: a fix-up each."""
        return self.iterations * self.phase.look_ups


@attrs.frozen(kw_only=True, eq=False, slots=False)
class JoinTotals:
    """All phases and the certificate, the last of `parts`."""

    sizes: JoinSizes
    plan: JoinPlan
    parts: tuple[PhaseTotals, ...]

    @property
    def toffoli(self) -> float:
        """Expected, of all rows."""
        return sum(part.toffoli for part in self.parts)

    @property
    def expected_t(self) -> float:
        """Expected T gates; there are no rotations: every block is a power of two."""
        return TOFFOLI_T * self.toffoli

    @property
    def measurement(self) -> float:
        """Expected, of all rows."""
        return sum(part.measurement for part in self.parts)

    @property
    def qubits(self) -> int:
        """The most of any phase."""
        return max(part.qubits for part in self.parts)

    @cached_property
    def layers(self) -> Layers:
        """Expected, of all rows: phases one after another."""
        return sum((part.layers for part in self.parts), start=Layers())

    @property
    def volume(self) -> float:
        """Qubits times expected T depth."""
        return self.qubits * self.layers.t

    @property
    def fix_up_bit_ops(self) -> float:
        """XORs of all fix-ups."""
        return sum(part.fix_up_bit_ops for part in self.parts)

    @property
    def reads(self) -> float:
        """Look-ups of all iterations."""
        return sum(part.reads for part in self.parts)

    @property
    def iterations(self) -> float:
        """Of all phases."""
        return sum(part.iterations for part in self.parts)

    @property
    def checks(self) -> float:
        """Classical inner products."""
        return sum(part.checks for part in self.parts)


def phase_policy(phase: JoinPhase, marked: Floats) -> BlockPolicy:
    """How a block with these chances of 0, 1, .. marked items is searched."""
    t = np.arange(len(marked))
    squares = amplified(phase.log_items, phase.row_bits, phase.depth, t)
    mean = float(t @ marked)
    rate = phase.stop * math.sqrt(mean * float(squares[1]))
    return block_policy(tuple(marked.tolist()), tuple(squares.tolist()), rate)


def join_totals(sizes: JoinSizes, plan: JoinPlan) -> JoinTotals:
    """Every phase's means. Marks lie at random; blocks merge where the next phase's hold whole ones.

    The certificate of a plan that leaves it open is steered by the marks that are left.
    """
    parts: list[PhaseTotals] = []
    for phase in plan.phases:
        parts.append(phase_totals(sizes, phase, parts))
    return with_certificate(sizes, plan, parts)


def pairs_left(sizes: JoinSizes, parts: Sequence[PhaseTotals]) -> float:
    """Marked pairs after these phases."""
    return parts[-1].left if parts else float(sizes.n_marked)


def phase_totals(sizes: JoinSizes, phase: JoinPhase, parts: Sequence[PhaseTotals]) -> PhaseTotals:
    """One phase after others."""
    left, n_blocks = pairs_left(sizes, parts), sizes.n_blocks(phase.key_bits, phase.row_bits)
    marked = _marked(sizes, phase, n_blocks, left, parts[-1] if parts else None)
    policy, mean = phase_policy(phase, marked), float(np.arange(len(marked)) @ marked)
    found = policy.finds / mean if mean else 0.0
    return PhaseTotals(
        sizes=sizes,
        phase=phase,
        n_blocks=n_blocks,
        iterations=n_blocks * policy.iterations,
        runs=n_blocks * policy.runs,
        finds=left * found,
        left=left * (1.0 - found),
        iterate=phase.iterate(sizes),
        readout=phase.readout(sizes),
        policy=policy,
        checks=n_blocks * policy.runs * (2**phase.row_bits if phase.kind == "turns" else 1),
    )


def with_certificate(sizes: JoinSizes, plan: JoinPlan, parts: Sequence[PhaseTotals]) -> JoinTotals:
    """All of a plan, its phases being costed."""
    left = pairs_left(sizes, parts)
    if plan.n_promised is None:
        plan = attrs.evolve(plan, n_promised=steering(left))
    return JoinTotals(sizes=sizes, plan=plan, parts=(*parts, _certificate(sizes, plan, left)))


def steering(left: float) -> int:
    """The number of marks that a certificate is steered by: about as many as are left, a power of two."""
    return 1 << max(1, math.ceil(math.log2(max(1.0, left))))


def _marked(
    sizes: JoinSizes, phase: JoinPhase, n_blocks: int, left: float, last: PhaseTotals | None
) -> Floats:
    """Chances of marks in one block of a phase: pairs are marked independently of each other."""
    if last is None:
        return binomial(round(sizes.n_seen / n_blocks), sizes.density)
    merged = phase.key_bits - last.phase.key_bits, phase.row_bits - last.phase.row_bits
    if min(merged) < 0 or last.policy is None or sizes.causal:
        return poisson(left / n_blocks)
    return summed(last.policy.left, 1 << sum(merged))


def certificate_cost(sizes: JoinSizes, plan: JoinPlan, left: float) -> SearchCost:
    """Of the schedule over all pairs, the marked ones left being a Poisson's number.

    Means are taken at whole numbers around `left`, and between two of them by the square root, as the search
    for t of them goes.
    """
    n_items = 1 << plan.certificate.log_items
    schedule = make_schedule(plan.search, n_items, min(plan.n_promised or 1, n_items), sizes.p_fail)
    chances = poisson(left)
    t = np.arange(len(chances))
    spread = 2 * math.sqrt(left)
    around = [0, 1, 2, 4, 8] if left < 4 else [left - spread, left, left + spread]
    nodes = np.unique(np.clip(np.rint(around), 0, min(len(t) - 1, n_items)).astype(int))
    costs = [schedule.expected(int(node), CERTIFICATE_SHARE) for node in nodes]

    def mean(part: str) -> float:
        values = [getattr(cost, part) for cost in costs]
        return float(chances @ np.interp(np.sqrt(t), np.sqrt(nodes), values))

    names = ("find", "certificate", "runs", "stderr")
    return SearchCost(**{name: mean(name) for name in names})


CERTIFICATE_SHARE = 0.1  # of a schedule's usual trials: the certificate is a few per cent of a join


def _certificate(sizes: JoinSizes, plan: JoinPlan, left: float) -> PhaseTotals:
    cost = certificate_cost(sizes, plan, left)
    return PhaseTotals(
        sizes=sizes,
        phase=plan.certificate,
        n_blocks=1,
        iterations=cost.iterations,
        runs=cost.runs,
        finds=left,
        left=0.0,
        iterate=plan.certificate.iterate(sizes),
        readout=plan.certificate.readout(sizes),
        checks=cost.runs,
        stderr=cost.stderr,
    )
