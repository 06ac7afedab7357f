"""The errors a user can meet; each carries the exit code the command ends with."""

from __future__ import annotations

import os
import reprlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches

MOST_TOLD = 20  # problems in the text of one error; how many more there are is told
MOST_CHARACTERS = 200  # of a value in a line


class QAttentionError(Exception):
    """Any error that is the user's to mend, told in plain lines and without a traceback."""

    exit_code = 2


class SpecError(QAttentionError):
    """Bad input: one line a problem, as `field`: got value; what is allowed.

    Attributes:
        problems: all of them; the error's text has the first MOST_TOLD and how many it leaves out.
    """

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        left_out = len(self.problems) - MOST_TOLD
        more = [f"and {left_out} more problems"] if left_out > 0 else []
        super().__init__("\n".join([*self.problems[:MOST_TOLD], *more]))


class InfeasibleError(QAttentionError):
    """No plan meets the caps: names the binding constraint and the nearest feasible value."""

    exit_code = 3

    def __init__(self, constraint: str, limit: object, nearest: object) -> None:
        self.constraint, self.limit, self.nearest = constraint, limit, nearest
        super().__init__(f"`{constraint}`: {limit} cannot be met; the nearest feasible value is {nearest}")


class ResourceError(QAttentionError):
    """What the work stands on failed or went away: a disk, a stream, a process, a scheduler."""

    exit_code = 74  # EX_IOERR of sysexits.h


class Stopped(BaseException):
    """A signal asked the process to end. Not an Exception: nothing on the way may take it for a failure."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


class CheckFailed(QAttentionError):
    """A verification ran to its end and found a mismatch."""

    exit_code = 1


@contextmanager
def in_file(path: str) -> Iterator[None]:
    """Say of what is wrong inside that it is in this file: chip.toml: `p_physical`: ..."""
    try:
        yield
    except SpecError as error:
        name = brief(os.path.basename(path))[1:-1]
        raise SpecError([f"{name}: {line}" for line in error.problems]) from None


class _Brief(reprlib.Repr):
    """Reprs of values from outside, in constant time and space."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = MOST_CHARACTERS
        self.maxlevel = 3

    def repr_int(self, x: int, level: int) -> str:
        """Python refuses to write very long integers out: they are told by their size."""
        del level
        return repr(x) if x.bit_length() <= MOST_CHARACTERS else f"an integer of {x.bit_length()} bits"


_BRIEF = _Brief()


def brief(value: object) -> str:
    """The value as Python writes it, long ones cut in the middle."""
    return _BRIEF.repr(value)


def told(error: BaseException) -> str:
    """An error of somebody else's code on one short line: its type, and what it says if it can be said."""
    try:
        text = " ".join(str(error).split())
    except BaseException:  # whatever its own __str__ raises
        text = "its text cannot be shown"
    cut = text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}..."
    return f"{type(error).__name__}: {cut}" if cut else type(error).__name__


def near(got: object, known: Iterable[str]) -> str:
    """The words " (did you mean X?)" for a name that is like one of those known, else nothing."""
    found = get_close_matches(got, known, n=1) if isinstance(got, str) and len(got) <= MOST_CHARACTERS else []
    return f" (did you mean {found[0]}?)" if found else ""


def no_such(field: str, got: object, known: Iterable[str]) -> str:
    """One line for a name that there is not: all that there are, and one that is near."""
    names = tuple(known)
    return bad(field, got, f"one of {', '.join(names)}") + near(got, names)


def bad(field: str, got: object, allowed: str) -> str:
    """One line for one problem: the field, the value (cut) and what is allowed."""
    return f"`{field}`: got {brief(got)}; must be {allowed}"


def refuse_unsound(limits: Mapping[str, tuple[object, bool, str]]) -> None:
    """Raise SpecError, a line for each that is not sound; field -> (value, is it sound, what is allowed)."""
    problems = [bad(field, got, allowed) for field, (got, sound, allowed) in limits.items() if not sound]
    if problems:
        raise SpecError(problems)
