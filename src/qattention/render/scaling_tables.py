"""The scaling verdict as tables and lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qattention.render.tables import Table

if TYPE_CHECKING:
    from qattention.estimates.scaling import Exponents, ScalingReport, Verdict

COSTS = {
    "queries": "queries",
    "t": "T",
    "t_depth": "T depth",
    "clifford_depth": "Clifford depth",
    "volume": "volume",
    "runtime": "runtime",
}


def scaling_tables(report: ScalingReport) -> list[Table]:
    """A table an algorithm: exponents of finding, and that of n for the certificate."""
    algorithms = dict.fromkeys(verdict.algorithm for verdict in report.verdicts)
    return [*(_table(report, algorithm) for algorithm in algorithms), *_classical(report)]


def _table(report: ScalingReport, algorithm: str) -> Table:
    chosen = [verdict for verdict in report.verdicts if verdict.algorithm == algorithm]
    low, high = report.n_keys[0], report.n_keys[-1]
    return Table(
        title=f"Claimed: n^1.5 k^0.5 d. Compiled, {algorithm}, n = {low:,} to {high:,}",
        header=("loader", "cost", "leading", "fitted", "± of n", "certificate", "verdict"),
        rows=tuple(_row(verdict) for verdict in chosen),
    )


def _classical(report: ScalingReport) -> list[Table]:
    """The paper's classical algorithms beside brute force, over all n rows; nothing if not asked for."""
    if report.classical is None:
        return []
    rows = tuple(
        (one.algorithm, one.what, one.head_dim, one.counted, f"n^{one.claimed:.2f}", f"n^{one.fitted:.2f}")
        for one in report.classical
    )
    header = ("algorithm", "of", "d", "counted", "claimed", "fitted")
    return [Table(title="Classical, all rows (k and d held)", header=header, rows=rows)]


def _row(verdict: Verdict) -> tuple[object, ...]:
    return (
        verdict.loader,
        COSTS[verdict.cost],
        None if verdict.leading is None else str(verdict.leading),
        powers(verdict.fitted),
        f"{verdict.stderr.n:.3f}",
        None if verdict.certificate is None else f"n^{verdict.certificate.fitted.n:.2f}",
        verdict.verdict,
    )


def powers(exponents: Exponents) -> str:
    """Two decimals; what rounds to nothing is left out: n^1.99 k^0.48."""
    shown = [(name, f"{getattr(exponents, name):.2f}") for name in ("n", "k", "d", "b")]
    return " ".join(f"{name}^{value}" for name, value in shown if float(value)) or "1"


def scaling_lines(report: ScalingReport) -> list[str]:
    """What the verdicts assume, and what the words mean."""
    assumed: dict[str, list[str]] = {}
    for verdict in report.verdicts:
        if verdict.assumption is not None:
            assumed.setdefault(verdict.assumption, []).append(f"{verdict.loader} ({COSTS[verdict.cost]})")
    lines = [f"- {', '.join(where)}: {text}." for text, where in assumed.items()]
    heading = ["Assumes", *lines, ""] if lines else []
    return [*heading, "Conventions", *(f"- {text}" for text in report.conventions)]
