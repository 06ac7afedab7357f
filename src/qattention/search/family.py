"""The family of schedules: every record, in the order of preference."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from threading import get_ident
from types import MappingProxyType
from typing import Any

from qattention.errors import SpecError, no_such
from qattention.search.adaptive import ADAPTIVE, ADAPTIVE_PHASED, ADAPTIVE_PROMISED
from qattention.search.bbht import BBHT, WORST_CASE
from qattention.search.fixed_point_finds import FIXED_POINT_FINDS
from qattention.search.kind import ScheduleKind
from qattention.search.known_k import COUPON, KNOWN_K, KNOWN_K_EXACT
from qattention.search.schedule import Schedule
from qattention.search.top_k import TOP_K

KINDS = (
    ADAPTIVE,
    ADAPTIVE_PHASED,
    ADAPTIVE_PROMISED,
    KNOWN_K_EXACT,
    KNOWN_K,
    BBHT,
    WORST_CASE,
    COUPON,
    FIXED_POINT_FINDS,
    TOP_K,
)
SCHEDULES: Mapping[str, ScheduleKind] = MappingProxyType({kind.name: kind for kind in KINDS})
DEFAULT_SCHEDULE = KINDS[0].name
EXACT_SCHEDULE = next(kind.name for kind in KINDS if kind.has_matched_steps)
TEXTBOOK_SCHEDULE = next(kind.name for kind in KINDS if kind.is_textbook)


def schedule_kind(name: str) -> ScheduleKind:
    """The record of this name; raises SpecError for an unknown one."""
    if name not in SCHEDULES:
        raise SpecError(no_such("search", name, SCHEDULES))
    return SCHEDULES[name]


def schedule_names() -> tuple[str, ...]:
    """The names of all schedules, the default first."""
    return tuple(SCHEDULES)


def make_schedule(name: str, n_items: int, n_promised: int, eps: float, **options: Any) -> Schedule:
    """The named schedule; see `ScheduleKind.make`. Raises SpecError for an unknown name, too."""
    return schedule_kind(name).make(n_items, n_promised, eps, **options)


def make_wary(name: str, n_items: int, n_promised: int, eps: float) -> Schedule:
    """The named schedule where the promise is a bound; see `ScheduleKind.make_wary`.

    A thread's last one is kept: rows are searched one after another, and share the tables that it leaves in
    itself.
    """
    return _kept_wary(get_ident(), name, n_items, n_promised, eps)


@lru_cache(maxsize=1)
def _kept_wary(thread: int, name: str, n_items: int, n_promised: int, eps: float) -> Schedule:
    del thread  # episodes of one schedule add their runs to its table, each while no other does
    return schedule_kind(name).make_wary(n_items, n_promised, eps)
