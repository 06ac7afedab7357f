"""Assumptions of the physical figures, with their numbers and sources.

Apart from `engines` because what figures assume is prose with sources, engine by engine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from qattention.estimates.physical.counts import LogicalCounts
from qattention.estimates.physical.machine import Machine
from qattention.estimates.physical.surface_code import OWN
from qattention.estimates.physical.units import LITINSKI_ROWS, table_row
from qattention.estimates.result import Assumption, PhysicalFigures

BEVERLAND = "Beverland et al., arXiv:2211.07629"
GIDNEY_FOWLER = "Gidney and Fowler, arXiv:1812.01238"


def engine_notes(
    figures: Sequence[PhysicalFigures], counts: LogicalCounts, p_fail: float
) -> list[Assumption]:
    """How each engine turns counts into machines; nothing where none was built."""
    if not figures:
        return []
    budget = (
        f"Physical figures are of the expected logical totals; the machine's own failure is budgeted "
        f"{p_fail:g}, beside p_fail, and clipped to 1.",
        "this package",
    )
    notes = [budget, *(_surgery_notes(figures, counts) if any(map(_is_surgery, figures)) else ())]
    return [Assumption(text=text, source=source) for text, source in notes]


def _is_surgery(one: PhysicalFigures) -> bool:
    return one.engine != OWN


def _surgery_notes(figures: Sequence[PhysicalFigures], counts: LogicalCounts) -> list[tuple[str, str]]:
    """Of the two libraries' models, whose steps are lattice surgery."""
    cycles = sorted({(one.engine, f"{one.cycle_time_us:.3g}") for one in filter(_is_surgery, figures)})
    told = ", ".join(f"{cycle} us ({engine})" for engine, cycle in cycles)
    return [
        (f"Rounds of error correction take {told}; a logical step takes code-distance rounds.", BEVERLAND),
        (
            "qdk.qre and the Beverland model take measurements + T + 3 Toffoli logical steps one after "
            "another on 2 n + sqrt(8 n) + 1 patches; factories are whole, as many as keep up, no more than "
            "their states. The Beverland machine is that of least qubits.",
            f"{BEVERLAND}, equation D3; Litinski, arXiv:1808.02892",
        ),
        (
            "The Gidney-Fowler model takes 1.5 patches a qubit, rounds of 1 us unless the machine has its "
            f"own, {_cliffords(counts)}, and as many CCZ factories as keep up.",
            f"{GIDNEY_FOWLER}; Gidney and Ekera, arXiv:1905.09749",
        ),
        (
            "A patch errs with 0.03 (p / 0.01)^((d + 1) / 2) a step; in the Gidney-Fowler model, and in CCZ "
            "factories, with 0.1 in place of 0.03, a round. The three-aux code has its own fit.",
            f"Fowler and Gidney, arXiv:1808.06709; {BEVERLAND}",
        ),
    ]


def kind_notes(figures: Sequence[PhysicalFigures], machines: Sequence[Machine]) -> list[Assumption]:
    """What the kinds are whose models this package put together, once each, and where they hold."""
    models = [one.model for one in figures if one.engine == OWN]
    kinds = {
        one.kind: one.what for one in machines if any(model.startswith(f"{one.name}, ") for model in models)
    }
    return [
        Assumption(text=f"{kind.summary} Holds for: {kind.validity}", source=kind.source)
        for kind in kinds.values()
    ]


def waiting_notes(counts: LogicalCounts, machines: Sequence[Machine]) -> list[Assumption]:
    """Where the counts have qubits that wait, and a machine has no memory for them."""
    without = [one.name for one in machines if not one.what.has_memory]
    if counts.n_compute_qubits in (None, counts.n_qubits) or not without:
        return []
    text = (
        f"The counts have {counts.n_compute_qubits:,} of {counts.n_qubits:,} qubits at work at once; "
        f"{', '.join(without)}: no memory for the others, all are costed alike and none is moved."
    )
    return [Assumption(text=text, source="this package")]


def profile_notes(
    figures: Sequence[PhysicalFigures], counts: LogicalCounts, machines: Sequence[Machine]
) -> list[Assumption]:
    """What machines made of the program's own profile: of qubits that wait, and of how far gates reach."""
    notes = []
    for machine in machines:
        own = [one for one in figures if one.model.startswith(f"{machine.name}, ")]
        if own and machine.what.has_memory and machine.compute_share is None:
            notes += _memory_choice(own[0], counts, machine)
        if own and machine.what.has_corridors:
            notes.append(Assumption(text=_corridors(counts, machine), source="this package"))
    return notes


