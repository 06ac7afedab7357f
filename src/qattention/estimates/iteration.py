"""One iteration's figures, each from every witness that can speak."""

from __future__ import annotations

import attrs
import numpy as np

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.phases import PhaseAtZero
from qattention.compiler import BloqCounts, Program, bloq_counts, breakdown
from qattention.estimates.gates import GateFigures
from qattention.estimates.iteration_layers import (
    iteration_layers,
    own_phase_layers,
    typical_cliffords,
    typical_ones,
)
from qattention.estimates.model import BreakdownEntry, IterationFigures
from qattention.estimates.witnesses import Witnesses
from qattention.formulas import TOFFOLI_T, fix_up_bit_ops
from qattention.formulas.table_ones import TableOnes

COMPARED = ("toffoli", "rotation", "measurement")  # counts that closed form and call graph both give


def iteration_figures(
    program: Program, gates: GateFigures | None, witnesses: Witnesses, at: str | None = None
) -> IterationFigures:
    """The iteration of the row with median Toffoli count; `at` is the path that the breakdown details.

    Raises:
        CheckFailed: two witnesses differ.
        SpecError: no part has the path `at`.
    """
    iteration, totals = program.iteration, program.totals
    counts, formula = bloq_counts(iteration), totals.iterate.row(totals.typical_group)
    tally = gates.tally if gates else None
    exact = {
        field: witnesses.agree(
            f"iteration.{field}",
            {
                "bloqs": getattr(counts, field),
                "gates": getattr(tally, field, None),
                "formula": int(getattr(formula, field)),
            },
        )
        for field in COMPARED
    }
    qubits = {"gates": getattr(tally, "qubits", None), "formula": int(formula.qubits)}
    ones = typical_ones(program)
    clifford = {
        "bloqs": counts.clifford,
        "gates": getattr(tally, "clifford", None),
        "formula": typical_cliffords(program, ones),
    }
    bit_ops = {
        "bloqs": table_ones(iteration),
        "gates": getattr(tally, "classical_bit_ops", None),
        "formula": _bit_ops(program, ones),
    }
    for field in ("t_depth", "clifford_depth"):
        witnesses.single(f"iteration.{field}", "gates" if gates else "formula")
    witnesses.single("iteration.t", *witnesses.table["iteration.toffoli"])
    return IterationFigures(
        row=program.row,
        **exact,
        t=TOFFOLI_T * exact["toffoli"] + totals.t_per_rotation * exact["rotation"],
        t_depth=gates.t_depth if gates else int(totals.iterate_t_depth[totals.typical_group]),
        clifford_depth=(
            gates.clifford_depth if gates else int(iteration_layers(totals)[totals.typical_group])
        ),
        qubits=witnesses.agree("iteration.qubits", qubits),
        clifford=witnesses.agree("iteration.clifford", clifford),
        classical_bit_ops=witnesses.agree("iteration.classical_bit_ops", bit_ops),
        t_depth_without_fan_out=gates.fan_out.t_depth if gates else None,
        fan_out_qubits=gates.fan_out.qubits if gates else None,
        breakdown=breakdown_entries(iteration, at),
    )


def certificate_figures(program: Program, find: IterationFigures, witnesses: Witnesses) -> IterationFigures:
    """One iteration of the certificate: the same, but for the phases of a fixed-point run."""
    totals = program.totals
    if not totals.has_fixed_points:
        return find
    group = totals.typical_group
    proving = totals.parts["certificate"]
    formula, more = proving.costs.row(group), phases_extra(program.iteration)
    layers = int(proving.t_depth[group] - totals.iterate_t_depth[group])
    exact = {
        field: witnesses.agree(
            f"certificate_iteration.{field}",
            {"bloqs": getattr(find, field) + getattr(more, field), "formula": int(getattr(formula, field))},
        )
        for field in COMPARED
    }
    return attrs.evolve(
        find,
        **exact,
        t=TOFFOLI_T * exact["toffoli"] + totals.t_per_rotation * exact["rotation"],
        clifford=find.clifford + more.clifford,
        t_depth=None if find.t_depth is None else find.t_depth + layers,
        t_depth_without_fan_out=(
            None if find.t_depth_without_fan_out is None else find.t_depth_without_fan_out + layers
        ),
        clifford_depth=(
            None
            if find.clifford_depth is None
            else find.clifford_depth + int(own_phase_layers(totals)[group])
        ),
        breakdown=_with_phases(find.breakdown, more.toffoli, exact["toffoli"]),
    )


def _with_phases(parts: tuple[BreakdownEntry, ...], extra: int, whole: int) -> tuple[BreakdownEntry, ...]:
    """The breakdown with `extra` Toffolis more in the reflection."""
    toffoli = [part.toffoli + (extra if part.path == "reflection" else 0) for part in parts]
    return tuple(
        attrs.evolve(part, toffoli=count, share=count / whole)
        for part, count in zip(parts, toffoli, strict=True)
    )


def phases_extra(iteration: GroverIterate) -> BloqCounts:
    """What phases of its own add to an iteration: rotations for the flag's Z and the reflection's sign."""
    n_bits = iteration.oracle.table.address_bits
    phase, sign = bloq_counts(PhaseAtZero(n_bits, angle=1.0)), bloq_counts(PhaseAtZero(n_bits))
    return BloqCounts(
        toffoli=phase.toffoli - sign.toffoli,
        t=0,
        clifford=phase.clifford - sign.clifford - 1,
        rotation=phase.rotation - sign.rotation + 1,
        measurement=phase.measurement - sign.measurement,
    )


def table_ones(iteration: GroverIterate) -> int:
    """1 bits of what the unload measures, or half of it expected without data: XORs of one fix-up."""
    load = iteration.oracle.load
    if not load.has_fix_up or iteration.oracle.circuit.inverts:
        return 0
    return int(load.words.sum()) if load.table.has_data else int(load.loaded.expected_ones())


def _bit_ops(program: Program, ones: TableOnes | None) -> int | None:
    """XORs of one fix-up by the closed form: of a table's 1s if they are known, or of half of its bits."""
    totals, group = program.totals, program.totals.typical_group
    if ones is not None:
        return 0 if program.plan.circuit.inverts else int(np.asarray(ones.measured))
    if program.iteration.oracle.table.has_data:
        return None
    sizes = (int(totals.groups.n_keys[group]), int(totals.look_up_bits[group]))
    return int(fix_up_bit_ops(program.plan.circuit, *sizes))


def breakdown_entries(iteration: GroverIterate, at: str | None) -> tuple[BreakdownEntry, ...]:
    """Parts of an iteration, largest first."""
    whole = bloq_counts(iteration).toffoli
    return tuple(
        BreakdownEntry(path=part.path, toffoli=part.toffoli, share=part.toffoli / whole)
        for part in breakdown(iteration, at)
    )
