"""The points of a sweep: every combination of its axes, in order."""

from __future__ import annotations

from itertools import product
from math import prod

import attrs

from qattention.errors import SpecError, bad
from qattention.estimates.studies.spec import Study, Value

MAX_POINTS = 2**14  # of a sweep: at a tenth of a second each, half an hour


@attrs.frozen(kw_only=True)
class Point:
    """One estimate of a study.

    Attributes:
        axes: what distinguishes it from the others, axis -> value; empty for a study without a sweep.
        study: with these values put in.
    """

    axes: dict[str, Value]
    study: Study


def study_points(study: Study) -> tuple[Point, ...]:
    """All points, the last axis fastest.

    Raises:
        SpecError: an axis is no option, one of its values has the wrong type, or there are too many points.
    """
    n_points = prod(map(len, study.sweep.values()))
    if n_points > MAX_POINTS:
        raise SpecError(bad("sweep", f"{n_points} points", f"at most {MAX_POINTS}"))
    return tuple(_point(study, dict(zip(study.sweep, values, strict=True))) for values in _grid(study))


def _grid(study: Study) -> product[tuple[Value, ...]]:
    return product(*study.sweep.values())


def _point(study: Study, axes: dict[str, Value]) -> Point:
    for axis, value in axes.items():
        study = study.at(axis, value)
    return Point(axes=axes, study=study)
