"""One iteration's figures, each from every witness that can speak and is asked.

Apart from `costing` because one iteration is counted exactly here, whatever is then summed over rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from qattention.compiler import BloqCounts, Program
from qattention.estimates.iteration_layers import (
    iteration_layers,
    own_phase_cliffords,
    own_phase_layers,
    typical_cliffords,
    typical_ones,
)
from qattention.estimates.result import BreakdownEntry, IterationFigures
from qattention.estimates.waiting import closed_waiting
from qattention.estimates.witnesses import BLOQS, FORMULA, GATES, Witnesses
from qattention.formulas import TOFFOLI_T, fix_up_bit_ops
from qattention.formulas.inner_product import sum_figures
from qattention.formulas.loader_costs import load_of, unload_of
from qattention.formulas.table_ones import TableOnes
from qattention.formulas.uniform_superposition import reflection

if TYPE_CHECKING:
    from qattention.estimates.gates import GateFigures

COMPARED = ("toffoli", "rotation", "measurement")  # counts that closed form and call graph both give


def iteration_figures(
    program: Program, gates: GateFigures | None, witnesses: Witnesses, at: str | None = None
) -> IterationFigures:
    """The iteration of the row with median Toffoli count; `at` is the path that the breakdown details.

    Raises:
        CheckFailed: two witnesses differ.
        SpecError: no part has the path `at`.
    """
    totals, ones = program.totals, typical_ones(program)
    formula = totals.iterate.row(totals.typical_group)
    counts, bits = _built(program) if BLOQS in witnesses.asked else (None, None)
    tally = gates.tally if gates else None
    of_data = tally if program.has_data else None  # what the keys move, of a made-up table is nobody's
    exact = {
        field: witnesses.agree(
            f"iteration.{field}",
            {
                BLOQS: getattr(counts, field, None),
                GATES: getattr(tally, field, None),
                FORMULA: int(getattr(formula, field)),
            },
        )
        for field in COMPARED
    }
    qubits = {GATES: getattr(tally, "qubits", None), FORMULA: int(formula.qubits)}
    clifford = {
        BLOQS: getattr(counts, "clifford", None),
        GATES: getattr(of_data, "clifford", None),
        FORMULA: typical_cliffords(program, ones),
    }
    bit_ops = {
        BLOQS: bits,
        GATES: getattr(of_data, "classical_bit_ops", None),
        FORMULA: _bit_ops(program, ones),
    }
    scheduled = gates if program.has_data else None
    t_depth = scheduled.t_depth if scheduled else int(totals.iterate_t_depth[totals.typical_group])
    for field in ("t_depth", "clifford_depth"):
        witnesses.single(f"iteration.{field}", GATES if scheduled else FORMULA)
    witnesses.single("iteration.waiting", GATES if gates else FORMULA)
    for field in ("t_depth_without_fan_out", "fan_out_qubits") if gates else ():
        witnesses.single(f"iteration.{field}", GATES)
    witnesses.single("iteration.t", *witnesses.table["iteration.toffoli"])
    return IterationFigures(
        row=program.row,
        **exact,
        t=TOFFOLI_T * exact["toffoli"] + totals.t_per_rotation * exact["rotation"],
        t_depth=t_depth,
        clifford_depth=(
            scheduled.clifford_depth if scheduled else int(iteration_layers(totals)[totals.typical_group])
        ),
        qubits=witnesses.agree("iteration.qubits", qubits),
        clifford=witnesses.agree("iteration.clifford", clifford),
        classical_bit_ops=witnesses.agree("iteration.classical_bit_ops", bit_ops),
        t_depth_without_fan_out=_without_fan_out(gates, t_depth),
        fan_out_qubits=gates.fan_out.qubits if gates else None,
        waiting=gates.waiting if gates else closed_waiting(totals),
        grid=scheduled.grid if scheduled else None,
        breakdown=_breakdown(program, exact["toffoli"], witnesses, at),
    )


def _without_fan_out(gates: GateFigures | None, t_depth: int) -> int | None:
    """T layers without free fan-out, beside `t_depth` with it: never fewer.

    Of sizes `t_depth` is a sum over parts, which the gates of made-up keys do not reach; what taking turns
    costs them is added to it, so that both are upper bounds.
    """
    return None if gates is None else t_depth + gates.fan_out.t_depth - gates.t_depth


def _built(program: Program) -> tuple[BloqCounts, int]:
    """Counts and fix-up bits of the call graph."""
    from qattention.compiler import bloq_counts
    from qattention.estimates.iteration_bloqs import table_ones

    return bloq_counts(program.iteration), table_ones(program.iteration)


def certificate_figures(program: Program, find: IterationFigures, witnesses: Witnesses) -> IterationFigures:
    """One iteration of the certificate: the same, but for two phases where fixed-point runs have them."""
    totals = program.totals
    if not totals.has_fixed_points:
        return find
    group = totals.typical_group
    formula = totals.phased_iterate.row(group)
    more = _extra(program) if BLOQS in witnesses.asked else None
    layers = int(totals.phased_t_depth[group] - totals.iterate_t_depth[group])
    exact = {
        field: witnesses.agree(
            f"certificate_iteration.{field}",
            {
                BLOQS: None if more is None else getattr(find, field) + getattr(more, field),
                FORMULA: int(getattr(formula, field)),
            },
        )
        for field in COMPARED
    }
    cliffords = {
        BLOQS: getattr(more, "clifford", None),
        FORMULA: own_phase_cliffords(int(totals.n_items[group])),
    }
    return attrs.evolve(
        find,
        **exact,
        t=TOFFOLI_T * exact["toffoli"] + totals.t_per_rotation * exact["rotation"],
        clifford=find.clifford + witnesses.agree("certificate_iteration.clifford", cliffords),
        t_depth=None if find.t_depth is None else find.t_depth + layers,
        t_depth_without_fan_out=(
            None if find.t_depth_without_fan_out is None else find.t_depth_without_fan_out + layers
        ),
        clifford_depth=(
            None
            if find.clifford_depth is None
            else find.clifford_depth + int(own_phase_layers(totals)[group])
        ),
        breakdown=_with_phases(find.breakdown, exact["toffoli"] - find.toffoli, exact["toffoli"]),
    )


def _extra(program: Program) -> BloqCounts:
    from qattention.estimates.iteration_bloqs import phases_extra

    return phases_extra(program.iteration)


def _with_phases(parts: tuple[BreakdownEntry, ...], extra: int, whole: int) -> tuple[BreakdownEntry, ...]:
    """The breakdown with `extra` Toffolis more in the reflection, which may have none without."""
    if not any(part.path == "reflection" for part in parts):
        parts = (*parts, BreakdownEntry(path="reflection", toffoli=0, share=0.0))
    toffoli = [part.toffoli + (extra if part.path == "reflection" else 0) for part in parts]
    return tuple(
        attrs.evolve(part, toffoli=count, share=count / whole)
        for part, count in zip(parts, toffoli, strict=True)
    )


def _bit_ops(program: Program, ones: TableOnes | None) -> int | None:
    """XORs of one fix-up by the closed form: of a table's 1s if they are known, or of half of its bits."""
    totals, group = program.totals, program.totals.typical_group
    if ones is not None:
        return 0 if program.plan.circuit.inverts else int(np.asarray(ones.measured))
    if program.has_data:
        return None
    sizes = (int(totals.groups.n_keys[group]), int(totals.look_up_bits[group]))
    return int(fix_up_bit_ops(program.plan.circuit, *sizes))


