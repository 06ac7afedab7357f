"""The physical machines, each figure as the product that makes it."""

from __future__ import annotations

from qattention.estimates.model import Estimate, PhysicalFigures
from qattention.estimates.report.values import ReportEntry, ReportGroup, duration, entry, told


def physical_group(estimate: Estimate) -> ReportGroup:
    """The fastest machine of each engine and model; a line that says so where there is none."""
    figures = estimate.physical or ()
    first = {(one.engine, one.model): at for at, one in reversed(list(enumerate(figures)))}
    entries = [line for at in sorted(first.values()) for line in _machine(at, figures[at])]
    return ReportGroup(title="Physical machines", entries=tuple(entries) or (_none(estimate),))


def _none(estimate: Estimate) -> ReportEntry:
    asked = estimate.physical is not None
    text = "No engine can build one; the assumptions say why." if asked else "Machines were not asked for."
    return entry("physical", "machines", "none", "Physical machines for the expected totals.", text)


def _machine(at: int, one: PhysicalFigures) -> list[ReportEntry]:
    path, model = f"physical/{at}", f"{one.model} [{one.engine}]"
    data, made = one.n_tiles * one.patch_qubits, one.n_factories * one.factory_qubits
    waiting = one.physical_qubits - data - made
    kept = f", {told(waiting)} hold waiting qubits" if waiting > 0 else ""
    reaction = (
        f"; reactions and memory alone take {duration(one.reaction_bound_s)}" if one.reaction_bound_s else ""
    )
    wait = f", {duration(one.memory_s)} of it for the memory device" if one.memory_s else ""
    return [
        entry(f"{path}/physical_qubits", f"qubits: {model}", one.physical_qubits, "Physical qubits.",
              f"{told(one.n_tiles)} patches of {told(one.patch_qubits)} qubits at distance "
              f"{one.code_distance} make "
              f"{told(data)}, {told(one.n_factories)} factories of {told(one.factory_qubits)} make "
              f"{told(made)}{kept}."),
        entry(f"{path}/runtime_s", f"runtime: {model}", duration(one.runtime_s), "Time of one run.",
              f"{told(one.n_steps)} steps x {one.code_distance} rounds x {one.cycle_time_us:.3g} us x "
              f"{one.waiting:.3g} for waiting = {duration(one.runtime_s)}{wait}{reaction}."),
        entry(f"{path}/p_fail", f"failure: {model}", f"{one.p_fail:.3g}", "What the machine may fail with.",
              f"Codes, magic states and rotations at a physical error of {one.p_physical:g}"
              + (f", and {one.p_memory:.3g} of the memory device" if one.p_memory else "")
              + "; beside the problem's own p_fail."),
    ]  # fmt: skip
