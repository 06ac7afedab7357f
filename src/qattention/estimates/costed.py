"""`Costed`: what comparisons and machines need of an estimate, of rows or of a join."""

from __future__ import annotations

from typing import Protocol

from qattention.estimates.classical.result import ClassicalFigures
from qattention.estimates.result import (
    Assumption,
    ClassicalWork,
    ExpectedTotals,
    MemoryFigures,
    PhysicalFigures,
    WorstTotals,
)
from qattention.plan import Plan
from qattention.problem import AttentionProblem


class Logical(Protocol):
    """Totals of one head and all its query rows."""

    @property
    def expected(self) -> ExpectedTotals: ...
    @property
    def worst_case(self) -> WorstTotals | None: ...
    @property
    def qubits(self) -> int: ...


class Iterations(Protocol):
    """Of all searches."""

    @property
    def iterations_total(self) -> float: ...


class Costed(Protocol):
    """An estimate of rows, or of a join."""

    @property
    def problem(self) -> AttentionProblem: ...
    @property
    def logical(self) -> Logical: ...
    @property
    def search(self) -> Iterations: ...
    @property
    def memory(self) -> MemoryFigures: ...
    @property
    def classical_work(self) -> ClassicalWork: ...
    @property
    def physical(self) -> tuple[PhysicalFigures, ...] | None: ...
    @property
    def classical(self) -> ClassicalFigures | None: ...
    @property
    def assumptions(self) -> tuple[Assumption, ...]: ...
    @property
    def versions(self) -> dict[str, str]: ...
    @property
    def rows_plan(self) -> Plan | None:
        """Of rows; None of a join."""
        ...

    @property
    def iteration_toffoli(self) -> int | None:
        """Of one typical iteration; None where phases differ."""
        ...

    @property
    def algorithm(self) -> str: ...
    @property
    def latency_us(self) -> float:
        """Of one query of a memory device, in microseconds; 0 without one."""
        ...
