"""`qattention verify`: lower an oracle to gates and run it on every address."""

from __future__ import annotations

from typing import Any

import click

from qattention.cli.numbers import WHOLE
from qattention.cli.options import command as grouped
from qattention.cli.options import (
    exclude_option,
    exclusion_option,
    head_argument,
    json_option,
    request_options,
    seed_option,
)
from qattention.cli.output import show
from qattention.cli.progress import progress


@grouped(
    "verify",
    examples=("verify minilm-code", "verify --from a.json", "verify --n-keys 100 --head-dim 4 --trace 3"),
)
@head_argument(required=False)
@click.option("--row", type=WHOLE, help="The query row of HEAD [default: the one that estimate costs].")
@click.option("--from", "source", metavar="FILE", help="Prove the circuit of what `estimate --json` printed.")
@exclusion_option
@exclude_option
@seed_option
@click.option("--draws", type=WHOLE, help="Outcome vectors to try besides, with all 0 and all 1 [none].")
@click.option("--trace", type=WHOLE, metavar="ADDRESS", help="Follow this address through the oracle.")
@request_options
@json_option
def command(
    head: str | None,
    source: str | None,
    seed: int,
    draws: int | None,
    trace: int | None,
    as_json: bool,
    **options: Any,
) -> int:
    """Prove the circuit that `estimate` of the same would cost: run its gates on every
    address, for all outcomes of its measurements at once.

    Without HEAD: a typical row over random keys, of the sizes given and --seed.
    Ends with 1 if anything is wrong; then the first wrong address is traced, bloq by bloq (fix-up only).
    """
    with progress("Verifying"):
        _ask(head, source, options)
        from qattention.api.proving import JoinProof, followed, verify
        from qattention.simulate.trace import is_traced

        options["exclude"] = options["exclude"] or ()
        report = verify(head, seed=seed, draws=draws, trace=trace, published=source, **options)
    if isinstance(report, JoinProof):
        show(report, as_json)
        return 0
    failure = report.first_failure
    if failure is not None and trace is None and is_traced(report.proved.oracle):
        sampled = "" if draws is None else f" --draws {draws}"
        click.echo(f"reproduce with: --trace {failure['address']} --seed {seed}{sampled}", err=True)
        report = followed(report, seed=seed, draws=draws)
    show(report, as_json)
    return 0 if report.is_right else 1


def _ask(head: str | None, source: str | None, options: dict[str, Any]) -> None:
    """Tell what cannot be asked before anything heavy is imported."""
    from qattention.api.verbs import request

    if source is None:
        where = ("row", "exclude", "exclusion")
        request(head, **{name: value for name, value in options.items() if name not in where}).question  # noqa: B018
