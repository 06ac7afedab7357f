"""Tables of what `inspect`, `verify` and `run` found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qattention.render.tables import Table, facts, words

if TYPE_CHECKING:
    from qattention.reference import InspectReport
    from qattention.reference.folder import FolderTable
    from qattention.reference.report import Summary
    from qattention.simulate.free_run import FreeRun


def _spread(name: str, summary: Summary | None) -> tuple[object, ...]:
    return (name, *((summary.min, summary.median, summary.max) if summary else (None, None, None)))


def inspect_tables(report: InspectReport) -> list[Table]:
    """The head, its gap, the errors of each fill, and the bits."""
    kind = "one threshold" if report.thresholds == "single" else f"the {report.n_heavy} heaviest keys a row"
    good = report.goodness
    least = "every tau" if good.least_good_tau is None else good.least_good_tau
    return [
        facts(
            f"Head {report.name}",
            [
                (
                    "queries × keys",
                    f"{report.n_queries} × {report.n_keys}{', causal' if report.causal else ''}",
                ),
                ("head dim, value dim", f"{report.head_dim}, {report.v_dim}"),
                *_verdict(report),
                ("find sets", f"{kind}; largest {report.max_heavy}, mean {report.mean_heavy:.4g}"),
                ("rows tied with their threshold", report.tied_rows),
                (
                    "(tau, k)-good with one threshold",
                    f"{'yes' if good.good else 'no'}, at tau = {good.tau:.4g}",
                ),
                ("least tau that is good", least),
                ("rows that meet the gap condition", f"{report.gap_condition_rows} of {report.n_queries}"),
                ("numerical rank of B", report.numerical_rank.rank),
                ("head dim that the gap condition needs", report.rank_obstruction.required_head_dim),
            ],
        ),
        _keys(report),
        Table(
            title="Over the rows",
            header=("", "min", "median", "max"),
            rows=(
                _spread("gap: smallest heavy - largest light logit", report.gap),
                _spread("eta: largest |light logit|", report.eta),
                _spread("logit spread", report.logit_spread),
                _spread("tail mass", report.tail_mass),
            ),
        ),
        Table(
            title="Error of the output against exact attention",
            header=("fill", "keys", "k", "relative Frobenius", "max abs", "bound"),
            rows=tuple(
                (
                    *(e.fill, "centred" if e.center_keys else "as given", e.n_heavy),
                    *(e.relative_frobenius, e.max_abs, e.bound),
                )
                for e in report.errors
            ),
        ),
        Table(
            title="Fixed point: find sets of the quantised head against the exact ones",
            header=("bits", "prepared", "recall", "precision", "logit error bound"),
            rows=tuple((b.bits, b.prepared, b.recall, b.precision, b.logit_error_bound) for b in report.bits),
        ),
        *([_savings(report)] if report.savings else []),
    ]


def _verdict(report: InspectReport) -> list[tuple[str, object]]:
    """The rows that the first line rests on."""
    found, target = report.verdict, f"{report.verdict.error_target:.0%}"
    late: list[tuple[str, object]] = []
    if found.n_heavy_late is not None:
        late.append((f"of its last {found.n_late_rows} rows", found.n_heavy_late))
    return [
        (f"keys a row for {target} error of the output", f"{found.n_heavy} ({found.share:.1%})"),
        *late,
        ("of random directions, of shuffled keys", f"{found.random_directions}, {found.shuffled_keys}"),
        ("light weight at that k: mean, largest", f"{found.light_mass_mean:.3g}, {found.light_mass_max:.3g}"),
        ("carried by, error without fill", f"{found.carried_by}, {found.error_without_fill:.3g}"),
    ]


def _savings(report: InspectReport) -> Table:
    """Ways of quantising, row by row on the cheapest loader."""
    return Table(
        title="What quantising otherwise saves, row by row on the cheapest loader; sums of sampled rows",
        header=("words", "margin", "bits a key", "recall", "marked a row", "a sum", "Toffoli", "share"),
        rows=tuple(
            (
                f"rotated, budget {s.logit_budget:g}"
                if s.logit_budget is not None
                else f"{s.key_bits} bits{', prepared' if s.prepared else ''}",
                *(s.logit_margin, s.word_bits, s.recall, s.marked, round(s.inner_product), round(s.toffoli)),
                s.share,
            )
            for s in report.savings
        ),
    )


def verify_table(report: Any, what: str) -> Table:
    """The verdict on one oracle."""
    verdict = "right on every address" if report.is_right else "WRONG"
    return facts(
        f"{what}: {verdict}",
        [
            ("addresses", report.addresses),
            ("measurement outcomes", _outcomes(report)),
            ("addresses changed", report.mismatches),
            ("ancillas left dirty", report.dirty_ancillas),
            ("wrong phases", report.phase_errors),
            ("Toffoli: gates, bloqs, formula", _three(report)),
            ("sums, for every key", _every_key(report)),
            ("gates", report.gates),
            ("T depth", report.t_depth),
            ("T depth without fan-out", report.t_depth_without_fan_out),
            ("copies that fan-out takes", report.fan_out_qubits),
            ("T depth counts", report.t_depth_rule),
            ("qubits", report.qubits),
            ("gates × states executed, a second", report.gate_states_per_s),
            (
                "seconds: lowering, simulation",
                f"{report.seconds_lowering:.2f}, {report.seconds_simulation:.2f}",
            ),
        ],
    )


def verify_lines(report: Any) -> list[str]:
    """By which plan the oracle is made, and what of it is larger than what was proved."""
    plan = report.plan
    rows = "" if plan.circuit.rows_per_load == 1 else f", {plan.circuit.rows_per_load} rows a load"
    line = f"The plan that estimate costs: {plan.circuit}{rows}, padding {plan.circuit.padding}."
    return [line, *([report.note] if report.note else [])]


def _every_key(report: Any) -> str:
    if report.every_key:
        return "right"
    return f"{'not proved' if report.every_key is None else 'WRONG'}: {report.every_key_note}"


def _outcomes(report: Any) -> str:
    tried = "" if report.draws is None else f"{report.draws:,} vectors"
    return " and ".join(part for part in ("all" if report.outcomes == "all" else "", tried) if part)


def _three(report: Any) -> str:
    return f"{report.toffoli:,}, {report.toffoli_from_bloqs:,}, {report.toffoli_from_formula:,}"


def trace_table(trace: Any) -> Table:
    """One address, bloq by bloq."""
    rows = tuple(
        (
            step.bloq,
            ", ".join(f"{name} {_values(values)}" for name, values in step.registers.items()),
            "+" if step.sign > 0 else "−",
            _wrong(step.expected),
        )
        for step in trace.steps
    )
    which = f"outcome vector {trace.draw}" if trace.outcome is None else f"only outcome {trace.outcome} is 1"
    title = f"Address {trace.address}, {which}"
    return Table(title=title, header=("after", "registers", "sign", "should be"), rows=rows)


def _values(values: list[int]) -> str:
    return (
        str(values[0])
        if len(values) == 1
        else f"[{', '.join(map(str, values[:8]))}{', …' * (len(values) > 8)}]"
    )


def _wrong(expected: Mapping[str, list[int]]) -> str:
    return ", ".join(f"{name} {_values(values)}" for name, values in expected.items()) or "as it is"


def _find_and_certificate(iterations: Mapping[str, float]) -> str:
    return f"{iterations['total']:,.0f}: {iterations['find']:,.0f}, {iterations['certificate']:,.0f}"


def _keys(report: InspectReport) -> Table:
    """k by error, found by search."""
    rows = tuple((f"{one.error_target:g}", one.n_heavy, one.n_heavy_late) for one in report.keys)
    header = ("error of the output", "over all rows", "over the last quarter")
    return Table(title="Keys a row that an error takes", header=header, rows=rows)


def folder_tables(found: FolderTable) -> list[Table]:
    """Keys by context, and exponents where heads are there at several."""
    errors = list(found.contexts[0].quartiles)
    rows = tuple(
        (
            *(one.n_keys, one.n_heads),
            *("/".join(f"{x:.3g}" for x in one.quartiles[error]) for error in errors),
            *(f"{one.dense:.0%}", f"{one.mean:.3g}"),
        )
        for one in found.contexts
    )
    header = ("n", "heads", *(f"k at {float(e):.0%}" for e in errors), "k > n/8 at 10%", "mean k at 10%")
    tables = [Table(title="Keys a row, quartiles over heads", header=header, rows=rows)]
    if found.growth:
        told = tuple(
            (
                f"{one.error_target:.0%}",
                one.n_heads,
                "/".join(f"{x:.2f}" for x in one.quartiles),
                None if one.search is None else f"{one.search:.2f}",
            )
            for one in found.growth
        )
        header = ("error", "heads at several n", "exponent of k, quartiles", "of n in n^1.5 k^0.5")
        tables.append(Table(title="How k grows with the context", header=header, rows=told))
    return tables


def _free_keys(free: FreeRun | None) -> list[tuple[str, object]]:
    """What was taken classically, and the share of the iterations that is left."""
    if free is None:
        return []
    left = [None if one is None else f"{one:.4g}" for one in (free.ratio, free.ratio_expected)]
    return [
        ("free keys a row: last, first", f"{free.keep_window:,}, {free.keep_first:,}"),
        ("rows searched, inner products of free keys", f"{free.rows_searched:,}, {free.inner_products:,}"),
        ("iterations over the plan's with no key free: run, plan", ", ".join(map(words, left))),
    ]


def _where_k_is_from(sampling: Any) -> list[tuple[str, object]]:
    """Where an error target decided k."""
    if sampling is None:
        return []
    limit = f"{sampling.error:.3g}, {sampling.error_limit:.3g}"
    return [
        (f"k for an error of {sampling.error_target:.3g}, from {sampling.n_sampled} rows", sampling.n_heavy),
        ("error of the sampled rows, its limit", limit),
        ("inner products of the sample", sampling.inner_products),
    ]


def _how_it_was_run(report: Any) -> list[tuple[str, object]]:
    """What is not as it is by default."""
    errors = report.memory_errors
    rows: list[tuple[str, object]] = []
    if report.rows_per_load != 1:
        rows.append(("rows on one load", report.rows_per_load))
    if report.exclusion != "fix-up":
        rows.append(("found keys left out by", report.exclusion))
    if any(errors.values()):
        shown = f"{errors['address_error']:.3g}, {errors['bit_error']:.3g}"
        rows += [("errors per oracle call: address, bit", shown), ("recall", report.recall_quantised)]
    return rows


def run_table(report: Any, head_name: str) -> Table:
    """What a run found and how far the output is off."""
    error = report.error
    return facts(
        f"Run of {head_name}: {report.rows} rows",
        [
            (
                "heavy keys found a row: mean, max",
                f"{report.n_heavy['mean']:.4g}, {report.n_heavy['max']:.0f}",
            ),
            ("missed, extra (against the quantised logits)", f"{report.missed}, {report.extra}"),
            (
                "missed (against the exact logits), recall",
                f"{report.missed_unquantised}, {report.recall:.4g}",
            ),
            ("thresholds", report.thresholds),
            (
                "iterations a row: mean, p95",
                f"{report.iterations['mean']:.4g}, {report.iterations['p95']:.4g}",
            ),
            ("iterations in all: find, certificate", _find_and_certificate(report.iterations)),
            ("iterations over n, the keys a classical scan reads", report.iterations["per_key"]),
            ("iterations over √(n k)", report.iterations["per_sqrt_nk"]),
            *_where_k_is_from(report.sampling),
            *_how_it_was_run(report),
            *_free_keys(report.free),
            ("classical inner products", report.classical_inner_products),
            (f"error with fill {report.fill}: relative Frobenius", error.relative_frobenius),
            ("error: largest entry", error.max_abs),
            ("proved bound on it", error.bound),
            ("tail mass", error.tail_mass),
            ("seconds", round(report.seconds, 2)),
        ],
    )
