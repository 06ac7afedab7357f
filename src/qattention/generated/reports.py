"""What `study` and `sync` report: the fields of their JSON."""

from __future__ import annotations

import attrs


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
