"""The claims as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qattention.render.tables import DASH, Table, facts

if TYPE_CHECKING:
    from qattention.claims import ClaimRow, ClaimsReport


def claims_tables(report: ClaimsReport) -> list[Table]:
    """Parameters, costs, verdicts under each memory, and what the compiled parts say."""
    return [
        parameter_table(report),
        cost_table(report, "one row", "one_row", "exact_row", "row_wins_from"),
        cost_table(report, "all rows", "all_rows", "exact_rows", "all_rows_win_from"),
        verdict_table(report),
        figure_table(report),
    ]


def claims_lines(report: ClaimsReport) -> list[str]:
    """Where each claim stands, and what it leaves out."""
    lines = []
    for claim in report.claims:
        lines.append(f"- {claim.name}: {claim.title} ({claim.source}). {_compiled(claim)}")
        lines += [f"    leaves out: {line}" for line in claim.hides]
    return lines


def parameter_table(report: ClaimsReport) -> Table:
    """What was measured."""
    p = report.parameters
    sampled = "" if p.n_sampled is None else f", of {p.n_sampled:,} queries and keys drawn"
    return facts(
        f"Parameters: {report.head}",
        [
            ("n, d", f"{p.n:,}, {p.head_dim:,}"),
            (f"k ({p.n_heavy_source})", p.n_heavy),
            ("eps", p.eps),
            (f"s, statistical dimension at 0.1 of the mean diagonal{sampled}", p.statistical_dimension),
            ("alpha, row distortion of V, at most", p.row_distortion),
            ("Frobenius norms of Q, K, V", _norms(p.q_norm, p.k_norm, p.v_norm)),
            ("largest logit in magnitude", p.max_logit),
            ("share of keys that 2-bit words leave", p.coarse_share),
        ],
    )


def cost_table(report: ClaimsReport, what: str, cost: str, exact: str, wins: str) -> Table:
    """A row a claim of this kind."""
    rows = []
    for claim in report.claims:
        if what not in claim.prices:
            continue
        value, exact_here = getattr(claim, cost), f"{getattr(claim, exact):.2g}"
        if value is None:
            rows.append((claim.name, claim.formula, DASH, exact_here, f"needs {', '.join(claim.missing)}"))
            continue
        start = getattr(claim, wins)
        from_n = "never" if start is None else f"{start:.2g}"
        rows.append((claim.name, claim.formula, f"{value:.2g}", exact_here, from_n))
    share = " (a claim on n rows divided by n)" if what == "one row" else ""
    return Table(
        title=f"Kindest reading, {what}{share}: constants and logarithms 1, in multiply-adds",
        header=("claim", "formula", "here", "exact here", "below exact from n"),
        rows=tuple(rows),
    )


def verdict_table(report: ClaimsReport) -> Table:
    """The power of n under each memory."""
    rows, memories = [], list[str]()
    for claim in report.claims:
        for of in dict.fromkeys(one.of for one in claim.verdicts):
            these = [one for one in claim.verdicts if one.of == of]
            memories = [one.memory for one in these]
            powers = (f"n^{these[0].claimed:g}", f"n^{these[0].classical:g}")
            told = (_verdict(one.n_exponent, one.verdict, one.gains) for one in these)
            rows.append((claim.name, of, *powers, *told))
    header = ("claim", "of", "claimed", "exact", *memories)
    title = "What is left of the power of n, by how keys are read"
    return Table(title=title, header=header, rows=tuple(rows))


def figure_table(report: ClaimsReport) -> Table:
    """What the compiled parts say here."""
    rows = tuple(
        (claim.name, name.replace("_", " "), value)
        for claim in report.claims
        for name, value in claim.measured.items()
    )
    return Table(title="Measured and compiled, at these sizes", header=("claim", "what", ""), rows=rows)


def _compiled(claim: ClaimRow) -> str:
    return "Not compiled here." if claim.compiled is None else f"Compiled: {claim.compiled}."


def _verdict(power: float, verdict: str, gains: bool) -> str:
    return f"n^{power:g}: {verdict}" + ("" if gains else ", no gain")


def _norms(*norms: float | None) -> str | None:
    return None if None in norms else ", ".join(f"{norm:.3g}" for norm in norms)
