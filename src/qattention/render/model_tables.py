"""The bill of a model as tables, lines and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from qattention.render.classical_tables import classical_tables
from qattention.render.estimate_tables import NAMES, headline
from qattention.render.physical_tables import physical_tables
from qattention.render.tables import Table, facts, to_markdown, words

if TYPE_CHECKING:
    from qattention.estimates.models import ModelBill, PhaseBill
    from qattention.estimates.result import Assumption


TOTALS = ("toffoli", "t", "clifford", "measurement", "rotation", "t_depth")
BEYOND = "extrapolated"


def model_tables(bill: ModelBill) -> list[Table]:
    """The model, its kinds of layers, the bill of a prompt beside a token's, machines and rivals of each."""
    token = [] if bill.decode is None else _of_phase("token", bill.decode)
    return [
        *(_sizes(bill), _kinds(bill), _bill(bill), _per_token(bill)),
        *measured_tables(bill),
        *_of_phase("prompt", bill.prefill),
        *token,
    ]


def model_markdown(bill: ModelBill) -> str:
    """The report."""
    lists = {
        "Assumptions": [f"- {note.text} [{note.source}]" for note in _assumptions(bill)],
        "Versions": [f"- {name} {number}" for name, number in bill.versions.items()],
    }
    parts = [f"# Attention of a model over {bill.n_tokens:,} tokens", *_headlines(bill)]
    parts += map(to_markdown, model_tables(bill))
    parts += [f"## {title}\n\n" + "\n".join(lines) for title, lines in lists.items()]
    return "\n\n".join(parts) + "\n"


def _assumptions(bill: ModelBill) -> tuple[Assumption, ...]:
    return (*bill.assumptions, *(() if bill.measured is None else bill.measured.assumptions))


def _phases(bill: ModelBill) -> list[tuple[str, PhaseBill]]:
    """("Prompt", ...) and, of what generates, ("Token", ...)."""
    token = [] if bill.decode is None else [("Token", bill.decode)]
    return [("Prompt", bill.prefill), *token]


def _headlines(bill: ModelBill) -> list[str]:
    return [_headline(name, one) for name, one in _phases(bill)]


def _headline(name: str, one: PhaseBill) -> str:
    toffoli, iterations = one.logical.expected.toffoli, one.search.iterations_total
    return (
        f"{name}: {headline(toffoli)} Toffoli expected on {one.logical.qubits:,} logical qubits, "
        f"{headline(iterations)} Grover iterations{_each(one)}. "
        f"{one.classical.line}"
    )


def _each(one: PhaseBill) -> str:
    return "" if one.iteration_toffoli is None else f" of {one.iteration_toffoli:,} Toffoli each"


def _sizes(bill: ModelBill) -> Table:
    model, problem = bill.model, bill.prefill.problem
    share = model.n_attending / model.n_layers
    return facts(
        f"Model{f' ({model.model_type})' if model.model_type else ''}",
        [
            ("layers, those that attend", f"{model.n_layers}, {model.n_attending} ({share:.0%})"),
            ("query heads, key tables in all", f"{_all(bill, 'heads'):,}, {_all(bill, 'tables'):,}"),
            ("context, tokens costed", f"{words(model.n_context)}, {words(bill.n_tokens)}"),
            ("heavy keys a row at most", problem.n_heavy),
            ("bits of keys, queries", f"{problem.key_bits}, {problem.query_bits}"),
            ("keys of the file passed over", _passed_over(bill)),
        ],
    )


def _all(bill: ModelBill, what: str) -> int:
    return sum(getattr(kind, what) for kind in bill.model.kinds)


def _passed_over(bill: ModelBill) -> str:
    return ", ".join(bill.model.passed_over) or "none"


def _kinds(bill: ModelBill) -> Table:
    """Each kind of layer with its share of what a prompt and a token cost."""
    rows = []
    for index, kind in enumerate(bill.model.kinds):
        heads = f"{kind.n_heads} on {kind.n_kv_heads}"
        widths = (
            str(kind.head_dim) if kind.head_dim == kind.v_dim else f"{kind.head_dim}, values {kind.v_dim}"
        )
        shares = [_share(one, index) for _, one in _phases(bill)]
        rows.append((kind.name, kind.n_layers, heads, widths, kind.n_window, *shares))
    names = tuple(f"share of a {name.lower()}" for name, _ in _phases(bill))
    header = ("layers", "how many", "query heads on key heads", "components", "window", *names)
    return Table(title="Layers that attend", header=header, rows=tuple(rows))


def _share(one: PhaseBill, index: int) -> str:
    parts = [part for part in one.parts if part.kind_index == index]
    return f"{sum(part.share for part in parts):.1%}" if parts else "none"


