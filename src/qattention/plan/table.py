"""`PlanTable`: many plans of one problem at once, a column a figure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.costs import IntArray
from qattention.formulas import TOFFOLI_T, SharedSums
from qattention.plan.beside import PARTS, Beside
from qattention.plan.hardware import HardwareMemory
from qattention.plan.look_ups import LookUps
from qattention.plan.pareto import pareto_front
from qattention.plan.plan import Plan
from qattention.plan.searches import MeanSearches, WorstSearches

Floats = NDArray[np.float64]


@attrs.frozen(kw_only=True, eq=False)
class Setting:
    """What plans have in common that differ in their look-ups alone.

    Attributes:
        plan: one of them. look_ups: how they look keys up. sums: on their loads. memory: a device's.
    """

    plan: Plan
    beside: Beside
    sums: SharedSums
    look_ups: LookUps
    memory: HardwareMemory


@attrs.frozen(kw_only=True, eq=False, slots=False)
class PlanTable:
    """One entry a plan; the figures are those of `PlanTotals`.

    Attributes:
        expected_t, expected_toffoli, expected_t_depth: means of all loads together; float64, (n_plans,).
        worst_t: T gates of the longest episodes, typical weights; float64, (n_plans,).
        qubits, t_depth: the most that any load needs, and the deepest iteration's; int64, shape (n_plans,).
        settings: in the order of the entries.
    """

    expected_t: Floats
    expected_toffoli: Floats
    expected_t_depth: Floats
    worst_t: Floats
    qubits: IntArray
    t_depth: IntArray
    settings: tuple[Setting, ...]

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
        return np.cumsum([len(setting.look_ups.choices) for setting in self.settings])

    @cached_property
    def loaders(self) -> NDArray[np.str_]:
        """The loader's name of every entry."""
        return np.array([kind.name for one in self.settings for kind, _, _ in one.look_ups.choices])

    def at(self, entry: int) -> tuple[Setting, Plan]:
        """The plan of an entry, and what it has in common with others."""
        place = int(np.searchsorted(self._ends, entry, side="right"))
        setting = self.settings[place]
        start = int(self._ends[place]) - len(setting.look_ups.choices)
        loader, block, unload_block = setting.look_ups.choices[entry - start]
        circuit = attrs.evolve(
            setting.plan.circuit, loader=loader, block_size=block, unload_block=unload_block
        )
        memory = setting.memory if loader.is_device else None
        return setting, attrs.evolve(setting.plan, circuit=circuit, memory=memory)

    def plan(self, entry: int) -> Plan:
        """The plan of an entry."""
        return self.at(entry)[1]


FIGURES = ("expected_t", "expected_toffoli", "expected_t_depth", "worst_t", "qubits", "t_depth")


def plan_table(settings: Sequence[Setting]) -> PlanTable:
    """All look-ups of all settings: for each schedule, padding, rows a load and form of the inner product."""
    columns = [_figures(setting) for setting in settings]
    figures = {name: np.concatenate([column[name] for column in columns]) for name in FIGURES}
    return PlanTable(**figures, settings=tuple(settings))


def joined(tables: Sequence[PlanTable]) -> PlanTable:
    """The entries of all tables (at least one), one after another."""
    columns = {name: np.concatenate([getattr(table, name) for table in tables]) for name in FIGURES}
    return PlanTable(**columns, settings=tuple(setting for table in tables for setting in table.settings))


def _figures(setting: Setting) -> dict[str, NDArray[np.generic]]:
    """What a plan costs is a sum over its parts, and the schedule says how often each is run."""
    look_ups, rest, sums = setting.look_ups, setting.beside, setting.sums
    counts = np.asarray(rest.groups.count.astype(np.float64))

    def uses_of(searches: MeanSearches | WorstSearches, name: str) -> Floats:
        return np.asarray(counts * getattr(searches, name).astype(np.float64))

    def beside(searches: MeanSearches | WorstSearches, field: str) -> float:
        uses = [
            uses_of(searches, name)
            * (part.t_depth if field == "t_depth" else getattr(part.costs, field)).astype(np.float64)
            for name, part in rest.parts.items()
        ]
        return float(np.sum(sum(uses)))

    def toffoli_of(searches: MeanSearches | WorstSearches) -> Floats:
        iterations = uses_of(searches, "iterations")
        summed = float(np.sum(iterations * (sums.toffoli + sums.ladder)))
        return np.asarray(look_ups.toffoli @ iterations + (summed + beside(searches, "toffoli")))

    def t_of(searches: MeanSearches | WorstSearches) -> Floats:
        return TOFFOLI_T * toffoli_of(searches) + rest.t_per_rotation * beside(searches, "rotation")

    iterations = uses_of(rest.mean, "iterations")
    layers = float(np.sum(iterations * sums.t_depth) + beside(rest.mean, "t_depth"))
    qubits = np.max(np.maximum(look_ups.peak, look_ups.held + sums.wires), axis=1)
    deepest = look_ups.t_depth + (sums.t_depth + rest.parts[PARTS[0]].t_depth)
    fewest = max(int(np.max(rest.parts[name].costs.qubits)) for name in ("find", "runs"))
    return {
        "expected_t": t_of(rest.mean),
        "expected_toffoli": toffoli_of(rest.mean),
        "expected_t_depth": look_ups.t_depth @ iterations + layers,
        "worst_t": t_of(rest.worst),
        "qubits": np.maximum(qubits, fewest),
        "t_depth": np.max(deepest, axis=1),
    }
