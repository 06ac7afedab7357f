"""What `search`, `study` and `sync` report: the fields of their JSON."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class TrialReport:
    """What the Monte Carlo saw; `missed` counts trials that ended certified with items left."""

    n: int
    iterations_mean: float
    iterations_stderr: float
    find_iterations_mean: float
    find_iterations_stderr: float
    missed: int


@attrs.frozen(kw_only=True)
class SearchReport:
    """The fields of `search --json`; iterations of one row.

    Attributes:
        iterations_stderr, certificate_iterations_stderr: standard errors of the means; 0 where exact.
    """

    search: str
    iterations_mean: float
    iterations_stderr: float
    iterations_p95: float
    iterations_worst_case: int
    certificate_iterations: float
    certificate_iterations_stderr: float
    p_fail_bound: float
    trials: TrialReport


@attrs.frozen(kw_only=True)
class StudyReport:
    """The fields of `study --json`: what was run, the files written and one line that answers."""

    title: str
    points: int
    files: tuple[str, ...]
    summary: str


@attrs.frozen(kw_only=True)
class SyncReport:
    """The fields of `sync --json`.

    Attributes:
        files: how many are generated. differing: those whose content was not what it should be.
        left_over: files that nothing generates any more. written: whether the differing ones were written.
    """

    files: int
    differing: tuple[str, ...]
    left_over: tuple[str, ...]
    written: bool
