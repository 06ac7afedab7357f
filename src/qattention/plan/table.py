"""`PlanTable`: many plans of one problem at once, a column a figure.

The front is that of any points: which of them no other beats.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import attrs
import numpy as np
from numpy.typing import NDArray

from qattention.costs import IntArray
from qattention.formulas import TOFFOLI_T, SharedSums
from qattention.plan.beside import PARTS, Beside
from qattention.plan.hardware import HardwareMemory
from qattention.plan.look_ups import LookUps
from qattention.plan.plan import Plan


def pareto_front(costs: NDArray[np.float64]) -> NDArray[np.intp]:
    """Positions of the points, shape (n, n_costs), that none dominates: no larger in any cost, less in one.

    Of equal points the first stands for all. Sorted by the first cost, then the second, ...
    """
    order = np.lexsort(costs.T[::-1])  # whatever dominates a point comes before it
    left, front = order, []
    while len(left):
        best, left = left[0], left[1:]
        front.append(best)
        left = left[np.any(costs[left] < costs[best], axis=1)]
    return np.array(front, dtype=np.intp)


Floats = NDArray[np.float64]
ALIKE = 1.02  # ratio of figures that a search for the least price does not tell apart


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
        expected_t, expected_toffoli: means of all loads together; float64, shape (n_plans,).
        qubits: the most that any load needs; int64, shape (n_plans,).
        settings: in the order of the entries.
    """

    expected_t: Floats
    expected_toffoli: Floats
    qubits: IntArray
    settings: tuple[Setting, ...]

    def __len__(self) -> int:
        return len(self.qubits)

    @cached_property
    def _depths(self) -> tuple[Floats, IntArray]:
        expected, deepest = zip(*map(_layers, self.settings), strict=True)
        return np.concatenate(expected), np.concatenate(deepest)

    @property
    def expected_t_depth(self) -> Floats:
        """Means of all loads together, shape (n_plans,); sums are played through when it is asked for."""
        return self._depths[0]

    @property
    def t_depth(self) -> IntArray:
        """The deepest iteration's, shape (n_plans,)."""
        return self._depths[1]

    @cached_property
    def worst_t(self) -> Floats:
        """T gates of the longest episodes, typical weights, shape (n_plans,)."""
        return np.concatenate([_worst_t(setting) for setting in self.settings])

    @property
    def volume(self) -> Floats:
        """Qubits times expected T depth."""
        return self.qubits * self.expected_t_depth

    def front(self, within: NDArray[np.intp] | None = None) -> NDArray[np.intp]:
        """Entries (of those `within`) that none beats in qubits, expected T and T depth; by qubits."""
        chosen = np.arange(len(self)) if within is None else within
        costs = np.stack([self.qubits, self.expected_t, self.expected_t_depth], axis=1)[chosen]
        return chosen[pareto_front(costs)]

    def priced(self, within: NDArray[np.intp]) -> NDArray[np.intp]:
        """The front, and entries that none with the same sums beats in qubits, expected T and all layers.

        A machine takes longer with more T gates, or with more layers, of T and of Cliffords. The sums' layers
        of Cliffords are the same within a setting, and need not be played to compare. Figures are told apart
        to `ALIKE`: a price takes milliseconds, and there are thousands of look-ups.
        """
        layers = self.expected_t_depth + np.concatenate([_clifford_layers(one) for one in self.settings])
        figures = np.stack([self.qubits, self.expected_t, layers], axis=1)
        costs, fronts = np.floor(np.log(np.maximum(figures, 1)) / np.log(ALIKE)), [self.front(within)]
        for start, end in pairwise([0, *self._ends.tolist()]):
            chosen = within[(within >= start) & (within < end)]
            fronts.append(chosen[pareto_front(costs[chosen])])
        return np.unique(np.concatenate(fronts))

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


FIGURES = ("expected_t", "expected_toffoli", "qubits")


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
    iterations = _counts(setting) * rest.mean.iterations
    added = float(np.sum(iterations * (sums.toffoli + sums.ladder)) + _mean_beside(setting, "toffoli"))
    toffoli = look_ups.toffoli @ iterations + added
    qubits = np.max(np.maximum(look_ups.peak, look_ups.held + sums.wires), axis=1)
    fewest = max(int(np.max(rest.parts[name].costs.qubits)) for name in ("find", "runs"))
    return {
        "expected_t": TOFFOLI_T * toffoli + rest.t_per_rotation * _mean_beside(setting, "rotation"),
        "expected_toffoli": toffoli,
        "qubits": np.maximum(qubits, fewest),
    }


def _layers(setting: Setting) -> tuple[Floats, IntArray]:
    """Expected T depth, and that of the deepest iteration."""
    look_ups, rest, sums = setting.look_ups, setting.beside, setting.sums
    iterations = _counts(setting) * rest.mean.iterations
    layers = float(np.sum(iterations * sums.t_depth) + _mean_beside(setting, "t_depth"))
    deepest = look_ups.t_depth + (sums.t_depth + rest.parts[PARTS[0]].t_depth)
    return look_ups.t_depth @ iterations + layers, np.max(deepest, axis=1)


def _clifford_layers(setting: Setting) -> Floats:
    """Expected, of the look-ups alone."""
    layers: Floats = setting.look_ups.clifford_depth @ (_counts(setting) * setting.beside.mean.iterations)
    return layers


def _worst_t(setting: Setting) -> Floats:
    """As the expected T, of the longest episodes."""
    look_ups, rest, sums = setting.look_ups, setting.beside, setting.sums
    uses = {name: _counts(setting) * getattr(rest.worst, name).astype(np.float64) for name in PARTS}
    iterations = uses[PARTS[0]] + uses[PARTS[1]]
    toffoli = look_ups.toffoli @ iterations + float(np.sum(iterations * (sums.toffoli + sums.ladder)))
    beside = {
        field: sum(
            float(np.sum(uses[name] * getattr(part.costs, field).astype(np.float64)))
            for name, part in rest.parts.items()
        )
        for field in ("toffoli", "rotation")
    }
    return np.asarray(TOFFOLI_T * (toffoli + beside["toffoli"]) + rest.t_per_rotation * beside["rotation"])


def _counts(setting: Setting) -> Floats:
    return np.asarray(setting.beside.groups.count.astype(np.float64))


def _mean_beside(setting: Setting, field: str) -> float:
    """Mean of what runs beside the oracles."""
    rest = setting.beside
    uses = [
        getattr(rest.mean, name)
        * (part.t_depth if field == "t_depth" else getattr(part.costs, field)).astype(np.float64)
        for name, part in rest.parts.items()
    ]
    return float(np.sum(_counts(setting) * sum(uses)))
