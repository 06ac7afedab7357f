"""What a sweep's points say: the figures that its columns and its plot name, read off each estimate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import attrs

from qattention.errors import SpecError, bad
from qattention.estimates.joins import JoinEstimate
from qattention.estimates.serialise import estimate_schema, json_schema
from qattention.estimates.studies.points import Point
from qattention.estimates.studies.spec import Study, Value

Scalar = Value | None
SCHEMA = "qattention/study/1"


@attrs.frozen(kw_only=True)
class PointResult:
    """One point.

    Attributes:
        axes: what distinguishes it.
        values: path -> figure; null where the estimate has none, or where no plan or machine is feasible.
        infeasible: what binds, if nothing is feasible.
    """

    axes: dict[str, Value]
    values: dict[str, Scalar]
    infeasible: str | None = None


@attrs.frozen(kw_only=True)
class StudyResult:
    """The fields of a sweep's `result.json`."""

    schema: Literal["qattention/study/1"] = SCHEMA  # type: ignore[assignment]
    title: str
    question: str
    points: tuple[PointResult, ...]


def study_result(study: Study, points: Sequence[Point], solved: Sequence[dict[str, Any]]) -> StudyResult:
    """The figures of solved points.

    Args:
        solved: for each point {"estimate": as `estimate --json` gives it} or {"infeasible": why}.
    """
    pairs = zip(points, solved, strict=True)
    return StudyResult(
        title=study.title,
        question=study.question,
        points=tuple(_figures(point, result, paths(study)) for point, result in pairs),
    )


def paths(study: Study) -> tuple[str, ...]:
    """Every path that the study asks for, each once."""
    asked = [column.path for column in study.columns]
    if study.figure is not None:
        figure = study.figure
        asked += [figure.x, figure.y, *(one.path for one in figure.also), *figure.series]
    return tuple(dict.fromkeys(asked))


def _figures(point: Point, solved: Mapping[str, Any], wanted: Iterable[str]) -> PointResult:
    if "infeasible" in solved:
        return PointResult(
            axes=point.axes, values=dict.fromkeys(wanted), infeasible=str(solved["infeasible"])
        )
    estimate = solved["estimate"]
    return PointResult(axes=point.axes, values={path: figure(estimate, path) for path in wanted})


def figure(estimate: Mapping[str, Any], path: str) -> Scalar:
    """The scalar at a checked path; None where the estimate has null, or a list no such item."""
    here: Any = estimate
    for name in path.split("."):
        if isinstance(here, list):
            here = _item(here, name)
        elif here is not None:
            here = here.get(name)  # a table of free names (witnesses, versions) may not have this one
    return here


def _item(items: list[Any], name: str) -> Any:
    """The item of that number, or the first of those whose model has the word."""
    if name.isdecimal():
        return items[int(name)] if int(name) < len(items) else None
    return next((item for item in items if name in item["model"]), None)


def check_paths(study: Study, points: Sequence[Point]) -> None:
    """Refuse figures that no point's estimate has, before any point is computed.

    Raises:
        SpecError: no such field, or no scalar; a line for each.
    """
    schemas = [estimate_schema()]
    if any(point.study.plan.is_join for point in points):  # whose estimate may be of rows, with `auto`
        schemas.append(json_schema(JoinEstimate))
    wrong = {path: [_wrong(schema, path) for schema in schemas] for path in paths(study)}
    problems = [bad("path", path, str(why[0])) for path, why in wrong.items() if all(why)]
    if problems:
        raise SpecError(problems)


def _wrong(schema: Mapping[str, Any], path: str) -> str | None:
    """What is allowed, if the path leads to no scalar."""
    here: Any = schema
    for name in path.split("."):
        here = _present(here)
        if name in here.get("properties", {}):
            here = here["properties"][name]
        elif "items" in here and (name.isdecimal() or "model" in here["items"].get("properties", {})):
            here = here["items"]
        elif isinstance(here.get("additionalProperties"), Mapping):
            here = here["additionalProperties"]
        else:
            known = ", ".join(here.get("properties", {})) or "nothing"
            return f"a field of `estimate --json` ({name!r} is not one of: {known})"
    is_scalar = not {"properties", "items", "additionalProperties"} & _present(here).keys()
    return None if is_scalar else "a scalar of `estimate --json`"


def _present(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a nullable field is where it is not null."""
    options = schema.get("anyOf", (schema,))
    present: Mapping[str, Any] = next(option for option in options if option.get("type") != "null")
    return present
