"""`qattention scaling`: does n^1.5 k^0.5 d survive compilation?"""

from __future__ import annotations

from typing import Any

import attrs
import click

from qattention.cli.numbers import REAL, WHOLE
from qattention.cli.options import Named, json_option
from qattention.cli.output import check_writable, emit_json, plain, print_tables, write_file
from qattention.cli.progress import progress


def _loaders() -> tuple[str, ...]:
    from qattention.circuit import LOADERS

    return tuple(LOADERS)


def _schedules() -> tuple[str, ...]:
    from qattention.search import schedule_names

    return schedule_names()


@click.command("scaling")
@click.option("--loader", "loaders", type=Named(_loaders), multiple=True, help="Only this one; repeatable.")
@click.option("--algorithm", "algorithms", metavar="NAME", multiple=True, help="Only this one; repeatable.")
@click.option("--search", type=Named(_schedules), help="The find-all schedule [default: the textbook's].")
@click.option("--n-heavy", type=WHOLE, help="k while others vary [default: 16].")
@click.option("--head-dim", type=WHOLE, help="d while others vary [default: 128].")
@click.option("--key-bits", type=WHOLE, help="Bits of keys and queries while others vary [default: 8].")
@click.option("--p-fail", type=REAL, help="Probability that anything is missed, all rows [default: 1e-3].")
@click.option("--svg", metavar="FILE", help="Draw T count, T depth and runtime against n.")
@click.option("--classical", is_flag=True, help="Count the paper's classical algorithms here as well.")
@json_option
def command(
    loaders: tuple[str, ...],
    algorithms: tuple[str, ...],
    search: str | None,
    svg: str | None,
    classical: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Leading exponents of every loader and cost beside fitted ones, and the verdict on n^1.5 k^0.5 d."""
    from qattention.estimates.request import known_loader
    from qattention.estimates.scaling import scaling_report
    from qattention.estimates.scaling.leading import ALGORITHMS
    from qattention.estimates.scaling.report import BASE, SEARCH, available
    from qattention.render.scaling_figure import scaling_svg
    from qattention.render.scaling_tables import scaling_lines, scaling_tables

    check_writable(svg)
    kinds = dict.fromkeys(map(known_loader, loaders)) if loaders else available()
    letters = {"n_heavy": "k", "head_dim": "d", "key_bits": "b", "p_fail": "p_fail"}
    chosen = {letters[name]: value for name, value in options.items() if value is not None}
    asked = algorithms or ALGORITHMS
    with progress("Fitting", len(kinds)) as advance:
        report = scaling_report(
            tuple(kinds),
            search=search or SEARCH,
            base=attrs.evolve(BASE, **chosen),
            algorithms=asked,
            advance=advance,
        )
    if classical:
        from qattention.estimates.classical.paper_scaling import classical_scaling

        report = attrs.evolve(report, classical=classical_scaling())
    if svg is not None:
        write_file(svg, scaling_svg(report, asked[0]))
    if as_json:
        emit_json("scaling", plain(report))
    else:
        print_tables(scaling_tables(report), scaling_lines(report))
