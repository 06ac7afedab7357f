"""`solve_study`: the points of a study, solved on any executor, and what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from qattention.errors import InfeasibleError
from qattention.estimates.joins import JoinEstimate
from qattention.estimates.real_heads import RealHeadsReport, real_heads_report
from qattention.estimates.result import Estimate
from qattention.estimates.scaling import ScalingReport, scaling_report
from qattention.estimates.serialise import estimate_from_json, to_dict
from qattention.estimates.strict import structured
from qattention.estimates.studies.points import Point, study_points
from qattention.estimates.studies.results import StudyResult, check_paths, paths, study_result
from qattention.estimates.studies.spec import Study
from qattention.estimates.studies.sweep import PointStore, run_points

Solved = Estimate | JoinEstimate | StudyResult | ScalingReport | RealHeadsReport


def solve_study(
    study: Study,
    executor: Executor,
    store: PointStore | None = None,
    on_point: Callable[[], object] = lambda: None,
) -> Solved:
    """The estimate, the figures of a sweep, or the verdict that a study asks for.

    Raises:
        SpecError, InfeasibleError: bad options; no plan within the caps of a study without a sweep.
    """
    if study.kind == "scaling":
        return executor.submit(scaling_report).result()
    if study.kind == "real-heads":
        return real_heads_report()
    points = study_points(study)
    check_paths(study, points)
    solved = run_points(points, solve_point, executor, store, on_point)
    if study.sweep:
        return study_result(study, points, solved)
    return _of_one(solved[0]["estimate"])


def _of_one(document: dict[str, Any]) -> Estimate | JoinEstimate:
    """The one estimate of a study without a sweep, as its worker wrote it."""
    if "phases" in document:
        return structured(document, JoinEstimate, "estimate")
    return estimate_from_json(json.dumps(document))


def solve_point(point: Point) -> dict[str, Any]:
    """The estimate of a point as JSON's types, or what binds where nothing is feasible."""
    alone = not point.axes  # the report of one estimate has all
    beside_rows = alone or any(path.startswith("rows_alone.") for path in paths(point.study))
    try:
        return {"estimate": to_dict(point.study.request().costed(beside_rows))}
    except InfeasibleError as error:
        if not point.axes:
            raise
        return {"infeasible": str(error)}
