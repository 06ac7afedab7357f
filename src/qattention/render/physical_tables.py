"""The machines of an estimate as tables."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from qattention.render.tables import Table, facts

if TYPE_CHECKING:
    from qattention.estimates.physical import LogicalCounts
    from qattention.estimates.result import PhysicalFigures


def counts_table(counts: LogicalCounts) -> Table:
    """Logical counts that were given."""
    return facts(
        "Logical counts",
        [
            ("qubits", counts.n_qubits),
            ("qubits at work at once, if not all", counts.n_compute_qubits),
            ("T", counts.n_t),
            ("Toffoli", counts.n_ccz),
            ("rotations", counts.n_rotations),
            ("layers of rotations", counts.rotation_depth),
            ("T a rotation, if synthesised before", counts.t_per_rotation),
            ("measurements", counts.n_measurements),
            ("T depth", counts.t_depth),
            ("Clifford depth", counts.clifford_depth),
            ("classical fix-ups", counts.n_fixups),
        ],
    )


def physical_tables(figures: tuple[PhysicalFigures, ...] | None) -> list[Table]:
    """Machines, and why the engines differ; nothing if they were not asked."""
    if not figures:
        return []
    ratios = _ratios(figures)
    return [_machines(figures), *([ratios] if ratios.rows else [])]


def _machines(figures: tuple[PhysicalFigures, ...]) -> Table:
    """Of each front the fastest point and that of fewest qubits."""
    rows = []
    for (engine, model), group in groupby(figures, key=lambda one: (one.engine, one.model)):
        front = list(group)
        machine = f"{model} [{engine}]"
        rows += [(machine, *_row(front[0])), *([("", *_row(front[-1]))] if front[1:] else [])]
    header = ("machine [engine]", "qubits", "runtime", "distance", "factories", "p_fail")
    return Table(title="Physical machines for the expected totals", header=header, rows=tuple(rows))


def _row(one: PhysicalFigures) -> tuple[object, ...]:
    from qattention.estimates.report import duration  # loaded already: there is an estimate

    return one.physical_qubits, duration(one.runtime_s), one.code_distance, one.n_factories, one.p_fail


def _ratios(figures: tuple[PhysicalFigures, ...]) -> Table:
    rows: list[tuple[object, ...]] = []
    for one in figures:
        if one.versus is not None:
            rows.append((one.model, "qubits", one.versus.physical_qubits, _product(one.versus.qubit_factors)))
            rows.append(("", "runtime", one.versus.runtime, _product(one.versus.runtime_factors)))
    return Table(
        title="Against qdk.qre's fastest point on the same qubits",
        header=("model", "", "ratio", "its factors"),
        rows=tuple(rows),
    )


def _product(factors: dict[str, float]) -> str:
    return " × ".join(f"{name.replace('_', ' ')} {value:.3g}" for name, value in factors.items())
