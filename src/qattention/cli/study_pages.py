"""The files of estimates/: result, report and figure of each study, and the index."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qattention.cli.estimate import estimate_of
from qattention.cli.output import json_text
from qattention.cli.project import read, spliced
from qattention.errors import InfeasibleError

if TYPE_CHECKING:
    from qattention.estimates.studies import Point, PointStore, Study, StudyResult

MOVED = "## Numbers that moved, and why\n\nNone yet: these are the first."
GENERATED = "Generated from `study.toml`; the numbers are in `result.json`."
ORACLE = "![The oracle of one query row, on a small example](../../bloqs/heavy_key_oracle.svg)"


def study_folders(root: Path) -> list[Path]:
    """Folders of estimates/ with a study.toml, by name."""
    return sorted(path.parent for path in (root / "estimates").glob("*/study.toml"))


def study_files(root: Path, advance: Callable[[], None], executor: Executor) -> dict[str, str]:
    """Relative path -> content of every generated file of estimates/; all studies are solved at once."""
    from qattention.estimates.studies import read_study

    studies = {folder.name: read_study(folder / "study.toml") for folder in study_folders(root)}
    longest_first = sorted(studies, key=lambda name: studies[name].kind == "estimate")
    with ThreadPoolExecutor(max(1, len(studies))) as threads:  # they wait for the executor's processes
        waiting = {name: threads.submit(solve_study, studies[name], executor) for name in longest_first}
        for _ in as_completed(waiting.values()):
            advance()
    files: dict[str, str] = {}
    lines = []
    for name, study in studies.items():
        made, summary = waiting[name].result()
        files |= {f"estimates/{name}/{file}": text for file, text in made.items()}
        lines.append((f"[{study.title}]({name}/report.md)", study.question, summary))
    files["estimates/README.md"] = _index(root, lines)
    return files


def solve_study(
    study: Study,
    executor: Executor,
    store: PointStore | None = None,
    on_point: Callable[[], object] = lambda: None,
) -> tuple[dict[str, str], str]:
    """(file name -> content, one line that answers).

    Raises:
        SpecError, InfeasibleError: bad options; no plan within the caps of a study without a sweep.
    """
    from qattention.estimates.studies import check_paths, run_points, study_points, study_result

    if study.kind == "scaling":
        return _scaling(study, executor)
    check_paths(study)
    points = study_points(study)
    solved = run_points(points, solve_point, executor, store, on_point)
    return _sweep(study, study_result(study, points, solved)) if study.sweep else _single(study, solved[0])


def solve_point(point: Point) -> dict[str, Any]:
    """The estimate of a point as JSON's types, or what binds where nothing is feasible."""
    from qattention.estimates import to_dict, with_physical
    from qattention.problem import load_head

    study = point.study
    try:
        estimate = estimate_of(study.options(), None if study.head is None else load_head(study.head))
        machines = None if study.machine is None else [study.machine]
        result = with_physical(estimate, machines=machines) if study.physical else estimate
        return {"estimate": to_dict(result)}
    except InfeasibleError as error:
        if not point.axes:
            raise
        return {"infeasible": str(error)}


def _single(study: Study, solved: dict[str, Any]) -> tuple[dict[str, str], str]:
    import json

    from qattention.estimates import estimate_from_json
    from qattention.render.estimate_report import estimate_markdown
    from qattention.render.estimate_tables import summary_line

    estimate = estimate_from_json(json.dumps(solved["estimate"]))
    head = "\n\n".join([study.question, GENERATED, ORACLE, *study.notes])
    title, rest = estimate_markdown(estimate, study.title).split("\n\n", 1)
    files = {"result.json": json_text(solved["estimate"]), "report.md": f"{title}\n\n{head}\n\n{rest}"}
    return files, summary_line(estimate)


def _sweep(study: Study, result: StudyResult) -> tuple[dict[str, str], str]:
    from qattention.estimates import to_dict
    from qattention.render.study_report import study_markdown, study_summary, study_svg

    files = {"result.json": json_text(to_dict(result)), "report.md": study_markdown(study, result, GENERATED)}
    if study.figure is not None:
        files["figure.svg"] = study_svg(study, result)
    return files, study_summary(study, result)


def _scaling(study: Study, executor: Executor) -> tuple[dict[str, str], str]:
    from qattention.estimates import to_dict
    from qattention.estimates.scaling import scaling_report
    from qattention.render.scaling_figure import scaling_svg
    from qattention.render.study_report import scaling_markdown, scaling_summary

    report = executor.submit(scaling_report).result()
    files = {
        "result.json": json_text({"schema": "qattention/scaling/1", **to_dict(report)}),
        "report.md": scaling_markdown(study, report, GENERATED),
        "figure.svg": scaling_svg(report),
    }
    return files, scaling_summary(report)


def _index(root: Path, lines: list[tuple[str, str, str]]) -> str:
    from qattention.render.bloq_text import markdown_table

    introduction = (
        "What attention heads would cost. Each folder holds a `study.toml` by hand and, generated from it, "
        "`result.json`, `report.md` and, for a sweep, `figure.svg`."
    )
    table = markdown_table(("study", "question", "answer"), lines)
    return spliced(read(root / "estimates" / "README.md"), "Estimates", f"{introduction}\n\n{table}", MOVED)
