"""What can be asked: the tables of options of the library, the command and studies."""

from __future__ import annotations

import attrs

from qattention.errors import SpecError, bad, near
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


WITNESSES = ("bloqs", "gates")  # that may speak beside closed forms: call graphs, and what they lower to


@attrs.frozen(kw_only=True)
class WitnessOptions:
    """Who must agree on an estimate of sizes.

    Attributes:
        witness: names with commas between; of a head's keys all speak.
    Raises:
        SpecError: a name that is none of WITNESSES.
    """

    witness: str | None = option(
        "Who must agree with the closed forms: call graph, gates over random keys; of HEAD both do.",
        metavar="bloqs,gates",
        group="Witnesses",
        told="closed forms alone",
    )

    def __attrs_post_init__(self) -> None:
        if wrong := [name for name in self.names if name not in WITNESSES]:
            raise SpecError(bad("witness", wrong[0], "bloqs, gates, or both with a comma between"))

    @property
    def names(self) -> tuple[str, ...]:
        """Those asked for."""
        return () if self.witness is None else tuple(map(str.strip, str(self.witness).split(",")))


__all__ = [
    "TABLES",
    "MachineOptions",
    "PlanOptions",
    "ProblemOptions",
    "Quantisation",
    "WitnessOptions",
    "table_of",
]

TABLES: dict[str, type] = {  # of a study, and of the library's keyword arguments
    "problem": ProblemOptions,
    "plan": PlanOptions,
    "quantisation": Quantisation,
    "machines": MachineOptions,
    "witnesses": WitnessOptions,
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
