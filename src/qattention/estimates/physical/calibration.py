"""Published machines costed again: product beside paper, their ratio, and why it differs."""

from __future__ import annotations

import attrs

from qattention.errors import SpecError, bad
from qattention.estimates.physical.engines import figures_of_machine
from qattention.estimates.physical.kind import Published
from qattention.estimates.physical.kinds import KINDS
from qattention.estimates.physical.machine import NAMED, Machine
from qattention.estimates.result import PhysicalFigures


@attrs.frozen(kw_only=True)
class CalibrationRow:
    """One machine; ratios are product over paper, None where nothing is published.

    Attributes:
        runtime_s: of a run, or with the runs that fail where the paper counts them.
    """

    name: str
    machine: str
    model: str
    published_qubits: int | None
    physical_qubits: int
    qubit_ratio: float | None
    published_runtime_s: float | None
    runtime_s: float
    runtime_ratio: float | None
    source: str
    why: str


def calibration() -> tuple[CalibrationRow, ...]:
    """Every published machine of every kind, in the order of the family."""
    return tuple(_row(NAMED[kind.machines[0].name], one) for kind in KINDS.values() for one in kind.published)


def published_again(machine: Machine, one: Published) -> PhysicalFigures:
    """The fastest machine of the model that is named.

    Raises:
        InfeasibleError: it cannot be built. SpecError: the kind has no such model.
    """
    found = figures_of_machine(one.counts, machine, one.p_fail)
    for figures in found:
        if one.model in figures.model:
            return figures
    raise SpecError(bad("model", one.model, "a word of a model of the kind"))


def _row(machine: Machine, one: Published) -> CalibrationRow:
    found = published_again(machine, one)
    runtime_s = found.runtime_s / (1 - found.p_fail) if one.repeats else found.runtime_s
    return CalibrationRow(
        name=one.name,
        machine=machine.name,
        model=found.model,
        published_qubits=one.qubits or None,
        physical_qubits=found.physical_qubits,
        qubit_ratio=found.physical_qubits / one.qubits if one.qubits else None,
        published_runtime_s=one.runtime_s or None,
        runtime_s=runtime_s,
        runtime_ratio=runtime_s / one.runtime_s if one.runtime_s else None,
        source=one.source,
        why=one.why,
    )
