"""`study` and `diff`: many estimates, and two."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from qattention.api.shown import Shown, dressed, flat, plain
from qattention.errors import SpecError, in_file
from qattention.estimates.diff import result as differences
from qattention.estimates.result import Estimate

if TYPE_CHECKING:
    from qattention.api.options import Path as PathLike
    from qattention.estimates.studies import PointStore, Solved, Study
    from qattention.render.page import Page
    from qattention.render.tables import Table

T = TypeVar("T")


class Here(Executor):
    """Runs what is submitted at once, in this process."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        found: Future[T] = Future()
        try:
            found.set_result(fn(*args, **kwargs))
        except Exception as error:
            found.set_exception(error)
        return found


@attrs.frozen(kw_only=True, eq=False, repr=False)
class StudyRun(Shown):
    """A study and what it came to.

    Attributes:
        study: what was asked. solved: an estimate, the figures of a sweep's points, or the scaling verdict.
        files: name -> content of what the command writes. summary: one line that answers.
    """

    SCHEMA = "study"
    study: Study
    solved: Solved
    files: Mapping[str, str]
    summary: str

    def answer(self) -> list[str]:
        return [f"{self.study.title}: {self.summary}"]

    def tables(self) -> list[Table]:
        from qattention.render.study_report import study_tables

        return study_tables(self.study, self.solved)

    def lines(self) -> list[str]:
        """The author's notes, and what is infeasible."""
        from qattention.render.study_report import study_lines

        return study_lines(self.study, self.solved)

    def page(self) -> Page:
        """The report that `write` writes, as a page of its own, with the figures of result.json."""
        from qattention.render.study_report import study_page

        return study_page(self.study, self.solved, self.summary, self.files["result.json"])

    def table(self, form: str = "markdown", *, label: str = "tab:study", digits: int = 4) -> str:
        """A row an estimate, as "latex" (booktabs and longtable), "csv" or "markdown".

        Args:
            label: of the LaTeX table. digits: significant ones of a figure; CSV has them all.
        Raises:
            SpecError: no such format, or a study without points.
        """
        from qattention.export.study_table import table_text

        return table_text(self.study, self.solved, form, label=label, digits=digits)

    def rows(self) -> list[dict[str, object]]:
        """A row an estimate: its axes, then its figures by their paths."""
        from qattention.export.study_table import study_rows

        return [dict(row) for row in study_rows(self.study, self.solved)]

    def to_dict(self) -> dict[str, Any]:
        told = {"title": self.study.title, "points": self.n_points, "files": list(self.files)}
        return {"schema": "qattention/study/1", **told, "summary": self.summary}

    @property
    def n_points(self) -> int:
        """How many estimates were asked for."""
        from qattention.estimates.studies import study_points

        return len(study_points(self.study))

    def write(self, folder: PathLike) -> list[Path]:
        """Write the files into a folder; the paths.

        Raises:
            SpecError, ResourceError: it cannot be written to.
        """
        from qattention.outside import write_file

        paths = [Path(folder) / name for name in self.files]
        for path, text in zip(paths, self.files.values(), strict=True):
            write_file(path, text)
        return paths

    def figure(self) -> Any:
        """The plot that the study asks for, as a matplotlib figure.

        Raises:
            SpecError: it asks for none.
        """
        from qattention.render.study_report import solved_figure

        return solved_figure(self.study, self.solved)


def study(
    path: PathLike | Study,
    *,
    columns: Sequence[str] = (),
    executor: Executor | None = None,
    store: PointStore | None = None,
    on_point: Callable[[], object] = lambda: None,
) -> StudyRun:
    """Run a study.toml, or the one of a folder; nothing is written: `qattention study`.

    Args:
        path: of the file, of its folder, or a study at hand.
        columns: in place of the study's own: paths into `estimate --json`, each with "=label" if it likes.
        executor: of `concurrent.futures`; this process unless given. store: keeps finished points.
        on_point: called after each.
    Returns:
        What was asked and what it came to; `write` makes the files that the command writes.
    Raises:
        SpecError, InfeasibleError: a study that is none; options out of range; nothing feasible.
    """
    from qattention.estimates.studies import Study, solve_study
    from qattention.render.study_report import study_files

    asked = with_columns(read(path), columns)
    with in_file("study" if isinstance(path, Study) else os.fspath(path)):
        solved = solve_study(asked, executor or Here(), store, on_point)
    files, summary = study_files(asked, solved)
    return StudyRun(study=asked, solved=solved, files=files, summary=summary)


def read(path: PathLike | Study) -> Study:
    """The study of a file, or of a folder's study.toml."""
    from qattention.estimates.studies import Study, read_study

    if isinstance(path, Study):
        return path
    return read_study(Path(path) / "study.toml" if os.path.isdir(path) else Path(path))


def with_columns(study: Study, columns: Sequence[str]) -> Study:
    """With other columns than its own, if any are given; a path keeps the label that the study gives it."""
    from qattention.estimates.studies.spec import Column

    if not columns:
        return study
    own = {one.path: one.label for one in study.columns}
    pairs = [text.partition("=") for text in columns]
    if any(not path for path, _, _ in pairs):
        raise SpecError(
            "`columns`: got an empty one; must be paths into `estimate --json`, path or path=label"
        )
    made = tuple(Column(path=path, label=label or own.get(path, path)) for path, _, label in pairs)
    return attrs.evolve(study, columns=made)


class DiffReport(Shown, differences.DiffReport):
    """Why two estimates differ: see `qattention.estimates.diff.DiffReport` for the fields."""

    SCHEMA = "diff"

    def answer(self) -> list[str]:
        from qattention.render.answers import diff_answer
        from qattention.render.diff_tables import diff_lines

        return diff_answer(self, diff_lines(self))

    def tables(self) -> list[Table]:
        from qattention.render.diff_tables import diff_tables

        return diff_tables(self)

    def lines(self) -> list[str]:
        from qattention.render.diff_tables import diff_lines

        return [] if self.identical else diff_lines(self)[:-1]

    def rows(self) -> list[dict[str, object]]:
        """A row a total of both."""
        return [flat(plain(one)) for one in self.totals]


def diff(a: Estimate | PathLike, b: Estimate | PathLike) -> DiffReport:
    """Explain why two estimates differ: `qattention diff`.

    Args:
        a, b: estimates, or paths of what `estimate --json` printed.
    Returns:
        The inputs and choices that differ, each total of both, and the factors that explain their ratio.
    Raises:
        SpecError: a file that holds no estimate; a line for each.
    """
    from qattention.api.estimating import read_estimate
    from qattention.estimates.diff import compare_estimates

    found: list[Estimate] = []
    problems: list[str] = []
    for one in (a, b):
        try:
            found.append(one if isinstance(one, Estimate) else read_estimate(one, "estimate"))
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(problems)
    names = tuple(name if isinstance(one, Estimate) else os.fspath(one) for one, name in ((a, "a"), (b, "b")))
    return dressed(DiffReport, compare_estimates(found[0], found[1], (names[0], names[1])))
