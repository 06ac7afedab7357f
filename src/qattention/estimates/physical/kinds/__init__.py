"""The family of machine kinds: each module of this folder is one, and holds its record as `KIND`.

A kind is added by adding its module; nothing else lists the members.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from qattention.estimates.physical.kind import MachineKind


def _members() -> dict[str, MachineKind]:
    """Name -> record; those with machines costed by default first, in their order, then by name."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    found: list[MachineKind] = [import_module(f"{__name__}.{name}").KIND for name in names]
    return {one.name: one for one in sorted(found, key=_place)}


def _place(one: MachineKind) -> tuple[int, str]:
    places = [machine.place for machine in one.machines if machine.place]
    return min(places, default=1_000), one.name


KINDS = _members()
