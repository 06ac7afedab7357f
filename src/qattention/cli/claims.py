"""`qattention claims`: what is claimed of quantum attention, priced on a head."""

from __future__ import annotations

from typing import Any

import click

from qattention.cli.numbers import REAL, WHOLE
from qattention.cli.options import command as grouped
from qattention.cli.options import head_argument, json_option
from qattention.cli.output import emit_json, plain, print_tables


@grouped("claims")
@head_argument(required=False)
@click.option("--model", metavar="CONFIG", help="A model's config.json, for its context and head size.")
@click.option("--n-tokens", type=WHOLE, help="n, without HEAD [default: 2**14, or the model's context].")
@click.option("--head-dim", type=WHOLE, help="d, without HEAD [default: 128].")
@click.option("--n-heavy", type=WHOLE, help="k [default: measured for a 10 % error; 16 without HEAD].")
@click.option("--eps", type=REAL, help="Accuracy of a row, where a claim approximates [default: 0.1].")
@json_option
def command(head: str | None, model: str | None, as_json: bool, **options: Any) -> None:
    """Who claims what of quantum attention: at these sizes, against what, with which memory?

    Formulas are read with constants and logarithms 1; their parameters are measured on HEAD.
    """
    from qattention.claims import claims
    from qattention.estimates.models import read_model
    from qattention.outside import read_text
    from qattention.problem import load_head
    from qattention.render.claims_tables import claims_lines, claims_tables

    report = claims(
        None if head is None else load_head(head),
        model=None if model is None else read_model(read_text(model, "model")),
        **{name: value for name, value in options.items() if value is not None},
    )
    if as_json:
        return emit_json("claims", plain(report))
    return print_tables(claims_tables(report), claims_lines(report))
