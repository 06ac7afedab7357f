"""A report as values: groups of entries, each with its numbers in prose (the Azure estimator's manner)."""

from __future__ import annotations

import math

import attrs

from qattention.estimates.result import Assumption


@attrs.frozen(kw_only=True)
class ReportEntry:
    """One figure.

    Attributes:
        path: where it stands in the estimate's JSON: "logical/expected/toffoli".
        label: what it is called. value: as shown.
        description: what it is, whatever the numbers.
        explanation: why it has this value, with the numbers that make it.
    """

    path: str
    label: str
    value: str
    description: str
    explanation: str


@attrs.frozen(kw_only=True)
class ReportGroup:
    """Entries of one subject."""

    title: str
    entries: tuple[ReportEntry, ...]


@attrs.frozen(kw_only=True)
class Report:
    """The whole: figures, and what they rest on.

    Attributes:
        conventions: how things are counted. assumptions: the estimate's own.
        witnesses: dotted field -> independent sources that gave its value.
        verified: sizes at which they were held equal, a line each. versions: what moves numbers.
    """

    groups: tuple[ReportGroup, ...]
    conventions: tuple[Assumption, ...]
    assumptions: tuple[Assumption, ...]
    witnesses: dict[str, tuple[str, ...]]
    verified: tuple[str, ...]
    versions: dict[str, str]


def entry(path: str, label: str, value: object, description: str, explanation: str) -> ReportEntry:
    """An entry; a number is shown as `told` shows it."""
    return ReportEntry(
        path=path, label=label, value=told(value), description=description, explanation=explanation
    )


def told(value: object) -> str:
    """A figure in prose: whole numbers up to a billion in full, others to four digits."""
    if value is None:
        return "not computed"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and abs(value) < 10**9:
        return f"{value:,}"
    if isinstance(value, int | float):
        number = _decimal(value)
        return f"{number:,.0f}" if 1e4 <= abs(number) < 1e9 else f"{number:,.4g}"
    return str(value)


def _decimal(value: int | float) -> float:
    """Integers beyond the floats, rare as they are, are as good as infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


LONG_UNITS = (("years", 365 * 86_400), ("days", 86_400), ("h", 3600), ("min", 60))
UNITS = (*LONG_UNITS, ("s", 1), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9))


def duration(runtime_s: float) -> str:
    """In the largest unit that it fills, three digits: 171 days."""
    for unit, length_s in UNITS:
        if runtime_s >= length_s:
            value = runtime_s / length_s
            return f"{value:.3g} {unit}" if value < 1000 else f"{told(value)} {unit}"
    return f"{runtime_s / 1e-12:.3g} ps"
