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

TOTALS = ("toffoli", "t", "clifford", "measurement", "rotation", "t_depth")


def model_tables(bill: ModelBill) -> list[Table]:
    """The model, the bill of a prompt beside that of a token, and the machines and rivals of each."""
    return [_sizes(bill), _bill(bill), *_of_phase("prompt", bill.prefill), *_of_phase("token", bill.decode)]


def model_lines(bill: ModelBill) -> list[str]:
    """The headlines and what they rest on."""
    notes = [f"- {note.text} [{note.source}]" for note in bill.assumptions]
    return [*_headlines(bill), "", "Assumptions", *notes]


def model_markdown(bill: ModelBill) -> str:
    """The report."""
    lists = {
        "Assumptions": [f"- {note.text} [{note.source}]" for note in bill.assumptions],
        "Versions": [f"- {name} {number}" for name, number in bill.versions.items()],
    }
    parts = [f"# Attention of a model over {bill.n_tokens:,} tokens", *_headlines(bill)]
    parts += map(to_markdown, model_tables(bill))
    parts += [f"## {title}\n\n" + "\n".join(lines) for title, lines in lists.items()]
    return "\n\n".join(parts) + "\n"


def _headlines(bill: ModelBill) -> list[str]:
    return [_headline("Prompt", bill.prefill), _headline("Token", bill.decode)]


def _headline(name: str, one: PhaseBill) -> str:
    toffoli, iterations = one.logical.expected.toffoli, one.search.iterations_total
    return (
        f"{name}: {headline(toffoli)} Toffoli expected on {one.logical.qubits:,} logical qubits, "
        f"{headline(iterations)} Grover iterations of {one.iteration_toffoli:,} Toffoli each. "
        f"{one.classical.line}"
    )


def _sizes(bill: ModelBill) -> Table:
    model, problem = bill.model, bill.prefill.problem
    return facts(
        "Model",
        [
            ("layers", model.n_layers),
            ("query heads, key/value heads a layer", f"{model.n_heads}, {model.n_kv_heads}"),
            ("components of a head", model.head_dim),
            ("context, tokens costed", f"{words(model.n_context)}, {words(bill.n_tokens)}"),
            ("heavy keys a row at most", problem.n_heavy),
            ("bits of keys, queries", f"{problem.key_bits}, {problem.query_bits}"),
        ],
    )


def _bill(bill: ModelBill) -> Table:
    phases = (bill.prefill, bill.decode)
    rows: list[tuple[object, ...]] = [
        ("estimated once, query rows × keys", *(_once(one) for one in phases)),
        ("times", *(one.n_times for one in phases)),
        ("plan", *(_plan(one) for one in phases)),
        ("iterations", *(one.search.iterations_total for one in phases)),
        *((NAMES[name], *(getattr(one.logical.expected, name) for one in phases)) for name in TOTALS),
        ("Toffoli, worst case", *(one.logical.worst_case.toffoli for one in phases)),
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
    header = ("", f"prompt of {bill.n_tokens:,}", "token")
    shown = tuple((name, *map(words, values)) for name, *values in rows)
    return Table(title="The bill, expected", header=header, rows=shown)


def _once(one: PhaseBill) -> str:
    causal = ", causal" if one.problem.causal else ""
    return f"{words(one.problem.n_queries)} × {words(one.problem.n_keys)}{causal}"


def _plan(one: PhaseBill) -> str:
    plan = one.plan
    n_rows = plan.circuit.rows_per_load
    rows = "" if n_rows == 1 else f", {n_rows} rows a load"
    return f"{plan.algorithm}{rows}, {plan.circuit}, {plan.search}"


def _of_phase(name: str, one: PhaseBill) -> list[Table]:
    tables = [*physical_tables(one.physical)[:1], *classical_tables(one.classical)]
    return [attrs.evolve(table, title=f"{table.title} ({name})") for table in tables]
