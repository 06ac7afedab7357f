"""An estimate as tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs

from qattention.render.classical_tables import classical_tables
from qattention.render.physical_tables import physical_tables
from qattention.render.tables import Table, facts, words

if TYPE_CHECKING:
    from qattention.estimates import Estimate
    from qattention.estimates.costed import Costed
    from qattention.estimates.result import IterationFigures, SearchFigures
    from qattention.problem import AttentionHead

BREAKDOWN = "Where the Toffolis of an iteration are"
COUNTS = ("toffoli", "t", "rotation", "clifford", "measurement", "t_depth", "clifford_depth", "volume")
NAMES = {
    "toffoli": "Toffoli",
    "t": "T",
    "rotation": "rotations",
    "clifford": "Clifford",
    "measurement": "measurements",
    "t_depth": "T depth",
    "t_depth_without_fan_out": "T depth without fan-out",
    "fan_out_qubits": "copies that fan-out takes",
    "clifford_depth": "Clifford depth",
    "volume": "volume (qubits × T depth)",
    "qubits": "logical qubits",
    "classical_bit_ops": "classical bit operations",
}


def headline(value: float) -> str:
    """Two digits, rounded up: 3.7 × 10^11."""
    if value < 100:
        return str(math.ceil(value))
    exponent = math.floor(math.log10(value))
    digits = math.ceil(value / 10 ** (exponent - 1) - 1e-9)
    if digits == 100:
        digits, exponent = 10, exponent + 1
    return f"{digits / 10:.1f} × 10^{exponent}"


def searches(estimate: Estimate) -> bool:
    """Whether anything is left to be searched."""
    return estimate.free is None or estimate.free.needs_search


def each_time(estimate: Estimate) -> str:
    """Whether all iterations cost the same: rows of a head do not, nor loads with fewer keys or rows."""
    problem, together = estimate.problem, estimate.plan.circuit.rows_per_load
    from qattention.estimates.result import THE_HEAD  # loaded already: there is an estimate

    of_head = any(note.source == THE_HEAD for note in estimate.assumptions)
    differ = of_head or problem.causal or problem.n_queries % together
    return "at the median row" if differ else "each"


def summary_line(estimate: Estimate) -> str:
    """The figures that a reader wants first."""
    if not searches(estimate):
        return (
            f"No search is needed: {estimate.classical_work.inner_products:,.0f} inner products, taken "
            "classically, answer every row."
        )
    logical = estimate.logical
    expected, worst = headline(logical.expected.toffoli), headline(logical.worst_case.toffoli)
    iterations = headline(estimate.search.iterations_total)
    return (
        f"{expected} Toffoli expected on {logical.qubits:,} logical qubits, at most {worst}; {iterations} "
        f"Grover iterations of {estimate.iteration.toffoli:,} Toffoli {each_time(estimate)}"
        f"{_hidden(estimate.iteration)}."
    )


def _hidden(iteration: IterationFigures) -> str:
    """What counts of T gates do not tell: mostly the fan-out of a look-up."""
    if not iteration.clifford or not iteration.toffoli:
        return ""
    return f", beside which T counts hide {iteration.clifford / iteration.toffoli:,.0f} Cliffords a Toffoli"


def estimate_tables(estimate: Estimate) -> list[Table]:
    """Problem and plan, totals, the iteration and its parts, search, the rest, machines, the comparison."""
    if not searches(estimate):
        return [_problem(estimate), _rest(estimate), *classical_tables(estimate.classical)]
    return [
        _problem(estimate),
        _totals(estimate),
        _iterations(estimate),
        _breakdown(estimate.iteration),
        _search(estimate),
        _rest(estimate),
        *physical_tables(estimate.physical),
        *classical_tables(estimate.classical),
    ]


def detail_tables(estimate: Estimate) -> dict[str, list[Table]]:
    """Group of the report -> the tables that say more than its entries."""
    return {
        "One iteration": [
            attrs.evolve(_iterations(estimate), title="Finding and certifying, with witnesses"),
            _breakdown(estimate.iteration),
        ],
        "Logical totals": [attrs.evolve(_totals(estimate), title="Expected and worst case")],
        "Physical machines": physical_tables(estimate.physical),
    }


def title_of(estimate: Costed, head: AttentionHead | None = None) -> str:
    """What to call it: by its head, or where that is not known by its sizes."""
    if head is not None:
        return f"Estimate: {head.name}"
    problem = estimate.problem
    return f"Estimate: {problem.n_queries:,} queries, {problem.n_keys:,} keys, d = {problem.head_dim}"


def headlines(estimate: Estimate) -> list[str]:
    """The summary, and the classical comparison."""
    classical = estimate.classical
    return [summary_line(estimate), *([] if classical is None else [classical.line])]


def _problem(estimate: Estimate) -> Table:
    problem, plan, budget = estimate.problem, estimate.plan, estimate.budget
    causal = ", causal" if problem.causal else ""
    return facts(
        "Problem and plan",
        [
            ("queries × keys", f"{words(problem.n_queries)} × {words(problem.n_keys)}{causal}"),
            ("head dim, value dim", f"{problem.head_dim:,}, {problem.v_dim:,}"),
            ("heavy keys a row at most", problem.n_heavy),
            *_free_keys(estimate),
            *([("keys marked a row, mean", problem.n_marked)] if problem.n_marked is not None else []),
            ("bits of keys, queries", f"{problem.key_bits}, {problem.query_bits}"),
            (
                "p_fail",
                f"{problem.p_fail:g} for {'each row' if problem.p_fail_scope == 'row' else 'all rows'}",
            ),
            (
                "of it: search, synthesis, memory",
                f"{budget.search:g}, {budget.synthesis:g}, {budget.memory:g}",
            ),
            ("algorithm, search", f"{plan.algorithm}, {plan.search}"),
            ("loader, inner product", str(plan.circuit)),
            ("padding, minimised", f"{plan.circuit.padding}, {plan.minimize}"),
        ],
    )


def _free_keys(estimate: Estimate) -> list[tuple[str, object]]:
    free = estimate.free
    if free is None:
        return []
    return [
        ("free keys a row: last, first", f"{free.keep_window:,}, {free.keep_first:,}"),
        ("rows searched, keys of their table", f"{free.rows_searched:,}, {free.keys_searched:,}"),
        ("inner products of free keys", free.inner_products),
    ]


def _totals(estimate: Estimate) -> Table:
    expected, worst = estimate.logical.expected, estimate.logical.worst_case
    rows = tuple((NAMES[name], getattr(expected, name), getattr(worst, name)) for name in COUNTS)
    qubits = (NAMES["qubits"], estimate.logical.qubits, estimate.logical.qubits)
    return Table(title="Totals", header=("", "expected", "worst case"), rows=(*rows, qubits))


def _iterations(estimate: Estimate) -> Table:
    depths = ("t_depth", "t_depth_without_fan_out", "fan_out_qubits", "clifford_depth")
    names = ("toffoli", "t", "rotation", "clifford", "measurement", *depths, "qubits")
    rows = tuple(
        (
            *(NAMES[name], getattr(estimate.iteration, name), getattr(estimate.certificate_iteration, name)),
            ", ".join(estimate.witnesses.get(f"iteration.{name}", ())) or None,
        )
        for name in (*names, "classical_bit_ops")
    )
    return Table(title="One iteration", header=("", "finding", "certificate", "witnesses"), rows=rows)


def _breakdown(iteration: IterationFigures) -> Table:
    rows = tuple((entry.path, entry.toffoli, f"{entry.share:.1%}") for entry in iteration.breakdown)
    return Table(title=BREAKDOWN, header=("part", "Toffoli", "share"), rows=rows)


def _search(estimate: Estimate) -> Table:
    search = estimate.search
    return facts(
        "Search",
        [
            ("iterations a row, mean", _mean(search.iterations_per_row, search.iterations_stderr)),
            ("of them finding", _mean(search.find_iterations_per_row, search.find_stderr)),
            (
                "of them in the certificate",
                _mean(search.certificate_iterations_per_row, search.certificate_stderr),
            ),
            *_phases(search),
            ("iterations a row, worst case", search.worst_case_iterations_per_row),
            ("iterations in all, mean", search.iterations_total),
        ],
    )


def _phases(search: SearchFigures) -> list[tuple[str, object]]:
    """Told where there are any."""
    if not search.phase_pairs_per_row:
        return []
    return [
        ("pairs of phases other than -1 a row", search.phase_pairs_per_row),
        ("of them rotations", search.phase_rotations_per_row),
    ]


def _mean(value: float, stderr: float | None) -> object:
    """With its standard error where it was sampled, to the digit that the error supports."""
    if not stderr:
        return value
    digits = max(0, -math.floor(math.log10(stderr)))
    return f"{value:,.{digits}f} ± {stderr:.{digits}f}"


def _rest(estimate: Estimate) -> Table:
    memory, work = estimate.memory, estimate.classical_work
    return facts(
        "Memory and classical work",
        [
            ("key bits held", memory.cells),
            ("key components written", memory.writes),
            ("coherent look-ups, mean", memory.reads),
            ("inner products re-checked, mean", work.inner_products),
            ("bit operations of fix-ups, mean", work.bit_ops),
            ("flops of Algorithm 2", work.inference_flops),
        ],
    )
