"""`qattention study`: run a study.toml, point by point, on processes or a cluster."""

from __future__ import annotations

import os
from pathlib import Path

import click

from qattention.cli.numbers import WHOLE
from qattention.cli.options import json_option
from qattention.cli.output import check_writable, emit_json, plain, write_file
from qattention.cli.progress import progress
from qattention.cli.reports import StudyReport

POINTS = ".points"  # finished points of a sweep under way, beside its results


@click.command("study")
@click.argument("path", metavar="PATH")
@click.option("--output", metavar="FOLDER", help="Where results go [default: beside the study].")
@click.option("--workers", type=WHOLE, help="Processes [default: one a core].")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler instead (qattention[dask]).")
@json_option
def command(path: str, output: str | None, workers: int | None, scheduler: str | None, as_json: bool) -> None:
    """Run the study at PATH: a study.toml, or its folder.

    Writes result.json, report.md and, for a sweep with a plot, figure.svg. Every finished point is kept, so
    that a run that was killed goes on where it stopped and ends with the same bytes.
    """
    from qattention.cli.executors import executor
    from qattention.estimates.studies import PointStore, read_study, solve_study, study_points
    from qattention.render.study_report import study_files

    source = Path(path) / "study.toml" if os.path.isdir(path) else Path(path)
    study = read_study(source)
    folder = source.parent if output is None else Path(output)
    store, n_points = PointStore(folder=folder / POINTS), len(study_points(study))
    check_writable(
        folder / "result.json", store.folder / "point.json" if os.path.exists(store.folder) else None
    )
    with executor(workers, scheduler) as pool, progress("Points", n_points) as advance:
        files, summary = study_files(study, solve_study(study, pool, store, advance))
    for name, text in files.items():
        write_file(folder / name, text)
    store.clear()
    report = StudyReport(title=study.title, points=n_points, files=tuple(files), summary=summary)
    if as_json:
        emit_json("study", plain(report))
    else:
        click.echo(summary)
        for name in files:
            click.echo(f"{folder / name} written")