def _bill(bill: ModelBill) -> Table:
    phases = [one for _, one in _phases(bill)]
    worsts = [one.logical.worst_case for one in phases]
    rows: list[tuple[object, ...]] = [
        ("costliest part, query rows × keys", *(_once(one) for one in phases)),
        ("heads", *(one.n_times for one in phases)),
        ("plan of that part", *(_plan(one) for one in phases)),
        ("iterations", *(one.search.iterations_total for one in phases)),
        *((NAMES[name], *(getattr(one.logical.expected, name) for one in phases)) for name in TOTALS),
        ("Toffoli, worst case", *(worst and worst.toffoli for worst in worsts)),
        (NAMES["qubits"], *(one.logical.qubits for one in phases)),
        ("key bits held", *(one.memory.cells for one in phases)),
        ("key components written", *(one.memory.writes for one in phases)),
        ("coherent look-ups", *(one.memory.reads for one in phases)),
        ("inner products re-checked", *(one.classical_work.inner_products for one in phases)),
        ("bit operations of fix-ups", *(one.classical_work.bit_ops for one in phases)),
        ("flops of Algorithm 2", *(one.classical_work.inference_flops for one in phases)),
        ("flops of exact attention", *(one.classical.flops for one in phases)),
        ("bytes of exact attention", *(one.classical.n_bytes for one in phases)),
    ]
    header = ("", f"prompt of {bill.n_tokens:,}", "token")[: 1 + len(phases)]
    shown = tuple((name, *map(words, values)) for name, *values in rows)
    return Table(title="The bill, expected", header=header, rows=shown)


def _per_token(bill: ModelBill) -> Table:
    """A token of the prompt, its share, beside one generated at this context."""
    phases = [one for _, one in _phases(bill)]
    rows: list[tuple[object, ...]] = [
        ("Toffoli", *(one.per_token.toffoli for one in phases)),
        (f"seconds: {phases[0].classical.quantum}", *(one.per_token.quantum_s for one in phases)),
        *(
            (f"seconds of {task}: {name}", *(getattr(one.per_token, field)[name] for one in phases))
            for field, task in (("classical_s", "exact attention"), ("search_s", "finding the keys"))
            for name in getattr(phases[0].per_token, field)
        ),
    ]
    header = ("", "of the prompt, each", "generated, each")[: 1 + len(phases)]
    return Table(title=f"Per token, at {bill.n_tokens:,} tokens", header=header, rows=tuple(rows))


def _once(one: PhaseBill) -> str:
    causal = ", causal" if one.problem.causal else ""
    return f"{words(one.problem.n_queries)} × {words(one.problem.n_keys)}{causal}"


def _plan(one: PhaseBill) -> str:
    plan = one.plan
    if plan is None:
        return f"blocks of pairs, {one.algorithm}"
    n_rows = plan.circuit.rows_per_load
    rows = "" if n_rows == 1 else f", {n_rows} rows a load"
    return f"{plan.algorithm}{rows}, {plan.circuit}, {plan.search}"


def _of_phase(name: str, one: PhaseBill) -> list[Table]:
    tables = [*physical_tables(one.physical)[:1], *classical_tables(one.classical)]
    return [attrs.evolve(table, title=f"{table.title} ({name})") for table in tables]


def measured_tables(bill: ModelBill) -> list[Table]:
    """The bill, and k layer by layer; nothing unless an error was asked for."""
    measured = bill.measured
    if measured is None:
        return []
    k, error = bill.prefill.problem.n_heavy, f"{measured.error_target:g}"
    rows = []
    for name, one in (("prompt", measured.prompt), ("token", measured.token)):
        if one is not None:
            ratio = None if one.over_fixed is None else f"{one.over_fixed:.2f}"
            counts = (one.fixed_iterations, one.iterations, one.fixed_toffoli, one.toffoli)
            rows.append((name, *map(words, counts), ratio, f"{one.extrapolated:.0%}"))
    header = (
        *("", f"iterations, k = {k}", "iterations, k measured", f"Toffoli, k = {k}", "Toffoli, k measured"),
        *("ratio", f"of it {BEYOND}"),
    )
    title = f"With k of each head for an error of {error}, as measured on real heads"
    return [Table(title=title, header=header, rows=tuple(rows)), _layers(bill)]


def _layers(bill: ModelBill) -> Table:
    assert bill.measured is not None
    rows = tuple(
        (
            *(one.kind, one.layer, one.n_seen),
            f"{one.low:.0f}/{one.median:.0f}/{one.high:.0f}",
            *(one.most, one.n_without),
            BEYOND if one.extrapolated else "measured contexts",
        )
        for one in bill.measured.layers
    )
    header = ("layers", "layer", "keys seen", "k, quartiles", "largest k", "heads without search", "from")
    return Table(title="k of each layer's heads, for the row that sees most", header=header, rows=rows)
