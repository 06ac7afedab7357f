"""Schedules by the names of the command's --search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qattention.errors import SpecError, bad
from qattention.search.adaptive import Adaptive
from qattention.search.schedule import Schedule

SCHEDULES: dict[str, Callable[..., Schedule]] = {"adaptive": Adaptive}


def schedule_names() -> tuple[str, ...]:
    """The names make_schedule accepts, the default first."""
    return tuple(SCHEDULES)


def make_schedule(name: str, n_items: int, n_promised: int, eps: float, **options: Any) -> Schedule:
    """The named schedule for n_items, n_promised marked items promised, total failure eps.

    Raises SpecError for an unknown name or option and for values out of range.
    """
    if name not in SCHEDULES:
        raise SpecError(bad("search", name, "one of " + ", ".join(SCHEDULES)))
    kind = SCHEDULES[name]
    try:
        return kind(n_items=n_items, n_promised=n_promised, eps=eps, **options)
    except TypeError as error:
        raise SpecError(bad("search options", sorted(options), f"those of {name!r}")) from error
