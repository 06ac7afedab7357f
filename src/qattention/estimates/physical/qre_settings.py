"""How `qdk.qre` looks for machines: what is asked of it, without the library itself."""

from __future__ import annotations

import attrs

from qattention.errors import SpecError, bad
from qattention.estimates.physical.kind import SEARCHED, TABLED, QreParts
from qattention.estimates.physical.kinds import KINDS
from qattention.estimates.physical.machine import Machine
from qattention.estimates.physical.units import Distillery, distilleries


@attrs.frozen(kw_only=True)
class QreSettings:
    """How `qdk.qre` looks for machines.

    Attributes:
        distances: of the data's code.
        slow_downs: factors by which the program may be slowed to save factories.
        factory: "litinski" (arXiv:1905.06903, table 1, whole units) or "round-based" distillation with a
            search over codes of distance 3 to 25 (arXiv:2211.07629).
        reuse_qubits: whether rounds of a round-based factory share qubits.
        cycle_time_ns: of a round of error correction, of data and factories; None: of the code's schedule.
        yoked: whether qubits beside `n_compute_qubits` wait in 2-D yoked codes (arXiv:2312.04522).
    """

    distances: tuple[int, ...] = tuple(range(3, 52, 2))
    slow_downs: tuple[float, ...] = (1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)
    factory: str = attrs.field(default=TABLED, validator=attrs.validators.in_((TABLED, SEARCHED)))
    reuse_qubits: bool = False
    cycle_time_ns: int | None = None
    yoked: bool = False

    @property
    def is_tabled(self) -> bool:
        """Whether its factories are rows of a table."""
        return self.factory == TABLED


def parts_of(machine: Machine) -> QreParts:
    """How the library is told of the machine's kind.

    Raises:
        SpecError: it is not.
    """
    if machine.what.qre is None:
        known = ", ".join(name for name, kind in KINDS.items() if kind.qre)
        raise SpecError(bad("kind", machine.kind, f"one that qdk.qre costs: {known}"))
    return machine.what.qre


def default_settings(machine: Machine) -> QreSettings:
    """The distances and factories of the machine's kind."""
    parts = parts_of(machine)
    return QreSettings(distances=parts.distances, factory=parts.factory)


def model_name(machine: Machine, settings: QreSettings) -> str:
    """What the machine is called in reports: its name, its code and its factories."""
    return f"{machine.name}, {parts_of(machine).code_name}, {settings.factory} factories"


def round_ns(machine: Machine, settings: QreSettings) -> int:
    """A round of error correction of surface codes."""
    return settings.cycle_time_ns or round(parts_of(machine).round_ns(machine))


def units_of(machine: Machine, settings: QreSettings) -> tuple[Distillery, ...]:
    """The rows that it may take; none where it searches factories itself."""
    return distilleries(machine.p_physical) if settings.is_tabled else ()


def longest_step_ns(machine: Machine, settings: QreSettings) -> float:
    """A logical step at the largest distance: never less than the library's."""
    return max(settings.distances) * max(parts_of(machine).round_ns(machine), settings.cycle_time_ns or 0)