def _memory_choice(one: PhysicalFigures, counts: LogicalCounts, machine: Machine) -> list[Assumption]:
    """How the memory is used; nothing where the counts say it."""
    if counts.n_compute_qubits is not None:
        return []
    uses = counts.waiting
    if not uses:
        text = f"{machine.name}: all qubits are at work; none is known that waits while all others are held."
        return [Assumption(text=text, source="this package")]
    tried = (
        f"{len(uses)} uses of the memory that the program's profile allows, from {uses[0].n_working:,} of "
        f"{counts.n_qubits:,} qubits at work with {uses[0].n_moves:.3g} moves there and back, three steps "
        "each, and none"
    )
    taken = "all at work" if not one.n_waiting else f"{one.n_waiting:,} wait in denser codes"
    text = f"{machine.name}: of {tried}, the one of least qubits x runtime: {taken}."
    return [Assumption(text=text, source="this package; moves as `qdk.qre` 1.33.1 counts them")]


def _corridors(counts: LogicalCounts, machine: Machine) -> str:
    if counts.span is None or counts.span_each is None:
        return (
            f"{machine.name} is made of counts: no gates were lowered, and no corridors are in it: a floor."
        )
    times = counts.span_each / counts.span if counts.span else 1.0
    return (
        f"{machine.name} is made of the program's own gates, wires in rows of a square: corridors of "
        f"{counts.span:.3g} patches in all, a one-to-many CNOT's branching to its bits; one to each bit "
        f"would be {times:.3g} times as long."
    )


def table_notes(counts: LogicalCounts, machines: Sequence[Machine]) -> list[Assumption]:
    """For which physical error each machine's factories are tabled, where that is not its own."""
    rows = " and ".join(f"{row:g}" for row in LITINSKI_ROWS)
    notes = []
    for one in machines if counts.n_t + counts.n_ccz + counts.n_rotations else ():
        row = table_row(one.p_physical, LITINSKI_ROWS) if one.what.is_tabled else None
        if row is not None and not math.isclose(row, one.p_physical):
            text = (
                f"Litinski's and 15-to-1 units are tabled for errors of {rows}: {one.p_physical:g} takes "
                f"the row for {row:g}, so that {one.name} has the factories of a machine of that error."
            )
            notes.append(Assumption(text=text, source="Litinski, arXiv:1905.06903, table 1"))
    return notes


def reaction_notes(counts: LogicalCounts, machines: Sequence[Machine]) -> list[Assumption]:
    """What classical reaction adds: once for all machines of the same classical side."""
    sides = {(one.reaction_time_us, one.classical_bit_ops_per_s): one for one in machines}
    notes = []
    for machine in sides.values():
        on = f" of {machine.name}" if len(sides) > 1 else ""
        time = f"a reaction time{on} of {machine.reaction_time_us:g} us"
        notes.append((_layers(counts, machine, time), "Gidney and Ekera, arXiv:1905.09749, section 2"))
        if counts.n_fixups:
            notes.append((_fixups(counts, machine, time), "this package"))
    return [Assumption(text=text, source=source) for text, source in notes]


def _cliffords(counts: LogicalCounts) -> str:
    if counts.clifford_depth is None:
        return "no time for Cliffords, whose layers are not known"
    return f"code-distance rounds for each of {counts.clifford_depth:.3g} Clifford layers"


def _layers(counts: LogicalCounts, machine: Machine, time: str) -> str:
    if counts.t_depth is None:
        return f"T layers are not known: every T and Toffoli is taken for one, and waits for {time}."
    bound_s = 1e-6 * counts.t_depth * machine.reaction_time_us
    return f"No run is faster than {counts.t_depth:.3g} T layers x {time} = {bound_s:.3g} s."


def memory_notes(counts: LogicalCounts) -> list[Assumption]:
    """What a memory device adds; nothing without one."""
    if not counts.n_reads:
        return []
    each, errors = counts.read_latency_us, counts.n_reads * counts.p_read
    text = (
        f"{counts.n_reads:.3g} queries of the memory device take {each:g} us each, one after another while "
        f"no gate runs: {1e-6 * counts.n_reads * each:.3g} s. Errors of {counts.p_read:g} a query sum to "
        f"{errors:.3g}{', counted as 1' if errors > 1 else ''}: every machine's p_fail includes them, as an "
        "estimate's own p_fail does."
    )
    return [Assumption(text=text, source="the user's figures of the device")]


def _fixups(counts: LogicalCounts, machine: Machine, time: str) -> str:
    latency_us = 1e6 * counts.fixup_bit_ops / machine.classical_bit_ops_per_s
    late_s = 1e-6 * counts.n_fixups * max(0.0, latency_us - machine.reaction_time_us)
    over = f"within {time}" if not late_s else f"over {time}, which adds {late_s:.3g} s to the bound"
    return (
        f"Each of {counts.n_fixups:.3g} fix-ups XORs {counts.fixup_bit_ops:.3g} bits: {latency_us:.3g} us at "
        f"{machine.classical_bit_ops_per_s:.3g} bit operations a second, {over}."
    )
