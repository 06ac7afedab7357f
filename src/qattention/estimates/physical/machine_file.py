"""Machines by name, or from a TOML file of the user's."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from qattention.errors import SpecError, bad
from qattention.estimates.physical.machine import MACHINES, NAMED, Machine
from qattention.estimates.strict import structured

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
    file = Path(path)
    try:
        if file.suffix != ".toml":
            raise SpecError(bad("machine", path, f"a .toml file, or one of {', '.join(NAMED)}"))
        if file.stat().st_size > MAX_BYTES:
            raise SpecError(bad("machine", path, f"a file of at most {MAX_BYTES} bytes"))
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # a null character in a path; not UTF-8; not TOML
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise SpecError(bad("machine", path, f"a readable TOML file ({reason})")) from None
    return structured(document, Machine, "machine")
