"""The errors a user can meet; each carries the exit code the command ends with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class QAttentionError(Exception):
    """Any error that is the user's to mend, told in plain lines and without a traceback."""

    exit_code = 2


class SpecError(QAttentionError):
    """Bad input: every problem found, one line each, as `field`: got value; what is allowed."""

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class InfeasibleError(QAttentionError):
    """No plan meets the caps: names the binding constraint and the nearest feasible value."""

    exit_code = 3

    def __init__(self, constraint: str, limit: object, nearest: object) -> None:
        self.constraint, self.limit, self.nearest = constraint, limit, nearest
        super().__init__(f"`{constraint}`: {limit} cannot be met; the nearest feasible value is {nearest}")


class CheckFailed(QAttentionError):
    """A verification ran to its end and found a mismatch."""

    exit_code = 1


def bad(field: str, got: object, allowed: str) -> str:
    """One line for one problem: the field, the value and what is allowed."""
    return f"`{field}`: got {got!r}; must be {allowed}"


def refuse_unsound(limits: Mapping[str, tuple[object, bool, str]]) -> None:
    """Raise SpecError, a line for each that is not sound; field -> (value, is it sound, what is allowed)."""
    problems = [bad(field, got, allowed) for field, (got, sound, allowed) in limits.items() if not sound]
    if problems:
        raise SpecError(problems)
