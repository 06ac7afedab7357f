"""`qattention scaling`: does n^1.5 k^0.5 d survive compilation?"""

from __future__ import annotations

from typing import Any

import click

from qattention.cli.numbers import REAL, WHOLE
from qattention.cli.options import Named, assumptions_option, checked_suffix, html_option, json_option
from qattention.cli.options import command as grouped
from qattention.cli.output import check_writable, show, write_file
from qattention.cli.progress import Stages


def _loaders() -> tuple[str, ...]:
    from qattention.circuit import LOADERS

    return tuple(LOADERS)


def _schedules() -> tuple[str, ...]:
    from qattention.search import schedule_names

    return schedule_names()


@grouped("scaling", examples=("scaling --loader qroam --figure scaling.svg",))
@click.option("--loader", "loaders", type=Named(_loaders), multiple=True, help="Only this one; repeatable.")
@click.option("--algorithm", "algorithms", metavar="NAME", multiple=True, help="Only this one; repeatable.")
@click.option("--search", type=Named(_schedules), help="The find-all schedule [default: the textbook's].")
@click.option("--n-heavy", type=WHOLE, help="k while others vary [default: 16].")
@click.option("--head-dim", type=WHOLE, help="d while others vary [default: 128].")
@click.option("--key-bits", type=WHOLE, help="Bits of keys and queries while others vary [default: 8].")
@click.option("--p-fail", type=REAL, help="Probability that anything is missed, all rows [default: 1e-3].")
@click.option(
    "--figure",
    "--svg",
    "figure",
    metavar="FILE",
    callback=checked_suffix("svg", "pdf", "png"),
    help="Draw T count, T depth and runtime against n; .svg, .pdf or .png.",
)
@click.option("--classical", is_flag=True, help="Count the paper's classical algorithms here as well.")
@html_option
@assumptions_option
@json_option
def command(
    loaders: tuple[str, ...],
    algorithms: tuple[str, ...],
    figure: str | None,
    html: str | None,
    as_json: bool,
    assumptions: bool,
    **options: Any,
) -> None:
    """Leading exponents of every loader and cost beside fitted ones, and the verdict on n^1.5 k^0.5 d."""
    from qattention.api.exponents import scaling
    from qattention.api.formats import FIGURES, format_of
    from qattention.render.scaling_tables import scaling_file

    check_writable(figure, html)
    with Stages("Fitting") as stages:
        report = scaling(loader=loaders, algorithm=algorithms, on_loaders=stages.begin, **options)
    if figure is not None:
        form = format_of(figure, None, FIGURES)
        write_file(figure, scaling_file(report, form, report.verdicts[0].algorithm))
    show(report, as_json, assumptions, html)
