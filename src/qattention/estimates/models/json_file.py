"""A `config.json` as it is found: bare Infinity and repeated keys do no harm where nothing reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import attrs

from qattention.errors import SpecError, bad

_TOLD = 3  # values of a repeated key that are kept


@attrs.frozen
class Repeated:
    """Values of a key that the file gives more than once, unequal: refused where the key is read."""

    values: tuple[Any, ...]


def read_config(text: str) -> Mapping[str, Any]:
    """The object in `text`; numbers may be NaN or infinite, as Python's own writer leaves them.

    Raises:
        SpecError: it is no JSON, or no object.
    """
    try:
        found = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise SpecError(f"`model`: is not JSON: {' '.join(str(error).split())}") from None
    if not isinstance(found, Mapping):
        raise SpecError(bad("model", type(found).__name__, "an object"))
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        before = found.get(key, value)
        if repr(before) == repr(value):  # NaN too
            found[key] = value
        else:
            earlier = before.values[:_TOLD] if isinstance(before, Repeated) else (before,)
            found[key] = Repeated((*earlier, value))
    return found
