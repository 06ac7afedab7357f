"""`qattention run`: Algorithms 1 and 2 end to end on the simulated circuits."""

from __future__ import annotations

from typing import Any

import click

from qattention.asked import PlanOptions, ProblemOptions, Quantisation
from qattention.cli.numbers import REAL, ROWS
from qattention.cli.options import (
    FILLS,
    Named,
    exclusion_option,
    head_argument,
    html_option,
    json_option,
    options_of,
    seed_option,
)
from qattention.cli.options import command as grouped
from qattention.cli.output import check_writable, show
from qattention.cli.progress import progress
from qattention.errors import SpecError, bad

SIZES = ("n_tokens", "n_queries", "n_keys", "head_dim", "causal")  # HEAD decides them


@grouped(
    "run", examples=("run minilm-code --rows 0:8", "run minilm-code --rows 0:8 --search top-k --fill drop")
)
@head_argument()
@click.option("--rows", type=ROWS, help="Query rows A to B - 1 [default: all].")
@click.option("--fill", type=Named(lambda: FILLS), help="What light keys count as [default: mean-logit].")
@exclusion_option
@click.option("--address-error", type=REAL, default=0.0, help="P a call of a wrong address [default: 0].")
@click.option("--bit-error", type=REAL, default=0.0, help="P a call of a flipped key bit [default: 0].")
@options_of(ProblemOptions, PlanOptions, Quantisation, without=SIZES)
@seed_option
@html_option
@json_option
def command(
    head: str,
    rows: tuple[int, int | None] | None,
    seed: int,
    html: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Find the heavy keys of query rows on simulated circuits, then infer with Algorithm 2.

    The circuits are those of the plan that `estimate` of the same would cost; the output is compared with
    exact attention.
    """
    from qattention.api.running import run
    from qattention.problem import load_head

    if seed < 0:
        raise SpecError(bad("seed", seed, "an integer of at least 0"))
    loaded = load_head(head)
    chosen = _rows(rows, loaded.n_queries)
    check_writable(html)
    with progress("Running rows", len(chosen)) as advance:
        result = run(loaded, rows=chosen, seed=seed, on_row=advance, **options)
    show(result, as_json, html=html)


def _rows(rows: tuple[int, int | None] | None, n_queries: int) -> range:
    first, end = rows or (0, None)
    chosen = range(first, n_queries if end is None else end)
    if not chosen or chosen[-1] >= n_queries:
        shown = f"{first}:{'' if end is None else end}"
        raise SpecError(bad("rows", shown, f"at least one row of 0..{n_queries - 1}"))
    return chosen
