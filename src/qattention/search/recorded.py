"""Means that were measured already: what a seeded simulation gives, written down beside its question.

A mean depends on the schedule with all its fields, on the marked items and on the number of trials alone, and
these are the key; what is written is the simulation's own figure to the last bit, so that an answer found
here is the answer that would be simulated. Questions of default options on powers of two are written down
(`benchmarks/record_means.py` says which, and writes them again after a change to a schedule); a test asks
some of them again. All others are simulated.

Apart from `measured` because what was written down is a table, and how means are measured a procedure.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from qattention.search.schedule import Schedule, SearchCost

PATH = Path(__file__).with_name("recorded.json")


def question(schedule: Schedule, n_marked: int, n_trials: int) -> str:
    """The key: the schedule with all its fields, marked items, and trials."""
    return f"{schedule!r} {n_marked} {n_trials}"


@cache
def table() -> dict[str, list[float]]:
    """Question -> the fields of a `SearchCost` in order."""
    found: dict[str, list[float]] = json.loads(PATH.read_text(encoding="utf-8"))
    return found


def recorded(schedule: Schedule, n_marked: int, n_trials: int) -> SearchCost | None:
    """The mean, if it was written down."""
    from qattention.search.schedule import SearchCost

    values = table().get(question(schedule, n_marked, n_trials))
    if values is None:
        return None
    names = (field.name for field in attrs.fields(SearchCost))
    return SearchCost(**dict(zip(names, values, strict=True)))
