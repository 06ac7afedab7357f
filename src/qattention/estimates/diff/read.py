"""An estimate from a file of unknown origin."""

from __future__ import annotations

from collections.abc import Mapping

from qattention.errors import SpecError, bad
from qattention.estimates.model import SCHEMA, Estimate
from qattention.estimates.serialise import estimate_from_json
from qattention.outside import read_json


def read_estimate(text: str, name: str) -> Estimate:
    """The estimate, or one line that says why there is none.

    Raises:
        SpecError: not JSON, of another schema, or with missing, unknown or ill-typed fields: the first, and
            how many more.
    """
    document = read_json(text, name)
    schema = document.get("schema") if isinstance(document, Mapping) else None
    if schema != SCHEMA:
        raise SpecError(bad(name, schema, f"of the schema {SCHEMA} (what `estimate --json` prints)"))
    try:
        return estimate_from_json(text)
    except SpecError as error:
        first, *more = error.problems
        rest = f" (and {len(more)} more)" if more else ""
        raise SpecError(f"`{name}`: is no sound estimate: {first}{rest}") from None
