"""Schedules by the names of the command's --search."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from qattention.errors import SpecError, bad
from qattention.search.adaptive import Adaptive, AdaptivePhased, AdaptivePromised
from qattention.search.bbht import Bbht, WorstCase
from qattention.search.fixed_point_finds import FixedPointFinds
from qattention.search.known_k import KnownK
from qattention.search.schedule import Schedule
from qattention.search.top_k import TopK

SCHEDULES: dict[str, Callable[..., Schedule]] = {
    "adaptive": Adaptive,
    "adaptive-phased": AdaptivePhased,
    "adaptive-promised": AdaptivePromised,
    "known-k-exact": partial(KnownK, name="known-k-exact"),
    "known-k": KnownK,
    "bbht": Bbht,
    "worst-case": WorstCase,
    "coupon": partial(KnownK, name="coupon"),
    "fixed-point": FixedPointFinds,
    "top-k": TopK,
}


def schedule_names() -> tuple[str, ...]:
    """The names make_schedule accepts, the default first."""
    return tuple(SCHEDULES)


def has_matched_steps(name: str) -> bool:
    """Whether each run of the named schedule ends with an iteration that has phases of its own."""
    return name == "known-k-exact"


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


def make_wary(name: str, n_items: int, n_promised: int, eps: float) -> Schedule:
    """The named schedule where at most n_promised items are promised: none ends on a count without proof.

    One that trusts exactly n_promised to be marked then looks for more; raises as make_schedule does.
    """
    schedule = make_schedule(name, n_items, n_promised, eps)
    return make_schedule(name, n_items, n_promised, eps, verify=True) if schedule.trusts_promise else schedule
