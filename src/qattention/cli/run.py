"""`qattention run`: Algorithms 1 and 2 end to end on the simulated circuits."""

from __future__ import annotations

from typing import Any

import click

from qattention.cli.numbers import REAL, ROWS
from qattention.cli.options import (
    FILLS,
    PLAN_FIELDS,
    bits_options,
    budget_options,
    exclusion_option,
    given,
    head_argument,
    heavy_options,
    json_option,
    make_quantisation,
    plan_options,
    quantise_options,
    seed_option,
)
from qattention.cli.oracles import circuit_options
from qattention.cli.output import emit_json, plain, print_tables
from qattention.cli.progress import progress
from qattention.errors import SpecError, bad


@click.command("run")
@head_argument()
@click.option("--rows", type=ROWS, help="Query rows A to B - 1 [default: all].")
@click.option("--fill", metavar="|".join(FILLS), help="What light keys count as [default: mean-logit].")
@click.option("--center-keys", is_flag=True, help="Subtract the mean key first; softmax is unchanged.")
@click.option("--error-target", type=REAL, help="Derive k from this relative Frobenius error of the output.")
@exclusion_option
@click.option("--address-error", type=REAL, help="P per oracle call of a wrong address [default: 0].")
@click.option("--bit-error", type=REAL, help="P per oracle call of a flipped key bit [default: 0].")
@heavy_options
@bits_options
@quantise_options
@budget_options
@plan_options
@seed_option
@json_option
def command(head: str, rows: tuple[int, int | None] | None, seed: int, as_json: bool, **options: Any) -> None:
    """Find the heavy keys of query rows on simulated circuits, then infer with Algorithm 2.

    The output is compared with exact attention.
    """
    from qattention.plan import PlanOptions
    from qattention.problem import load_head
    from qattention.render.head_tables import run_table
    from qattention.search import DEFAULT_SCHEDULE
    from qattention.simulate.memory import MemoryErrors
    from qattention.simulate.run import RunSettings, run_head

    if seed < 0:
        raise SpecError(bad("seed", seed, "an integer of at least 0"))
    loaded = load_head(head)
    plan = PlanOptions(**given(options, *PLAN_FIELDS))
    names = ("n_heavy", "tau", "error_target", "fill", "p_fail", "p_fail_scope")
    settings = RunSettings(
        **given(options, *names, "exclusion"),
        errors=MemoryErrors(**given(options, "address_error", "bit_error")),
        search=DEFAULT_SCHEDULE if plan.search == "auto" else plan.search,
        **circuit_options(options),
        rows_per_load=plan.n_rows_per_load or "auto",
        quantisation=make_quantisation(options),
        seed=seed,
    )
    chosen = _rows(rows, loaded.n_queries)
    with progress("Running rows", len(chosen)) as advance:
        result = run_head(loaded, settings, chosen, on_row=advance)
    if as_json:
        return emit_json("run", plain(result.report))
    print_tables([run_table(result.report, loaded.name)])
    return None


def _rows(rows: tuple[int, int | None] | None, n_queries: int) -> range:
    first, end = rows or (0, None)
    chosen = range(first, n_queries if end is None else end)
    if not chosen or chosen[-1] >= n_queries:
        shown = f"{first}:{'' if end is None else end}"
        raise SpecError(bad("rows", shown, f"at least one row of 0..{n_queries - 1}"))
    return chosen
