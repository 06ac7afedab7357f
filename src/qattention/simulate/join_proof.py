"""A join's oracles proved on a head: every kind of block as its search meets it, on all addresses."""

from __future__ import annotations

import attrs
import numpy as np

from qattention.bloqs.pair_oracle import PairOracle
from qattention.bloqs.turn_oracle import TurnOracle
from qattention.compiler import Question
from qattention.compiler.join_program import phase_iterate
from qattention.errors import CheckFailed, SpecError, bad
from qattention.joins.phase import JoinPhase, JoinSizes
from qattention.joins.totals import JoinTotals
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.simulate.joins import PROVED, Keeper, Prover, searched


@attrs.frozen(kw_only=True)
class PhaseProof:
    """One phase.

    Attributes:
        oracles: blocks whose gates were run on every address, whatever the outcomes, what was found by then
            left out; addresses: of one block.
        iteration_toffoli: by gates, and equal to the closed form; of turns of a head's rows their mean, by
            the closed form alone.
    """

    phase: str
    oracles: int
    addresses: int
    iteration_toffoli: int
    by_gates: bool


@attrs.frozen(kw_only=True)
class JoinProof:
    """The fields of `verify --json` with an algorithm that joins; what is wrong is raised.

    Attributes:
        phases: the certificate last. oracles: of all.
    """

    head: str
    algorithm: str
    oracles: int
    phases: tuple[PhaseProof, ...]


def prove_join(question: Question, totals: JoinTotals, seed: int = 0, most: int = PROVED) -> JoinProof:
    """Prove up to `most` blocks of each phase, and count the gates of an iteration of each.

    Raises:
        SpecError: there is no head. CheckFailed: gates do something else, or are not as many.
    """
    known, prover, _ = searched(question, totals, seed, most, Prover)
    parts = [
        PhaseProof(
            phase=str(part.phase) if part.policy is not None else f"certificate, {part.phase}",
            oracles=prover.proved[part.phase],
            addresses=1 << part.phase.log_items,
            iteration_toffoli=int(part.iterate.toffoli),
            by_gates=_counted(totals.sizes, part.phase, int(part.iterate.toffoli)),
        )
        for part in totals.parts
    ]
    return JoinProof(
        head=known.quantised.head.name,
        algorithm=totals.plan.algorithm,
        oracles=sum(prover.proved.values()),
        phases=tuple(parts),
    )


def _counted(sizes: JoinSizes, phase: JoinPhase, toffoli: int) -> bool:
    """Whether gates were counted, and are as many."""
    if phase.kind == "turns" and sizes.sums.n_rows > 1:
        return False
    gates = count(lower(phase_iterate(sizes, phase, np.random.default_rng(0)))).toffoli
    if gates != toffoli:
        raise CheckFailed(f"{phase}: {gates} Toffoli by gates, {toffoli} by the closed form")
    return True


def phase_block(
    question: Question, totals: JoinTotals, at: int | None, kind: str, seed: int = 0
) -> tuple[str, TurnOracle | PairOracle]:
    """(phase, its first oracle as a head's search meets it), what was found by then left out.

    Args:
        at: the phase, from 0 as `estimate` lists them, the certificate last; the first of its kind if None.
        kind: "turns" or "pairs".
    Raises:
        SpecError: there is no head; no such phase of that kind; no block of it has a heavy pair left.
    """
    _, keeper, _ = searched(question, totals, seed, 1, Keeper)
    fitting = [i for i, part in enumerate(totals.parts) if part.phase.kind == kind]
    if not fitting:
        raise SpecError(bad("algorithm", totals.plan.algorithm, f"one that has phases of {kind}"))
    if at is not None and at not in fitting:
        raise SpecError(bad("phase", at, f"one of the phases of {kind}: {', '.join(map(str, fitting))}"))
    held = [i for i in fitting if totals.parts[i].phase in keeper.kept]
    which = next(iter(held), fitting[0]) if at is None else at
    if which not in held:
        line = "one in which heavy keys are left to be found, of at most 2**18 addresses"
        raise SpecError(bad("phase", which, line))
    phase = totals.parts[which].phase
    return f"phase {which} of {len(totals.parts)}: {phase}", keeper.kept[phase]
