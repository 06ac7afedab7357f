"""The bill of a model with k as real heads give it, beside that of one k for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qattention.render.tables import Table, words

if TYPE_CHECKING:
    from qattention.estimates.models import ModelBill

BEYOND = "extrapolated"


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
