"""`qattention estimate --model`: the bill of all layers and heads of a language model."""

from __future__ import annotations

from typing import Any

from qattention.cli.output import check_writable, emit_json, plain, print_tables, write_file
from qattention.cli.progress import progress
from qattention.errors import SpecError, bad
from qattention.outside import read_text


def print_model(
    path: str, options: dict[str, Any], refused: dict[str, Any], markdown: str | None, as_json: bool
) -> None:
    """Tables or JSON of the model whose config.json is at `path`, and a report if asked for.

    Args:
        refused: options that mean nothing beside a model, with what was given for them.
    Raises:
        SpecError, InfeasibleError: as `estimate_model`; the report cannot be written.
    """
    from qattention.api.verbs import estimate_model
    from qattention.estimates.models.solve import DECIDED
    from qattention.render.model_tables import model_lines, model_markdown, model_tables

    decided = {name: options[name] for name in DECIDED} | refused
    given = {name: value for name, value in decided.items() if value is not None}
    if given:
        raise SpecError([bad(name, value, "absent beside --model") for name, value in given.items()])
    check_writable(markdown)
    with progress("Estimating") as advance:
        bill = estimate_model(read_text(path, "model"), advance, **options)
    if markdown is not None:
        write_file(markdown, model_markdown(bill))
    if as_json:
        emit_json("model", plain(bill))
    else:
        print_tables(model_tables(bill), model_lines(bill))
