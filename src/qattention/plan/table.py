"""`PlanTable`: many plans of one problem at once, a column a figure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.formulas import TOFFOLI_T, Costs, iterate_of, phased_iterate_of
from qattention.formulas.costs import IntArray
from qattention.formulas.part_depths import reflection_t_depth
from qattention.plan.circuits import Circuits
from qattention.plan.hardware import HardwareMemory
from qattention.plan.pareto import pareto_front
from qattention.plan.plan import Plan
from qattention.plan.totals import PlanTotals

Floats = NDArray[np.float64]


@attrs.frozen(kw_only=True, eq=False, slots=False)
class PlanTable:
    """One entry a plan; the figures are those of `PlanTotals`.

    Attributes:
        expected_t, expected_toffoli, expected_t_depth: means of all loads together; float64, (n_plans,).
        qubits, t_depth: the most that any load needs, and the deepest iteration's; int64, shape (n_plans,).
        memory: the device behind a hardware loader.
        parts: (what its plans have in common, their circuits, forms), in the order of the entries.
    """

    expected_t: Floats
    expected_toffoli: Floats
    expected_t_depth: Floats
    qubits: IntArray
    t_depth: IntArray
    parts: tuple[tuple[Plan, Circuits], ...]
    memory: HardwareMemory

    def __len__(self) -> int:
        return len(self.qubits)

    @property
    def volume(self) -> Floats:
        """Qubits times expected T depth."""
        return self.qubits * self.expected_t_depth

    def front(self, within: NDArray[np.intp] | None = None) -> NDArray[np.intp]:
        """Entries (of those `within`) that none beats in qubits, expected T and T depth; by qubits."""
        chosen = np.arange(len(self)) if within is None else within
        costs = np.stack([self.qubits, self.expected_t, self.expected_t_depth], axis=1)[chosen]
        return chosen[pareto_front(costs)]

    @cached_property
    def _ends(self) -> IntArray:
        return np.cumsum([len(circuits.choices) for _, circuits in self.parts])

    @cached_property
    def loaders(self) -> NDArray[np.str_]:
        """The loader of every entry."""
        return np.array([loader for _, circuits in self.parts for loader, _, _ in circuits.choices])

    def plan(self, entry: int) -> Plan:
        """The plan of an entry."""
        part = int(np.searchsorted(self._ends, entry, side="right"))
        common, circuits = self.parts[part]
        start = int(self._ends[part]) - len(circuits.choices)
        loader, block, unload_block = circuits.choices[entry - start]
        memory = self.memory if loader == "hardware" else None
        return attrs.evolve(
            common, loader=loader, block_size=block, unload_block=unload_block, memory=memory
        )


FIGURES = ("expected_t", "expected_toffoli", "expected_t_depth", "qubits", "t_depth")


@attrs.frozen(kw_only=True, eq=False)
class Rest:
    """What runs beside the oracles, the same whatever looks keys up.

    Attributes:
        toffoli, rotation, t_depth: means of all loads together. qubits: the most of any load.
        reflection_t_depth: of an iteration of a find, shape (n_groups,).
    """

    toffoli: float
    rotation: float
    t_depth: float
    qubits: int
    reflection_t_depth: IntArray

    @classmethod
    def of(cls, totals: PlanTotals) -> Rest:
        """Reflections and start states of every run."""
        mean, counts, per_rotation = totals.mean_searches, totals.counts, totals.t_per_rotation
        find = certificate = iterate_of(Costs(), totals.n_items)
        find_depth = certificate_depth = reflection_t_depth(totals.n_items, per_rotation)
        if totals.has_fixed_points:
            certificate = phased_iterate_of(Costs(), totals.n_items)
            phased = reflection_t_depth(totals.n_items, per_rotation, is_sign=False)
            certificate_depth = phased + per_rotation

        def mean_of(of_find: IntArray, of_certificate: IntArray, of_run: IntArray) -> float:
            each = mean.find * of_find + mean.certificate * of_certificate + mean.runs * of_run
            return float(np.sum(counts * each))

        return cls(
            toffoli=mean_of(find.toffoli, certificate.toffoli, totals.run.toffoli),
            rotation=totals.expected("rotation"),
            t_depth=mean_of(find_depth, certificate_depth, totals.run_t_depth),
            qubits=int(max(np.max(find.qubits), np.max(totals.run.qubits))),
            reflection_t_depth=find_depth,
        )


def plan_table(settings: Sequence[tuple[PlanTotals, Circuits]], memory: HardwareMemory) -> PlanTable:
    """All circuits of all settings.

    Args:
        settings: for each schedule, padding, number of rows a load and form of the inner product the totals
            of a plan that has them (with any loader), and the circuits that look its keys up.
        memory: the device that a hardware loader stands for.
    """
    columns = [_figures(totals, circuits) for totals, circuits in settings]
    return PlanTable(
        **{name: np.concatenate([column[name] for column in columns]) for name in FIGURES},
        parts=tuple((totals.plan, circuits) for totals, circuits in settings),
        memory=memory,
    )


def joined(tables: Sequence[PlanTable]) -> PlanTable:
    """The entries of all tables (at least one, of one memory), one after another."""
    columns = {name: np.concatenate([getattr(table, name) for table in tables]) for name in FIGURES}
    parts = tuple(part for table in tables for part in table.parts)
    return PlanTable(**columns, parts=parts, memory=tables[0].memory)


def _figures(totals: PlanTotals, circuits: Circuits) -> dict[str, NDArray[np.generic]]:
    """What a plan costs is a sum over its parts, and the schedule says how often each is run."""
    sums, mean = totals.sums, totals.mean_searches
    iterations = totals.counts * mean.iterations
    rest = Rest.of(totals)
    toffoli = circuits.toffoli @ iterations + float(
        np.sum(iterations * (sums.toffoli + sums.ladder)) + rest.toffoli
    )
    qubits = np.maximum(circuits.peak, circuits.held + sums.wires)
    return {
        "expected_t": TOFFOLI_T * toffoli + totals.t_per_rotation * rest.rotation,
        "expected_toffoli": toffoli,
        "expected_t_depth": circuits.t_depth @ iterations
        + float(np.sum(iterations * sums.t_depth) + rest.t_depth),
        "qubits": np.maximum(np.max(qubits, axis=1), rest.qubits),
        "t_depth": np.max(circuits.t_depth + (sums.t_depth + rest.reflection_t_depth), axis=1),
    }
