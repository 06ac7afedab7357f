"""`physical`: machines for logical counts from any source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qattention.api.shown import Shown, dressed, flat, plain, several
from qattention.estimates.machines import logical_counts
from qattention.estimates.physical import LogicalCounts, Machine, chosen_machines, document
from qattention.estimates.result import Estimate

if TYPE_CHECKING:
    from qattention.api.options import Path
    from qattention.render.tables import Table


class PhysicalDocument(Shown, document.PhysicalDocument):
    """Machines for counts: see `qattention.estimates.physical.document` for the fields."""

    SCHEMA = "physical"
    DIGITS = None
    """All of them, as an estimate has them."""

    def answer(self) -> list[str]:
        from qattention.render.answers import physical_answer

        return physical_answer(self)

    def tables(self) -> list[Table]:
        from qattention.render.physical_tables import counts_table, physical_tables

        return [counts_table(self.logical_counts), *physical_tables(self.physical)]

    def assumptions_told(self) -> list[str]:
        return ["Assumptions", *(f"- {note.text} [{note.source}]" for note in self.assumptions)]

    def rows(self) -> list[dict[str, object]]:
        """A row a machine."""
        return [flat(plain(one)) for one in self.physical]


def physical(
    counts: LogicalCounts | Estimate | Mapping[str, Any] | Path,
    *,
    machine: str | Machine | tuple[str | Machine, ...] | None = None,
    machine_p_fail: float | None = None,
) -> PhysicalDocument:
    """Machines for logical counts: `qattention physical`.

    Args:
        counts: values, an estimate, an Azure-style object, or the path of a file with one of them.
        machine: names, files or machines; the usual ones unless given.
        machine_p_fail: of the machine's own failures; 0.1 unless given.
    Returns:
        For each engine and machine physical qubits, seconds, code distance, factories and failure.
    Raises:
        SpecError: no such counts or machine. InfeasibleError: no machine can be built.
    """
    from qattention.outside import read_text

    if isinstance(counts, Estimate):
        counts = logical_counts(counts)
    elif not isinstance(counts, LogicalCounts):
        is_object = isinstance(counts, Mapping)
        text = json.dumps(counts) if is_object else read_text(counts, "counts")  # type: ignore[arg-type]
        counts = document.read_counts(text)
    asked = several(machine)
    made = tuple(one for one in asked if isinstance(one, Machine))
    machines = made or chosen_machines(asked)
    return dressed(PhysicalDocument, document.physical_document(counts, machines, machine_p_fail))
