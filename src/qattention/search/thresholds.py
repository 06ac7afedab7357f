"""What it costs that nobody gives a row's threshold: the schedule that finds it beside the default one."""

from __future__ import annotations

import math

from attrs import frozen

from qattention.search.family import KINDS, make_schedule


@frozen(kw_only=True)
class FoundThresholds:
    """One row's mean iterations with the threshold found, and as a multiple of those with it given.

    Standard errors are those of sampling.
    """

    iterations: float
    iterations_stderr: float
    factor: float
    factor_stderr: float


def found_thresholds(n_items: int, k: int, eps: float, given: str = KINDS[0].name) -> FoundThresholds:
    """Finding the k best of n_items, 1 <= k < n_items, beside finding k marked ones by the schedule `given`.

    Both fail with probability eps at most (`given` by its own terms). Raises SpecError for values out of
    range and an unknown schedule.
    """
    name = next(kind.name for kind in KINDS if kind.finds_thresholds)
    found, told = (make_schedule(each, n_items, k, eps).expected(k) for each in (name, given))
    factor = found.iterations / told.iterations if told.iterations else math.inf
    relative = math.hypot(found.stderr / max(found.iterations, 1.0), told.stderr / max(told.iterations, 1.0))
    return FoundThresholds(
        iterations=found.iterations,
        iterations_stderr=found.stderr,
        factor=factor,
        factor_stderr=factor * relative if told.iterations else 0.0,
    )
