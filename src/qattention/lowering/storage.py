"""Programs on disk (.npz, no pickle) and a digest of their content."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np

from qattention.errors import SpecError, bad
from qattention.lowering.check import require_valid
from qattention.lowering.layout import LAYOUT, SIDES, from_arrays, misfit, to_arrays
from qattention.lowering.program import GateProgram
from qattention.problem.npz import read_npz


def save(program: GateProgram, path: str | Path) -> None:
    """Write `program` to `path` as an .npz that `load` reads; the file is replaced in one step.

    Raises:
        SpecError: the program is not well formed.
    """
    require_valid(program)
    target = Path(path)
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as file:
            np.savez_compressed(file, **to_arrays(program))  # type: ignore[arg-type]  # stubs see flags only
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def load(path: str | Path) -> GateProgram:
    """The program at `path`; the file is not trusted.

    Raises:
        SpecError: absent, not an .npz, too large, of another layout, or not a well-formed program.
    """
    try:
        with Path(path).open("rb") as stream:
            arrays, problems = read_npz(stream, LAYOUT)
    except OSError as error:
        raise SpecError(bad("program", str(path), f"a readable file ({error.strerror})")) from None
    except SpecError as error:  # the reader speaks of attention heads
        raise SpecError([line.replace("`head`", "`program`") for line in error.problems]) from None
    problems += [bad(name, "nothing", "an array") for name in LAYOUT if name not in arrays and not problems]
    problems += [line for name in arrays for line in misfit(name, arrays[name])]
    if problems:
        raise SpecError(problems)
    program = from_arrays(arrays)
    require_valid(program)
    return program


def digest(program: GateProgram) -> str:
    """SHA-256 of the content, as hex: the same on every host, whatever the order of the registers."""
    sides = {side: dict(sorted(getattr(program, side).items())) for side in SIDES}
    found = hashlib.sha256()
    for name, array in to_arrays(program, sides).items():
        found.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()
