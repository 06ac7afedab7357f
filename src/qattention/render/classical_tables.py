"""The classical comparison as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qattention.render.tables import DASH, Table, facts

if TYPE_CHECKING:
    from qattention.estimates.classical import ClassicalFigures
    from qattention.estimates.classical.approximate import ApproximateFigures
    from qattention.estimates.classical.comparison import CompareReport
    from qattention.estimates.classical.paper import PaperFigures


WORK = {"attention": "exact attention", "search": "finding the keys"}


def classical_tables(figures: ClassicalFigures | None, task: str = "attention") -> list[Table]:
    """A row a machine; nothing if there is no comparison."""
    if figures is None:
        return []
    from qattention.estimates.report import duration  # loaded already: there is an estimate

    rows = tuple(
        (
            *(one.what, duration(one.seconds), f"{one.ratio:.2g}"),
            one.break_even.replace("-", " ") if one.break_even_n is None else f"{one.break_even_n:.3g}",
            f"{one.needed_toffoli_per_s:.2g}",
            DASH if one.needed_latency_s is None else duration(one.needed_latency_s),
        )
        for one in figures.against
    )
    needed = ("Toffoli/s to keep up", "a look-up to keep up")
    header = (f"{WORK[task]} on", "takes", "quantum over it", "break-even n", *needed)
    return [Table(title=f"Against classical attention: {figures.quantum}", header=header, rows=rows)]


def rate_lines(figures: ClassicalFigures | None) -> list[str]:
    """Where each machine's rate comes from, and whether it was looked up there."""
    return [] if figures is None else [f"{one.what}: {one.source} ({one.checked})" for one in figures.against]


def rival_tables(report: CompareReport) -> list[Table]:
    """Which speed-up would suffice, and what is done in place of exact attention."""
    from qattention.estimates.report import duration  # loaded already: there is an estimate

    rows = tuple((one.name, f"{one.keys:.2g}", duration(one.runtime_s)) for one in report.speed_ups)
    title = "Which speed-up would suffice, an iteration a step, against the fastest at finding keys"
    suffices = [Table(title=title, header=("speed-up", "keys a row", "both take"), rows=rows)] if rows else []
    others = tuple(
        (
            *(one.name, one.looks_at, DASH if one.recall is None else f"{one.recall:.1%}", one.quality),
            *(one.speed, DASH if one.quantum_over_query is None else f"{one.quantum_over_query:.2g}"),
        )
        for one in report.approximations
    )
    said = ("in place of exact attention", "looks at", "recall", "of what, or quality", "speed")
    header = (*said, "quantum row over a query")
    return [*suffices, Table(title="What users do, as published", header=header, rows=others)]


def rival_lines(report: CompareReport) -> list[str]:
    """The fastest machine of each task, and how long the keys take to come in."""
    from qattention.estimates.report import duration  # loaded already: there is an estimate

    lines = [
        f"Fastest at {WORK[one.task]}: {one.what}, {duration(one.seconds)} ({one.limit}); "
        f"the quantum runtime is {one.over_quantum:.2g} times that."
        for one in report.fastest
    ]
    if report.moving is not None:
        moved = report.moving
        lines.append(
            f"Moving the {moved.bits:,} key bits in once, a bit a logical qubit in 10 us "
            f"(arXiv:2307.00523): {duration(moved.seconds)} at {moved.bits_per_s:.2g} bit/s, "
            f"{moved.over_rival:.2g} times the first."
        )
    return lines


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


def paper_table(figures: PaperFigures | None) -> list[Table]:
    """The paper's own classical algorithms beside brute force; nothing if they were not timed."""
    if figures is None:
        return []
    threads = "threads unknown" if figures.threads is None else f"{figures.threads} BLAS threads"
    return [
        facts(
            f"The paper's classical algorithms, here: float64, {threads}, compiled loops on one",
            [
                ("data", figures.data),
                ("keys, queries, k", f"{figures.n_keys:,}, {figures.n_queries:,}, {figures.n_heavy:,}"),
                ("exact attention, a row", _shown(figures.exact_row_s)),
                ("find set by brute force, a row", _shown(figures.brute_find_row_s)),
                ("building the half-space index, once", _shown(figures.build_s)),
                ("find set by the index, a row (theorem 1.5)", _shown(figures.index_find_row_s)),
                ("nodes and keys it looks at, over n", figures.looks_over_keys),
                ("sparse inference, a row (theorem 6.1)", _shown(figures.infer_row_s)),
                ("a row's quantum runtime over the last two", figures.quantum_over_row),
            ],
        )
    ]


def _shown(seconds: float | None) -> str | None:
    from qattention.estimates.report import duration  # loaded already, with the figures

    return None if seconds is None else duration(seconds)
