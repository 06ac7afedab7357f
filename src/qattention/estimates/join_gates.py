"""The phases of a join by their call graphs and their gates, beside the closed forms."""

from __future__ import annotations

from collections.abc import Collection

import attrs
import numpy as np

from qattention.compiler.costs import bloq_counts
from qattention.compiler.join_program import phase_iterate
from qattention.estimates.gates import MAX_PHASES_BITS
from qattention.estimates.result import Assumption
from qattention.estimates.witnesses import BLOQS, FORMULA, GATES, Witnesses, no_gates
from qattention.joins.phase import JoinPhase, JoinSizes
from qattention.joins.totals import JoinTotals, PhaseTotals
from qattention.lowering.fan_out import fan_out
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule


@attrs.frozen(kw_only=True)
class PhaseGates:
    """One iteration of a phase, lowered over made-up words and scheduled."""

    toffoli: int
    measurement: int
    qubits: int
    t_depth: int
    clifford_depth: int
    t_depth_without_fan_out: int


def table_bits(sizes: JoinSizes, phase: JoinPhase) -> int:
    """Bits of all words that one iteration looks up."""
    if phase.kind == "turns":
        return sizes.sums.word_bits << phase.key_bits
    shape = phase.shape(sizes)
    return (shape.key_word << phase.key_bits) + (phase.look_ups - 1) * (shape.row_word << phase.row_bits)


def phase_gates(sizes: JoinSizes, phase: JoinPhase, seed: int = 0) -> PhaseGates:
    """Words are drawn: no count hangs on them but the Cliffords'."""
    program = lower(phase_iterate(sizes, phase, np.random.default_rng(seed)))
    plan, tally = schedule(program), count(program)
    return PhaseGates(
        toffoli=tally.toffoli,
        measurement=tally.measurement,
        qubits=tally.qubits,
        t_depth=plan.t_depth,
        clifford_depth=plan.clifford_depth,
        t_depth_without_fan_out=fan_out(program, plan).t_depth,
    )


def witnessed(
    totals: JoinTotals, asked: Collection[str]
) -> tuple[tuple[PhaseGates, ...] | None, dict[str, tuple[str, ...]], tuple[Assumption, ...]]:
    """(gates of each phase, field -> who gave it, who is unheard): every witness that is asked and can speak.

    Gates speak if the words of all phases have at most MAX_PHASES_BITS bits.

    Raises:
        CheckFailed: two of them differ.
    """
    said, known, notes = Witnesses(asked), dict[JoinPhase, PhaseGates](), tuple[Assumption, ...]()
    bits = sum(table_bits(totals.sizes, part.phase) for part in totals.parts)
    if GATES in said.asked and bits > MAX_PHASES_BITS:
        notes = (no_gates("phases that look up", bits, "bits", MAX_PHASES_BITS),)
    elif GATES in said.asked:
        for part in totals.parts:
            bare = attrs.evolve(part.phase, stop=0.0)
            known[part.phase] = known.get(bare) or phase_gates(totals.sizes, part.phase)
            known[bare] = known[part.phase]
    for at, part in enumerate(totals.parts):
        _agree(said, at, part, known.get(part.phase))
    gates = tuple(known[part.phase] for part in totals.parts) if known else None
    return gates, said.table, notes


def _agree(said: Witnesses, at: int, part: PhaseTotals, gates: PhaseGates | None) -> None:
    """Turns of many rows cost their mean, and a block's rows their own: those are not compared."""
    if part.phase.kind == "turns" and part.sizes.sums.n_rows > 1:
        return
    graph = bloq_counts(phase_iterate(part.sizes, part.phase)) if BLOQS in said.asked else None
    layers = part.iterate_layers
    told = {
        "toffoli": (graph and graph.toffoli, int(part.iterate.toffoli)),
        "measurement": (graph and graph.measurement, int(part.iterate.measurement)),
        "qubits": (None, int(part.iterate.qubits)),
    }
    for name, (built, closed) in told.items():
        values = {BLOQS: built, GATES: getattr(gates, name, None), FORMULA: closed}
        said.agree(f"phases.{at}.iteration_{name}", values)
    cliffords = {BLOQS: graph and graph.clifford, FORMULA: int(layers.cliffords)}
    said.agree(f"phases.{at}.iteration_clifford", cliffords)
