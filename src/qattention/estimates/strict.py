"""Documents from outside to attrs values: nothing repeated, unknown, missing or of another type."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin

from cattrs import BaseValidationError, Converter, transform_error
from cattrs.v import format_exception

from qattention.errors import QAttentionError, SpecError, bad

T = TypeVar("T")


def strict_converter() -> Converter:
    """No unknown keys, no number read from a string, no string made of a number, no NaN."""
    converter = Converter(forbid_extra_keys=True)
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, lambda value, to: _exactly(value, to, (to,)))
    converter.register_structure_hook(float, _finite)
    converter.register_structure_hook_func(_is_literal, _one_of)
    return converter


def _is_literal(kind: Any) -> bool:
    return get_origin(kind) is Literal


def _exactly(value: Any, kind: type, allowed: tuple[type, ...]) -> Any:
    if type(value) not in allowed:
        raise ValueError(f"got {value!r}; must be of type {kind.__name__}")
    return value


def _one_of(value: Any, kind: Any) -> Any:
    choices = get_args(kind)
    if not any(type(value) is type(choice) and value == choice for choice in choices):
        raise ValueError(f"got {value!r}; must be {' or '.join(map(repr, choices))}")
    return value


def _finite(value: Any, kind: type) -> float:
    number = float(_exactly(value, kind, (int, float)))
    if not math.isfinite(number):
        raise ValueError(f"got {value!r}; must be finite")
    return number


CONVERTER = strict_converter()


def structured(document: Any, kind: type[T], name: str, converter: Converter = CONVERTER) -> T:
    """The value of type `kind` that a parsed document holds.

    Args:
        name: what the document is called in messages.
    Raises:
        SpecError: unknown, missing or ill-typed fields, or values that their class refuses; a line each.
    """
    if not isinstance(document, Mapping):
        raise SpecError(bad(name, type(document).__name__, "an object"))
    try:
        return converter.structure(document, kind)
    except BaseValidationError as error:
        told = transform_error(error, path=name, format_exception=_told)
        raise SpecError([line for one in told for line in _lines(one)]) from None


def _told(error: BaseException, kind: type | None) -> str:
    """What is wrong, in a phrase that `transform_error` ends with the place."""
    if isinstance(error, QAttentionError | ValueError) and not isinstance(error, BaseValidationError):
        return str(error)
    return format_exception(error, kind)


def _lines(told: str) -> list[str]:
    """The place first, where the lines do not name a field of their own."""
    what, _, place = told.rpartition(" @ ")
    return what.splitlines() if what.startswith("`") else [f"`{place}`: {' '.join(what.split())}"]


def read_json(text: str, name: str) -> Any:
    """Parsed JSON.

    Raises:
        SpecError: it is none, a key is repeated, or a number is not finite.
    """
    try:
        return json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise SpecError(f"`{name}`: is not JSON: {' '.join(str(error).split())}") from None


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [key for key, _ in pairs]
        repeated = sorted({key for key in names if names.count(key) > 1})
        raise ValueError(f"{', '.join(map(repr, repeated))} given more than once")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")
