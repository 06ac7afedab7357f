"""What the claim comes to with k as real heads give it: tables, plots and a line.

Apart from `study_report` because one kind of study has tables and plots that no other has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qattention.render.loglog import Guide, Line, Panel, loglog_svg, plot
from qattention.render.tables import Table, to_markdown

if TYPE_CHECKING:
    from qattention.estimates.real_heads import RealHeadsReport
    from qattention.estimates.real_heads.report import ContextFigures, ModelExponents
    from qattention.estimates.studies import Study

CAPTION = "![k of a head, and the iterations of a whole model, against n](figure.svg)"


def real_heads_markdown(study: Study, report: RealHeadsReport, generated: str) -> str:
    """The study's page."""
    parts = [f"# {study.title}", study.question, generated, report.caveats, *study.notes, CAPTION]
    return "\n\n".join([*parts, *map(to_markdown, real_heads_tables(report))]) + "\n"


def real_heads_summary(report: RealHeadsReport) -> str:
    """The exponents at 10 %."""
    one = _at_ten(report)
    return (
        f"k grows as n^{one.growth.median:.2f} in the median head at 10 % error, the claimed search over a "
        f"whole model as n^{one.search:.2f}."
    )


def _at_ten(report: RealHeadsReport) -> ModelExponents:
    """The decoder's, at 10 %."""
    return next(one for one in report.exponents if one.growth.target == 0.1)


def real_heads_tables(report: RealHeadsReport) -> list[Table]:
    """Keys by context, exponents by error, octaves, roles, loaders."""
    return [
        _keys(report.contexts),
        _left(report.contexts),
        _exponents(report.exponents),
        Table(
            title="The search octave by octave, the decoder at 10 %, over the texts of both ends",
            header=("from n", "to n", "exponent of n"),
            rows=tuple((one.low, one.high, f"{one.search:.2f}") for one in report.octaves),
        ),
        Table(
            title="Roles of the decoder's heads at 4,096 tokens, medians at 10 %",
            header=("role", "heads x texts", "k", "k left after 256 last and 4 first keys"),
            rows=tuple((one.role, one.n_heads, one.k, one.k_left) for one in report.roles),
        ),
        Table(
            title="T gates of the finds: exponent of n with k held, and with k as measured at 10 %",
            header=("algorithm", "loader", "n, k held", "k", "n, k measured"),
            rows=tuple(
                (one.algorithm, one.loader, f"{one.n:.2f}", f"{one.k:.2f}", f"{one.n_measured:.2f}")
                for one in report.loaders
            ),
        ),
    ]


def _keys(contexts: Iterable[ContextFigures]) -> Table:
    rows = []
    for one in contexts:
        shown = ["/".join(f"{x:.0f}" for x in one.quartiles[target]) for target in ("0.3", "0.1", "0.03")]
        rows.append((one.model, one.n, one.n_texts, *shown, f"{one.dense:.1%}", f"{one.mean:.0f}"))
    header = (
        "model",
        "n",
        "texts",
        "k at 30 %",
        "k at 10 %",
        "k at 3 %",
        "k > n/8 at 10 %",
        "mean k at 10 %",
    )
    return Table(title="Keys a row, quartiles over heads and texts", header=header, rows=tuple(rows))


def _left(contexts: Iterable[ContextFigures]) -> Table:
    rows = tuple(
        (
            one.model,
            one.n,
            None if one.left is None else f"{one.left:.2f}",
            None if one.settled is None else f"{one.settled:.0%}",
            f"{one.union_rows:.2f}",
            None if one.union_group is None else f"{one.union_group:.2f}",
        )
        for one in contexts
    )
    header = ("model", "n", "search left", "heads without", "union of 8 rows", "union of 3 query heads")
    title = "After 256 last and 4 first keys, and distinct keys of rows on one load in units of 16"
    return Table(title=title, header=header, rows=rows)


def _exponents(exponents: Iterable[ModelExponents]) -> Table:
    rows = tuple(
        (
            one.model,
            f"{one.growth.target:.0%}",
            f"{one.growth.median:.2f} ({one.growth.median_low:.2f} to {one.growth.median_high:.2f})",
            f"{one.growth.low:.2f}, {one.growth.high:.2f}",
            f"{one.growth.scatter:.2f}",
            f"{one.search:.3f}",
            f"{one.inference:.2f}",
            f"{one.contexts[0]:,} to {one.contexts[-1]:,}",
        )
        for one in exponents
    )
    header = (
        *("model", "error", "k, median head (95 %)", "quartiles", "between texts"),
        *("search of a model", "n k d of a model", "fitted over n"),
    )
    return Table(title="Exponents of n", header=header, rows=rows)


TITLE = "Real heads: SmolLM2-135M, all 270"


def real_heads_svg(report: RealHeadsReport) -> str:
    """Median k against n by error, and iterations of a mean head's rows with the slopes of the claim."""
    about = "Log-log; grey: the slope of classical attention and the fitted one."
    return loglog_svg(TITLE, _panels(report), about)


def real_heads_figure(report: RealHeadsReport) -> Any:
    """The same as a matplotlib figure."""
    return plot(TITLE, _panels(report))


def _panels(report: RealHeadsReport) -> list[Panel]:
    decoder = [one for one in report.contexts if one.model == report.contexts[0].model]
    n = tuple(float(one.n) for one in decoder)
    keys = tuple(
        Line(label=f"error {float(target):.0%}", x=n, y=tuple(one.quartiles[target][1] for one in decoder))
        for target in ("0.3", "0.1", "0.03")
    )
    searched = tuple(one.n**1.5 * one.root_mean**0.5 for one in decoder)
    fixed = tuple(one.n**1.5 * 4.0 for one in decoder)
    slope = _at_ten(report).search
    return [
        Panel(title="k of the median head", x_label="n, tokens", y_label="keys a row", lines=keys),
        Panel(
            title="The claimed search",
            x_label="n, tokens",
            y_label="n^1.5 k^0.5, mean over heads",
            lines=(
                Line(label="k measured at 10 %", x=n, y=searched),
                Line(label="k = 16", x=n, y=fixed),
            ),
            guides=(
                Guide(label="slope 2", exponent=2.0, through=(n[0], searched[0])),
                Guide(label=f"slope {slope:.2f}", exponent=slope, through=(n[0], 0.4 * searched[0])),
            ),
        ),
    ]
