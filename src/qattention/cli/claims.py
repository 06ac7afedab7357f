"""`qattention claims`: what is claimed of quantum attention, priced on a head."""

from __future__ import annotations

from typing import Any

import click

from qattention.cli.numbers import REAL, WHOLE
from qattention.cli.options import assumptions_option, head_argument, html_option, json_option
from qattention.cli.options import command as grouped
from qattention.cli.output import check_writable, show


@grouped("claims", examples=("claims smollm2-alice", "claims --n-tokens 2**20 --head-dim 128 --assumptions"))
@head_argument(required=False)
@click.option("--model", metavar="CONFIG", help="A model's config.json, for its context and head size.")
@click.option("--n-tokens", type=WHOLE, help="n, without HEAD [default: 2**14, or the model's context].")
@click.option("--head-dim", type=WHOLE, help="d, without HEAD [default: 128].")
@click.option("--n-heavy", type=WHOLE, help="k [default: measured for a 10 % error; 16 without HEAD].")
@click.option("--eps", type=REAL, help="Accuracy of a row, where a claim approximates [default: 0.1].")
@html_option
@assumptions_option
@json_option
def command(html: str | None, as_json: bool, assumptions: bool, **options: Any) -> None:
    """Who claims what of quantum attention: at these sizes, against what, with which memory?

    Formulas are read with constants and logarithms 1; their parameters are measured on HEAD.
    """
    from qattention.api.claiming import claims

    check_writable(html)
    show(claims(**options), as_json, assumptions, html)
