"""What can be asked: the tables of options of the library, the command and studies."""

from __future__ import annotations

import attrs

from qattention.errors import SpecError, near
from qattention.options import declared, option
from qattention.plan.options import PlanOptions
from qattention.problem.options import ProblemOptions
from qattention.reference.quantisation import Quantisation

MACHINES = "Machines"


@attrs.frozen(kw_only=True)
class MachineOptions:
    """The machines that would run it.

    Attributes:
        physical: whether machines are costed; None: those that can be built. It is an error if none of those
            asked for can.
        machine: names, files, or machines; the usual ones unless given.
        machine_p_fail: budget of the machine's own failures, beside the problem's.
    """

    physical: bool | None = option(
        "Physical machines from two engines; exit 3 only if asked for.",
        group=MACHINES,
        told="those that can be built",
    )
    machine: tuple[object, ...] = option(
        "Hardware, as often as you like.",
        default=(),
        metavar="NAME|FILE.toml",
        group=MACHINES,
        told="three that qdk.qre knows",
    )
    machine_p_fail: float | None = option(
        "Failure of the machine, beside --p-fail.", group=MACHINES, told="0.1"
    )


__all__ = ["TABLES", "MachineOptions", "PlanOptions", "ProblemOptions", "Quantisation", "table_of"]

TABLES: dict[str, type] = {  # of a study, and of the library's keyword arguments
    "problem": ProblemOptions,
    "plan": PlanOptions,
    "quantisation": Quantisation,
    "machines": MachineOptions,
}


def table_of(name: str) -> str:
    """The table that an option stands in.

    Raises:
        SpecError: there is no such option; the line names one that is near.
    """
    known = {one.name: table for table, kind in reversed(TABLES.items()) for one in declared(kind)}
    if name not in known:
        raise SpecError(f"`{name}`: no such option{near(name, known)}")
    return known[name]
