"""What a kind of machine is: one record holds all that is known of it, by its one name."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import attrs

from qattention.errors import bad
from qattention.estimates.physical.counts import LogicalCounts
from qattention.estimates.physical.hardware import THRESHOLD, Hardware
from qattention.estimates.result import PhysicalFigures

TABLED, SEARCHED = "litinski", "round-based"  # factories of `qdk.qre`: rows of a table, or a search
Model = Callable[[LogicalCounts, Hardware, float], PhysicalFigures]


@attrs.frozen(kw_only=True)
class NamedMachine:
    """A machine that `--machine` knows: `name` and the numbers in which it differs from its kind's defaults.

    Attributes:
        place: among the machines costed unless others are asked for, from 1 on; 0: only if asked for.
    """

    name: str
    p_physical: float
    place: int = 0


@attrs.frozen(kw_only=True)
class Published:
    """A machine that others published, to be costed again from their logical counts.

    Attributes:
        counts, p_fail: what the kind's first named machine is asked for.
        model: the words by which the model is found among those that cost it.
        qubits, runtime_s: as published; 0: not published.
        within: of the published figures the ratios are, by a test. source: where they stand.
        why: how the models differ, and what of the figures could not be read.
        repeats: whether the published time counts runs that fail.
    """

    name: str
    counts: LogicalCounts
    p_fail: float
    model: str
    qubits: int
    runtime_s: float
    within: float
    source: str
    why: str
    repeats: bool = False


@attrs.frozen(kw_only=True)
class QreParts:
    """How `qdk.qre` is told of a kind: its qubits, code, factories (imported late: it takes a second).

    Attributes:
        code_name: in the names of models.
        factory: that it takes unless told otherwise.
        distances: of the data's code. inner_distances: of a code inside a round-based factory.
        architecture: (hardware, whether with T gates) -> the library's.
        code: (distances, round in ns or None) -> the library's query.
        round_ns: a round of error correction, or no less.
    """

    code_name: str
    factory: str
    distances: tuple[int, ...]
    inner_distances: tuple[int, ...]
    architecture: Callable[[Hardware, bool], Any]
    code: Callable[[tuple[int, ...], int | None], Any]
    round_ns: Callable[[Hardware], float]


@attrs.frozen(kw_only=True)
class MachineKind:
    """A member of the family.

    Attributes:
        name: in files, in JSON and in print.
        summary: what it is, a sentence for reports. source: of its figures.
        validity: for which hardware and programs the figures hold.
        machines: those with a name of their own.
        gate_time_ns, measurement_time_ns: unless the user gives others.
        has_rounds: whether the user may give the time of a round of error correction, and from
            `least_round_ns` on.
        has_memory: whether qubits that do not work may wait in denser codes.
        has_corridors: whether its models take how far a program's own gates reach, where that is known.
        known_errors: the only physical errors that it is tabled for; empty: any below `most_error`.
        qre: how `qdk.qre` costs it; None: not at all.
        models: quick models that cost it, each from counts, hardware and a failure budget to figures.
        published: machines of this kind that others published.
    """

    name: str
    summary: str
    source: str
    validity: str
    machines: tuple[NamedMachine, ...]
    gate_time_ns: int
    measurement_time_ns: int
    has_rounds: bool
    known_errors: tuple[float, ...] = ()
    most_error: float = THRESHOLD
    least_round_ns: int = 1
    has_memory: bool = False
    has_corridors: bool = False
    qre: QreParts | None = None
    models: tuple[Model, ...] = ()
    published: tuple[Published, ...] = ()

    @property
    def is_tabled(self) -> bool:
        """Whether its factories are rows of a table for few physical errors."""
        return self.qre is not None and self.qre.factory == TABLED

    def problems(self, one: Hardware) -> list[str]:
        """What this kind cannot be; a line each."""
        found = [*self._error_problems(one.p_physical), *self._round_problems(one.cycle_time_ns)]
        if one.compute_share is not None and not self.has_memory:
            found.append(bad("compute_share", one.compute_share, f"absent for {self.name}"))
        return found

    def _error_problems(self, p_physical: float) -> list[str]:
        if not 0 < p_physical < THRESHOLD:  # told for every kind
            return []
        if self.known_errors and not any(math.isclose(p_physical, known) for known in self.known_errors):
            known = " or ".join(f"{error:g}" for error in self.known_errors)
            return [bad("p_physical", p_physical, f"{known} for {self.name}")]
        if p_physical > self.most_error:
            return [bad("p_physical", p_physical, f"at most {self.most_error:g} for {self.name}")]
        return []

    def _round_problems(self, cycle_time_ns: int | None) -> list[str]:
        if cycle_time_ns is None:
            return []
        if not self.has_rounds:
            return [bad("cycle_time_ns", cycle_time_ns, f"absent for {self.name}")]
        if cycle_time_ns < self.least_round_ns:
            return [bad("cycle_time_ns", cycle_time_ns, f"at least {self.least_round_ns}")]
        return []
