"""Machines by name, or from a TOML file of the user's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from qattention.errors import SpecError, bad, in_file, near
from qattention.estimates.physical.machine import MACHINES, NAMED, Machine
from qattention.estimates.strict import structured
from qattention.outside import read_text, read_toml

MAX_BYTES = 2**16  # of a file with eight fields


def chosen_machines(names: Sequence[str]) -> tuple[Machine, ...]:
    """The machines called so, or described in files of that path; the usual three if there are none.

    Raises:
        SpecError: no such machine or file, a broken file, or two machines of one name.
    """
    if not names:
        return MACHINES
    found: list[Machine] = []
    problems: list[str] = []
    for name in names:
        try:
            found.append(NAMED[name] if name in NAMED else read_machine(name))
        except SpecError as error:
            problems += error.problems
    twice = sorted({one.name for one in found if sum(one.name == other.name for other in found) > 1})
    problems += [bad("machine", name, "the name of one machine only") for name in twice]
    if problems:
        raise SpecError(problems)
    return tuple(found)


def read_machine(path: str) -> Machine:
    """The machine of a TOML file: fields of `Machine`, of which only p_physical is needed.

    Raises:
        SpecError: no such file, not TOML, unknown fields, or values out of range; a line each.
    """
    if PurePath(path).suffix != ".toml":
        raise SpecError(
            bad("machine", path, f"a .toml file, or one of {', '.join(NAMED)}") + near(path, NAMED)
        )
    document = read_toml(read_text(path, "machine", MAX_BYTES), "machine")
    with in_file(path):
        return structured(document, Machine, "machine")
