"""`qattention study`: run a study.toml, point by point, on processes or a cluster."""

from __future__ import annotations

import os
from pathlib import Path

import click

from qattention.cli.numbers import WHOLE
from qattention.cli.options import Named, checked_suffix, html_option, json_option
from qattention.cli.options import command as grouped
from qattention.cli.output import check_writable, show, write_file
from qattention.cli.progress import Stages
from qattention.errors import SpecError, bad

POINTS = ".points"  # finished points of a sweep under way, beside its results
TABLES = {"latex": "tex", "csv": "csv", "markdown": "md"}  # format -> suffix of the table


@grouped(
    "study",
    examples=(
        "study estimates/contexts",
        "study study.toml --output results --format latex --label tab:contexts",
        "study study.toml --format csv --columns problem.n_keys,logical.expected.toffoli=Toffoli",
    ),
)
@click.argument("path", metavar="PATH")
@click.option("--output", metavar="FOLDER", help="Where results go [default: beside the study].")
@click.option("--workers", type=WHOLE, help="Processes [default: one a core].")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler instead (qattention[dask]).")
@click.option(
    "--format",
    "form",
    type=Named(lambda: tuple(TABLES)),
    help="Print a table for a paper, a row an estimate, and write it as table.tex, .csv or .md.",
)
@click.option(
    "--columns",
    metavar="PATH[=LABEL],...",
    help="Its figures, paths into `estimate --json` [default: the study's own].",
)
@click.option("--label", help="Of the LaTeX table [default: tab: and the folder's name].")
@click.option("--digits", type=WHOLE, help="Significant ones of a figure; CSV has all [default: 4].")
@click.option(
    "--figure",
    metavar="FILE",
    callback=checked_suffix("svg", "pdf", "png"),
    help="Write the plot here as well; .svg, .pdf or .png.",
)
@html_option
@json_option
def command(
    path: str,
    output: str | None,
    workers: int | None,
    scheduler: str | None,
    form: str | None,
    columns: str | None,
    label: str | None,
    digits: int | None,
    figure: str | None,
    html: str | None,
    as_json: bool,
) -> None:
    """Run the study at PATH: a study.toml, or its folder.

    Writes result.json, report.md and, for a sweep with a plot, figure.svg. Every finished point is kept, so
    that a run that was killed goes on where it stopped and ends with the same bytes.
    """
    from qattention.api.studying import read, study, with_columns
    from qattention.estimates.studies import PointStore, study_points
    from qattention.executors import executor

    _check_table(form, as_json, columns=columns, label=label, digits=digits)
    source = Path(path) / "study.toml" if os.path.isdir(path) else Path(path)
    asked = with_columns(read(path), columns.split(",") if columns is not None else ())
    folder = source.parent if output is None else Path(output)
    if not os.path.isdir(folder):  # a name that no folder can have is none
        raise SpecError(bad("output", os.fspath(folder), "a folder that exists"))
    store, n_points = PointStore(folder=folder / POINTS), len(study_points(asked))
    check_writable(
        folder / "result.json",
        store.folder / "point.json" if os.path.exists(store.folder) else None,
        figure,
        html,
    )
    with executor(workers, scheduler) as pool, Stages("Points") as stages:
        found = study(asked, executor=pool, store=store, on_point=stages.begin(n_points))
    written = found.write(folder)
    if figure is not None:
        from qattention.api.writing import export

        export(found, figure)
        written.append(Path(figure))
    if html is not None:
        write_file(html, found.html())
        written.append(Path(html))
    table = None
    if form is not None:
        name = label or f"tab:{source.parent.resolve().name}"
        table = found.table(form, label=name, digits=4 if digits is None else digits)
        written.append(folder / f"table.{TABLES[form]}")
        write_file(written[-1], table)
    store.clear()
    if as_json:
        return show(found, as_json)
    click.echo(found.summary, err=table is not None)
    for file in written:
        click.echo(f"{file} written", err=table is not None)
    if table is not None:
        click.echo(table, nl=False)
    return None


def _check_table(form: str | None, as_json: bool, **given: object) -> None:
    """Raise SpecError for what means nothing without, or beside, a table."""
    rules = [
        bad(name, value, "absent without --format") for name, value in given.items() if value is not None
    ]
    if form is None and rules:
        raise SpecError(rules)
    if form is not None and form not in TABLES:
        raise SpecError(bad("format", form, " or ".join(TABLES)))
    if form is not None and as_json:
        raise SpecError(bad("format", form, "absent beside --json"))
