"""A join as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qattention.render.estimate_tables import headline
from qattention.render.physical_tables import physical_tables
from qattention.render.tables import Table, facts, words

if TYPE_CHECKING:
    from qattention.estimates.joins import JoinEstimate, PhaseFigures
    from qattention.simulate.join_proof import JoinProof
    from qattention.simulate.joins import JoinReport

LARGE = 10**4  # from where on a power of two is easier to read as one


def join_tables(estimate: JoinEstimate) -> list[Table]:
    """Problem, phases and totals."""
    problem, logical, work = estimate.problem, estimate.logical, estimate.classical_work
    causal = ", causal" if problem.causal else ""
    expected, narrow = logical.expected, logical.t_depth_without_fan_out
    return [
        facts(
            "Problem and plan",
            [
                ("queries × keys", f"{words(problem.n_queries)} × {words(problem.n_keys)}{causal}"),
                ("head dim", problem.head_dim),
                ("heavy keys a row at most", problem.n_heavy),
                ("bits of keys, queries", f"{problem.key_bits}, {problem.query_bits}"),
                ("p_fail", f"{problem.p_fail:g}"),
                ("algorithm", estimate.algorithm),
                ("certificate", f"{estimate.certificate_schedule}, steered by {estimate.n_promised} left"),
            ],
        ),
        Table(
            title="Phases, all blocks of each",
            header=(
                "keys × rows",
                "how",
                "look-ups",
                "blocks",
                "iterations",
                "Toffoli each",
                "T layers each",
                "Toffoli",
                "left",
            ),
            rows=tuple(map(_row, estimate.phases)),
        ),
        facts(
            "Totals, all rows",
            [
                ("Toffoli", expected.toffoli),
                ("Toffoli a row", logical.toffoli_per_row),
                ("T", expected.t),
                ("Cliffords", expected.clifford),
                ("measurements", expected.measurement),
                ("T depth", expected.t_depth),
                ("T depth without free fan-out", narrow),
                ("Clifford depth", expected.clifford_depth),
                ("logical qubits", logical.qubits),
                ("volume (qubits × T depth)", expected.volume),
                ("iterations", estimate.search.iterations_total),
                ("classical inner products", work.inner_products),
                ("classical bit operations of fix-ups", work.bit_ops),
            ],
        ),
        *physical_tables(estimate.physical),
    ]


def _row(phase: PhaseFigures) -> tuple[object, ...]:
    inside = f", {phase.depth} inside" if phase.depth else ""
    look_ups = phase.key_look_up + (f"; {phase.row_look_up}" if phase.row_look_up else "")
    return (
        f"{_size(phase.key_block)} × {_size(phase.row_block)}",
        phase.kind + inside,
        look_ups,
        _size(phase.n_blocks),
        _short(phase.iterations),
        phase.iteration_toffoli,
        phase.iteration_t_depth,
        _short(phase.toffoli),
        _short(phase.left),
    )


def _short(mean: float) -> float | str:
    return f"{mean:.4g}" if mean >= LARGE else mean


def _size(n: int) -> str:
    """Large powers of two as such: eight columns have to fit into 80 characters."""
    return f"2^{n.bit_length() - 1}" if n >= LARGE and n & (n - 1) == 0 else words(n)


def join_headlines(estimate: JoinEstimate) -> list[str]:
    """What a reader wants first, and how rows alone compare."""
    logical, rows = estimate.logical, estimate.rows_alone
    first = (
        f"{headline(logical.expected.toffoli)} Toffoli expected on {logical.qubits:,} logical qubits, "
        f"finding and certificate together: {headline(logical.toffoli_per_row)} a row."
    )
    if rows is None:
        return [first]
    ratio = rows.toffoli / logical.expected.toffoli
    return [
        first,
        f"Rows alone ({rows.algorithm}, {rows.rows_per_load} a load) take {headline(rows.toffoli)} on "
        f"{rows.qubits:,}: {ratio:.3g} times as many.",
    ]


def join_line(toffoli: float, of_rows: float) -> str:
    """What the best algorithm would save, beside an estimate of rows."""
    if toffoli >= of_rows:
        return "--algorithm auto: blocks of pairs would save nothing here."
    return (
        f"--algorithm auto: blocks of pairs would take about {headline(toffoli)} Toffoli, "
        f"{of_rows / toffoli:.2g} times fewer."
    )


def join_run_tables(report: JoinReport, name: str) -> list[Table]:
    """A run: its phases, and what it came to."""
    return [
        Table(
            title=f"{name}: phases of --algorithm {report.algorithm}",
            header=("phase", "iterations", "of random layouts", "found", "oracles proved"),
            rows=tuple((p.phase, p.iterations, p.planned, p.found, p.proved) for p in report.phases),
        ),
        facts(
            f"{name}, {report.rows} rows",
            [
                ("missed, extra", f"{report.missed}, {report.extra}"),
                ("iterations", report.iterations_total),
                ("to those of random layouts", report.ratio),
                ("certified", report.certified),
                ("classical inner products", report.classical_inner_products),
                ("oracles proved on all addresses", report.proved),
                ("output error, max", report.error.max_abs),
                ("seconds", report.seconds),
            ],
        ),
    ]


def join_proof_table(proof: JoinProof) -> Table:
    """What was proved of each phase."""
    return Table(
        title=f"{proof.head}: oracles of --algorithm {proof.algorithm}, run on all addresses",
        header=("phase", "oracles", "addresses each", "Toffoli an iteration", "counted by gates"),
        rows=tuple(
            (one.phase, one.oracles, one.addresses, one.iteration_toffoli, one.by_gates)
            for one in proof.phases
        ),
    )
