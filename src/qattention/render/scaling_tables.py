"""The scaling verdict as tables and lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qattention.plan.algorithms import ROW_BY_ROW
from qattention.render.figures import saved
from qattention.render.loglog import Guide, Line, Panel, plot
from qattention.render.tables import Table

if TYPE_CHECKING:
    from qattention.estimates.scaling import Exponents, ScalingReport, Verdict


MOST_SHOWN = 1e30  # of a crossover: beyond, it is no matter of any window
COSTS = {
    "queries": "queries",
    "t": "T",
    "t_depth": "T depth",
    "clifford_depth": "Clifford depth",
    "volume": "volume",
    "runtime": "runtime",
    "fix_up": "fix-ups",
}


def scaling_tables(report: ScalingReport) -> list[Table]:
    """A table an algorithm: exponents of finding, and of all: finding and certificate together."""
    algorithms = dict.fromkeys(verdict.algorithm for verdict in report.verdicts)
    return [*(_table(report, algorithm) for algorithm in algorithms), *_classical(report)]


def _table(report: ScalingReport, algorithm: str) -> Table:
    chosen = [verdict for verdict in report.verdicts if verdict.algorithm == algorithm]
    low, high = report.n_keys[0], report.n_keys[-1]
    return Table(
        title=f"Claimed: n^1.5 k^0.5 d. Compiled, {algorithm}, n = {low:,} to {high:,}",
        header=(
            "loader",
            "cost",
            "leading",
            "finding",
            "all",
            "± of n",
            "at both ends",
            "crossover",
            "verdict",
        ),
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
        None if (total := verdict.total) is None else powers(total.fitted),
        f"{verdict.stderr.n if total is None else total.stderr.n:.3f}",
        None if total is None else f"{total.low:.2f}, {total.high:.2f}",
        None if (n := verdict.crossover_n) is None or not MOST_SHOWN > n > 1e3 else f"{n:.1e}",
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


PANELS = {"t": ("T count", "T gates"), "t_depth": ("T depth", "T layers"), "runtime": ("Runtime", "seconds")}


def scaling_figure(report: ScalingReport, algorithm: str = ROW_BY_ROW.name) -> Any:
    """One panel a cost, a line a loader, the claim's slope and the classical one beside them."""
    return plot(_title(report, algorithm), [_panel(report, algorithm, cost) for cost in PANELS])


def scaling_file(report: ScalingReport, form: str, algorithm: str = ROW_BY_ROW.name) -> str | bytes:
    """The same as "svg", "pdf" or "png"."""
    about = "Against n, log-log; grey: the slopes of the claim, n^1.5, and of classical attention, n^2."
    return saved(scaling_figure(report, algorithm), form, _title(report, algorithm), about)


def scaling_svg(report: ScalingReport, algorithm: str = ROW_BY_ROW.name) -> str:
    """The same as SVG."""
    svg = scaling_file(report, "svg", algorithm)
    assert isinstance(svg, str)
    return svg


def _title(report: ScalingReport, algorithm: str) -> str:
    base = report.base
    return f"All rows of one head, {algorithm}: k = {base['k']}, d = {base['d']}, {base['b']} bits"


def _panel(report: ScalingReport, algorithm: str, cost: str) -> Panel:
    chosen = [v for v in report.verdicts if v.algorithm == algorithm and v.cost == cost]
    x = tuple(float(n) for n in report.n_keys)
    start = (x[0], 0.02 * min(verdict.totals[0] for verdict in chosen))
    name, unit = PANELS[cost]
    return Panel(
        title=name,
        x_label="n, queries and keys",
        y_label=unit,
        lines=tuple(Line(label=verdict.loader, x=x, y=verdict.totals) for verdict in chosen),
        guides=(
            Guide(label="claim: slope 1.5", exponent=1.5, through=start),
            Guide(label="classical: slope 2", exponent=2.0, through=start),
        ),
    )
