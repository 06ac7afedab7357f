"""A join's oracles proved on a head: every kind of block as its search meets it, on all addresses."""

from __future__ import annotations

import attrs
import numpy as np

from qattention.compiler import Question
from qattention.compiler.join_program import phase_iterate
from qattention.errors import CheckFailed
from qattention.joins.phase import JoinPhase, JoinSizes
from qattention.joins.totals import JoinTotals
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.simulate.joins import PROVED, searched


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
    known, prover, _ = searched(question, totals, seed, most)
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