def _breakdown(
    program: Program, whole: int, witnesses: Witnesses, at: str | None
) -> tuple[BreakdownEntry, ...]:
    """Parts with Toffolis, largest first: from the call graph where it is asked, else from closed forms."""
    closed = None if at is not None or program.has_data else closed_parts(program)
    built = None
    if at is not None or BLOQS in witnesses.asked:
        from qattention.compiler import breakdown

        built = [(part.path, part.toffoli) for part in breakdown(program.iteration, at)]
    parts = witnesses.agree("iteration.breakdown", {BLOQS: built, FORMULA: closed})
    return tuple(BreakdownEntry(path=path, toffoli=count, share=count / whole) for path, count in parts)


def closed_parts(program: Program) -> list[tuple[str, int]]:
    """(path, Toffolis) of the parts of an iteration whose row is a typical one, by closed forms."""
    totals, group = program.totals, program.totals.typical_group
    circuit, sums, n_rows = totals.plan.circuit, totals.sums, int(totals.groups.n_rows[group])
    sizes = circuit, int(totals.groups.n_keys[group]), int(totals.look_up_bits[group])
    figures = sum_figures(sums.sums, sums.kind)
    parts = {
        "oracle/load": load_of(*sizes).toffoli,
        "oracle/inner_product": figures.ands[0] * n_rows,
        "oracle/inner_product_adjoint": figures.again[0] * n_rows,
        "oracle/unload": unload_of(*sizes).toffoli,
        "oracle/not_all": sums.ladder[group],
        "reflection": reflection(totals.n_items[group]).toffoli,
    }
    some = [(path, count) for path, toffoli in parts.items() if (count := int(toffoli))]
    return sorted(some, key=lambda part: (-part[1], part[0]))
