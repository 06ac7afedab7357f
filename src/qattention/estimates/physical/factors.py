"""Where two machines' figures differ, and by what factors."""

from __future__ import annotations

from qattention.estimates.result import PhysicalFigures, PhysicalRatio


def compare(figures: PhysicalFigures, baseline: PhysicalFigures) -> PhysicalRatio:
    """Ratios `figures` / `baseline`, each with factors from the machines' own parameters.

    The factors take no totals, so that their product checks the figures of both engines (5 %, tests).
    """
    one, two = figures, baseline
    return PhysicalRatio(
        baseline=f"{two.engine}, {two.model}",
        physical_qubits=one.physical_qubits / two.physical_qubits,
        qubit_factors={
            "distance": one.patch_qubits / two.patch_qubits,
            "routing": one.n_tiles / two.n_tiles,
            "factories": _factory_share(one) / _factory_share(two),
        },
        runtime=one.runtime_s / two.runtime_s,
        runtime_factors={
            "steps": one.n_steps / two.n_steps,
            "distance": one.code_distance / two.code_distance,
            "cycle_time": one.cycle_time_us / two.cycle_time_us,
            "waiting": one.waiting / two.waiting,
        },
    )


def _factory_share(figures: PhysicalFigures) -> float:
    """All qubits over those of the data."""
    in_factories = figures.n_factories * figures.factory_qubits
    return 1 + in_factories / (figures.n_tiles * figures.patch_qubits)
