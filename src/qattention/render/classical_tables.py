"""The classical comparison as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qattention.render.tables import DASH, Table, facts

if TYPE_CHECKING:
    from qattention.estimates.classical import ClassicalFigures
    from qattention.estimates.classical.approximate import ApproximateFigures


def classical_tables(figures: ClassicalFigures | None) -> list[Table]:
    """A row a machine; nothing if there is no comparison."""
    if figures is None:
        return []
    from qattention.estimates.report import duration  # loaded already: there is an estimate

    rows = tuple(
        (
            *(one.what, duration(one.seconds), f"{one.ratio:.2g}"),
            "never" if one.break_even_n is None else f"{one.break_even_n:.2g}",
            f"{one.needed_toffoli_per_s:.2g}",
            DASH if one.needed_latency_s is None else duration(one.needed_latency_s),
        )
        for one in figures.against
    )
    needed = ("Toffoli/s to keep up", "a look-up to keep up")
    header = ("exact attention on", "takes", "quantum over it", "break-even n", *needed)
    return [Table(title=f"Against classical attention: {figures.quantum}", header=header, rows=rows)]


def rate_lines(figures: ClassicalFigures | None) -> list[str]:
    """Where each machine's rate comes from."""
    return [] if figures is None else [f"{one.what}: {one.source}" for one in figures.against]


def approximate_table(figures: ApproximateFigures) -> Table:
    """What the library did, or why it was not asked."""
    if figures.skipped is not None:
        return facts("Approximate search", [("not measured", figures.skipped)])
    return facts(
        "Approximate search",
        [
            ("library, index", figures.library),
            ("data", figures.data),
            ("keys, queries", f"{figures.n_keys:,}, {figures.n_queries:,}"),
            ("recall of the exact top keys", figures.recall),
            ("building the index", _shown(figures.build_s)),
            ("one query", _shown(figures.query_s)),
            ("one row of exact logits, selected", _shown(figures.exact_query_s)),
            ("a row's quantum runtime over one query", figures.quantum_over_query),
        ],
    )


def _shown(seconds: float | None) -> str | None:
    from qattention.estimates.report import duration  # loaded already, with the figures

    return None if seconds is None else duration(seconds)
