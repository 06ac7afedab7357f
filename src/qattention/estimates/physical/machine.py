"""Machines: hardware of a kind, checked against what is known of that kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from qattention.errors import bad
from qattention.estimates.physical.hardware import Hardware
from qattention.estimates.physical.kind import MachineKind
from qattention.estimates.physical.kinds import KINDS

if TYPE_CHECKING:
    Kind = str
else:
    Kind = Literal[tuple(KINDS)]  # so that files and JSON Schema know the members

USUAL_KIND = next(iter(KINDS))


def _gate_time(machine: Machine) -> int:
    return KINDS[machine.kind].gate_time_ns if machine.kind in KINDS else 1


def _measurement_time(machine: Machine) -> int:
    return KINDS[machine.kind].measurement_time_ns if machine.kind in KINDS else 1


@attrs.frozen(kw_only=True)
class Machine(Hardware):
    """Hardware whose kind is a member of the family; its times are the kind's unless given."""

    kind: Kind = USUAL_KIND
    gate_time_ns: int = attrs.field(default=attrs.Factory(_gate_time, takes_self=True))
    measurement_time_ns: int = attrs.field(default=attrs.Factory(_measurement_time, takes_self=True))

    def _problems(self) -> list[str]:
        found = super()._problems()
        if self.kind not in KINDS:
            return [bad("kind", self.kind, f"one of {', '.join(KINDS)}"), *found]
        return [*found, *self.what.problems(self)]

    @property
    def what(self) -> MachineKind:
        """All that is known of its kind."""
        return KINDS[self.kind]


NAMED = {  # as on the command line
    one.name: Machine(kind=kind.name, p_physical=one.p_physical)
    for kind in KINDS.values()
    for one in kind.machines
}
_PLACES = {one.name: one.place for kind in KINDS.values() for one in kind.machines if one.place}
MACHINES = tuple(NAMED[name] for name in sorted(_PLACES, key=_PLACES.__getitem__))
