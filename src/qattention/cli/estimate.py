"""`qattention estimate`: compile a problem, cost it, report."""

from __future__ import annotations

from typing import Any

import click

from qattention.asked import WitnessOptions
from qattention.cli.options import (
    assumptions_option,
    checked_suffix,
    head_argument,
    html_option,
    json_option,
    options_of,
    request_options,
)
from qattention.cli.options import command as grouped
from qattention.cli.output import check_writable, show, write_file
from qattention.cli.progress import progress


@grouped(
    "estimate",
    examples=(
        "estimate minilm-code --markdown report.md",
        "estimate --n-tokens 2**20 --head-dim 128 --n-heavy 16 --no-physical",
        "estimate --loader qroam --max-qubits 4000 --json > a.json",
        "estimate --model config.json --n-tokens 2**14",
    ),
)
@head_argument(required=False)
@request_options
@options_of(WitnessOptions)
@click.option("--model", metavar="FILE", help="config.json of a language model: a prompt and a token.")
@click.option("--at", metavar="PATH", help="Break down one part, such as oracle/inner_product.")
@click.option("--markdown", metavar="FILE", callback=checked_suffix("markdown"), help="Write a report.")
@html_option
@assumptions_option
@json_option
def command(
    head: str | None,
    model: str | None,
    at: str | None,
    markdown: str | None,
    html: str | None,
    as_json: bool,
    assumptions: bool,
    **options: Any,
) -> None:
    """Compile a head, a problem of given sizes or all heads of a model, and cost it.

    Without HEAD: typical rows, no data needed, so --n-tokens 2**40 works.
    """
    if model is not None:
        from qattention.cli.model import print_model

        print_model(model, options, {"head": head, "at": at}, markdown, html, as_json, assumptions)
        return
    from qattention.api.estimating import JoinEstimate, estimate

    check_writable(markdown, html)
    with progress("Estimating"):
        result = estimate(head, at=at, **options)
    if isinstance(result, JoinEstimate) and at is not None:
        from qattention.errors import SpecError, bad

        allowed = f"absent with --algorithm {result.algorithm}: its parts are the phases"
        raise SpecError(bad("at", at, allowed))
    if markdown is not None:
        write_file(markdown, result.markdown())
    show(result, as_json, assumptions, html)
