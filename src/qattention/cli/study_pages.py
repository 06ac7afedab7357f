"""The files of estimates/: result, report and figure of each study, and the index."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING

from qattention.cli.project import read, spliced

if TYPE_CHECKING:
    from qattention.estimates.studies import Study

CALIBRATED = "What does the product say of published machines, and what do T counts hide?"
MOVED = "## Numbers that moved, and why\n\nNone yet: these are the first."


def study_folders(root: Path) -> list[Path]:
    """Folders of estimates/ with a study.toml, by name."""
    return sorted(path.parent for path in (root / "estimates").glob("*/study.toml"))


def study_files(root: Path, advance: Callable[[], None], executor: Executor) -> dict[str, str]:
    """Relative path -> content of every generated file of estimates/; all studies are solved at once."""
    from qattention.estimates.studies import read_study

    studies = {folder.name: read_study(folder / "study.toml") for folder in study_folders(root)}
    longest_first = sorted(studies, key=lambda name: studies[name].kind == "estimate")
    threads = ThreadPoolExecutor(max(1, len(studies)))  # they wait for the executor's processes
    try:
        waiting = {name: threads.submit(_pages, studies[name], executor) for name in longest_first}
        for _ in as_completed(waiting.values()):
            advance()
    finally:
        threads.shutdown(wait=False)  # who is interrupted does not wait for them
    files: dict[str, str] = {}
    lines = []
    for name, study in studies.items():
        made, summary = waiting[name].result()
        files |= {f"estimates/{name}/{file}": text for file, text in made.items()}
        lines.append((f"[{study.title}]({name}/report.md)", study.question, summary))
    files["estimates/calibration/report.md"], summary = _calibration()
    lines.append(("[Published machines, costed again](calibration/report.md)", CALIBRATED, summary))
    files["estimates/README.md"] = _index(root, lines)
    return files


def _pages(study: Study, executor: Executor) -> tuple[dict[str, str], str]:
    from qattention.estimates.studies import solve_study
    from qattention.render.study_report import study_files as files_of

    return files_of(study, solve_study(study, executor))


def _calibration() -> tuple[str, str]:
    from qattention.estimates.calibrated import calibrated
    from qattention.render.calibration_page import calibration_page, calibration_summary

    found = calibrated()
    return calibration_page(found), calibration_summary(found)


def _index(root: Path, lines: list[tuple[str, str, str]]) -> str:
    from qattention.render.bloq_text import markdown_table

    introduction = (
        "What attention heads would cost. Each folder holds a `study.toml` by hand and, generated from it, "
        "`result.json`, `report.md` and, for a sweep, `figure.svg`."
    )
    table = markdown_table(("study", "question", "answer"), lines)
    return spliced(read(root / "estimates" / "README.md"), "Estimates", f"{introduction}\n\n{table}", MOVED)
