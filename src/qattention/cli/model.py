"""`qattention estimate --model`: the bill of all layers and heads of a language model.

Apart from `estimate` because a model's bill is another answer, though the same command gives it.
"""

from __future__ import annotations

from typing import Any

from qattention.cli.output import check_writable, show, write_file
from qattention.cli.progress import progress
from qattention.errors import SpecError, bad


def print_model(
    path: str,
    options: dict[str, Any],
    refused: dict[str, Any],
    markdown: str | None,
    html: str | None,
    as_json: bool,
    assumptions: bool,
) -> None:
    """Tables or JSON of the model whose config.json is at `path`, and reports if asked for.

    Args:
        refused: options that mean nothing beside a model, with what was given for them.
    Raises:
        SpecError, InfeasibleError: as `estimate_model`; the report cannot be written.
    """
    from qattention.api.estimating import estimate_model
    from qattention.estimates.models.solve import DECIDED
    from qattention.render.model_tables import model_markdown

    decided = {name: options[name] for name in (*DECIDED, "witness")} | refused
    given = {name: value for name, value in decided.items() if value is not None}
    if given:
        raise SpecError([bad(name, value, "absent beside --model") for name, value in given.items()])
    check_writable(markdown, html)
    with progress("Estimating") as advance:
        bill = estimate_model(path, on_part=advance, **options)
    if markdown is not None:
        write_file(markdown, model_markdown(bill))
    show(bill, as_json, assumptions, html)
