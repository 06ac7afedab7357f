"""What `physical` reports: counts, machines and the figures of both engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import attrs

from qattention.estimates.machines import logical_counts
from qattention.estimates.physical.azure import read_logical_counts
from qattention.estimates.physical.counts import LogicalCounts
from qattention.estimates.physical.engines import P_FAIL, physical_report
from qattention.estimates.physical.machine import Machine
from qattention.estimates.result import Assumption, PhysicalFigures
from qattention.estimates.serialise import estimate_from_json
from qattention.outside import read_json
from qattention.version import __version__


@attrs.frozen(kw_only=True)
class PhysicalDocument:
    """The fields of `physical --json`.

    Attributes:
        logical_counts: what was costed.
        machine_p_fail: budget of the machine's own failures.
        machines: the hardware.
        physical: figures of all engines, as in `estimate --json`.
    """

    logical_counts: LogicalCounts
    machine_p_fail: float
    machines: tuple[Machine, ...]
    physical: tuple[PhysicalFigures, ...]
    assumptions: tuple[Assumption, ...]
    versions: dict[str, str]


def read_counts(text: str) -> LogicalCounts:
    """Counts of a `logicalCounts` object, or the expected totals of an `estimate --json`.

    Raises:
        SpecError: it is neither; a line a problem.
    """
    found: Any = read_json(text, "logicalCounts")
    if isinstance(found, Mapping) and "schema" in found:
        return logical_counts(estimate_from_json(text))
    return read_logical_counts(text)


def physical_document(
    counts: LogicalCounts, machines: Sequence[Machine], p_fail: float | None = None
) -> PhysicalDocument:
    """Cost the counts.

    Args:
        p_fail: budget of the machine's own failures, in (0, 1); 0.1 unless given.
    Raises:
        InfeasibleError: no engine finds a machine.
        SpecError: `p_fail` is no probability.
    """
    budget = P_FAIL if p_fail is None else p_fail
    report = physical_report(counts, machines, budget)
    names = ("qdk", "qualtran")
    return PhysicalDocument(
        logical_counts=counts,
        machine_p_fail=budget,
        machines=tuple(machines),
        physical=report.figures,
        assumptions=report.assumptions,
        versions={"qattention": __version__} | {name: version(name) for name in names},
    )
