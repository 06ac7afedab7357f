"""`compare_estimates`: two estimates side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qattention.estimates.diff.factors import total_ratios
from qattention.estimates.diff.model import Change, DiffReport
from qattention.estimates.model import Estimate
from qattention.estimates.serialise import to_dict

INPUTS = ("problem", "plan", "budget", "versions")


def compare_estimates(a: Estimate, b: Estimate, names: tuple[str, str] = ("a", "b")) -> DiffReport:
    """What differs, and the factors by which the totals do."""
    left, right = to_dict(a), to_dict(b)
    return DiffReport(
        a=names[0],
        b=names[1],
        identical=left == right,
        inputs=tuple(change for part in INPUTS for change in _changes(part, left[part], right[part])),
        search=tuple(_changes("search", left["search"], right["search"])),
        iteration=tuple(_iteration_changes(left, right)),
        totals=total_ratios(a, b),
        only_a=_only(a, b),
        only_b=_only(b, a),
        machines_a=_machines(a, b),
        machines_b=_machines(b, a),
    )


def _machines(one: Estimate, other: Estimate) -> tuple[str, ...]:
    """Of one alone."""
    mine, theirs = (
        dict.fromkeys(f"{m.model} [{m.engine}]" for m in side.physical or ()) for side in (one, other)
    )
    return tuple(name for name in mine if name not in theirs)


def _only(one: Estimate, other: Estimate) -> tuple[str, ...]:
    known = set(other.assumptions)
    return tuple(f"{note.text} [{note.source}]" for note in one.assumptions if note not in known)


def _changes(path: str, a: Any, b: Any) -> Iterator[Change]:
    """Scalars below `path` that differ, in the order of a, then those of b alone."""
    if isinstance(a, Mapping) or isinstance(b, Mapping):
        inner_a, inner_b = (x if isinstance(x, Mapping) else {} for x in (a, b))
        for name in dict.fromkeys((*inner_a, *inner_b)):
            yield from _changes(f"{path}.{name}", inner_a.get(name), inner_b.get(name))
    elif a != b:
        yield Change(path=path, a=_scalar(a), b=_scalar(b))


def _scalar(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _iteration_changes(left: dict[str, Any], right: dict[str, Any]) -> Iterator[Change]:
    """Counts of a find's iteration, and of its parts by their paths: null where one lacks it.

    Then the certificate's, unless in both it is the same as the find's.
    """
    fields = ["iteration", "certificate_iteration"]
    for field in fields[: 1 + any(side[fields[0]] != side[fields[1]] for side in (left, right))]:
        a, b = (
            {name: value for name, value in side[field].items() if name != "breakdown"}
            for side in (left, right)
        )
        yield from _changes(field, a, b)
        a, b = (
            {part["path"]: part["toffoli"] for part in side[field]["breakdown"]} for side in (left, right)
        )
        yield from _changes(f"{field}.breakdown", a, b)
