"""`solve_study`: the points of a study, solved on any executor, and what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from qattention.errors import InfeasibleError, SpecError, bad
from qattention.estimates.real_heads import RealHeadsReport, real_heads_report
from qattention.estimates.result import Estimate
from qattention.estimates.scaling import ScalingReport, scaling_report
from qattention.estimates.serialise import estimate_from_json, to_dict
from qattention.estimates.studies.points import Point, study_points
from qattention.estimates.studies.results import StudyResult, check_paths, paths, study_result
from qattention.estimates.studies.spec import Study
from qattention.estimates.studies.sweep import PointStore, run_points

Solved = Estimate | StudyResult | ScalingReport | RealHeadsReport


def solve_study(
    study: Study,
    executor: Executor,
    store: PointStore | None = None,
    on_point: Callable[[], object] = lambda: None,
) -> Solved:
    """The estimate, the figures of a sweep, or the verdict that a study asks for.

    Raises:
        SpecError, InfeasibleError: bad options; no plan within the caps of a study without a sweep; a join in
            one.
    """
    if study.kind == "scaling":
        return executor.submit(scaling_report).result()
    if study.kind == "real-heads":
        return real_heads_report()
    if study.plan.is_join and not study.sweep:
        allowed = "row-by-row or shared-load in a study without a sweep"
        raise SpecError(bad("plan.algorithm", study.plan.algorithm, allowed))
    points = study_points(study)
    check_paths(study, points)
    solved = run_points(points, solve_point, executor, store, on_point)
    if study.sweep:
        return study_result(study, points, solved)
    return estimate_from_json(json.dumps(solved[0]["estimate"]))


def solve_point(point: Point) -> dict[str, Any]:
    """The estimate of a point as JSON's types, or what binds where nothing is feasible."""
    beside_rows = any(path.startswith("rows_alone.") for path in paths(point.study))
    try:
        return {"estimate": to_dict(point.study.request().costed(beside_rows))}
    except InfeasibleError as error:
        if not point.axes:
            raise
        return {"infeasible": str(error)}
