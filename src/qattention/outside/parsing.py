"""JSON and TOML from outside, in time and memory linear in the text.

What the standard parsers take more than that for is refused: keys given twice among many, keys of very many
dotted parts, deep nesting, endless digits.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from qattention.errors import MOST_CHARACTERS, SpecError, brief

MAX_DEPTH = 64  # an estimate has 6, a config.json some 5
MAX_DIGITS = 1000  # of a whole number: the largest float has 309
MAX_PARTS = 32  # of a dotted TOML key: tomllib takes quadratic time in them
MOST_NAMED = 3  # of repeated keys

_PART = r"""(?>[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DOTTED = rf"{_PART}(?>[ \t]*+\.[ \t]*+{_PART}){{{MAX_PARTS}}}"
_LONG_KEY = re.compile(rf"(?m)(?:^|[\[{{,])[ \t]*+{_DOTTED}")  # where keys stand; sentences have dots, too


def read_json(text: str, name: str) -> Any:
    """Parsed JSON.

    Args:
        name: what the document is called in messages.
    Raises:
        SpecError: it is none, a key is repeated, a number is not finite or endless, or it is nested deeply.
    """
    try:
        found = json.loads(
            text,
            object_pairs_hook=_unrepeated,
            parse_constant=_no_constant,
            parse_int=_whole,
            parse_float=_finite,
        )
    except RecursionError:
        raise SpecError(_too_deep(name)) from None
    except ValueError as error:
        raise SpecError(f"`{name}`: is not JSON: {_line(error)}") from None
    return _shallow(found, name)


def read_toml(text: str, name: str) -> dict[str, Any]:
    """Parsed TOML.

    Args:
        name: what the document is called in messages.
    Raises:
        SpecError: it is none, a key has very many parts, a number is endless, or it is nested deeply.
    """
    if _LONG_KEY.search(text):
        raise SpecError(f"`{name}`: is not TOML as read here: a key of more than {MAX_PARTS} dotted parts")
    try:
        found = tomllib.loads(text, parse_float=_finite_or_named)
    except RecursionError:
        raise SpecError(_too_deep(name)) from None
    except ValueError as error:
        raise SpecError(f"`{name}`: is not TOML: {_line(error)}") from None
    document: dict[str, Any] = _shallow(found, name)
    return document


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        repeated = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]
        more = f" and {len(repeated) - MOST_NAMED} more" if len(repeated) > MOST_NAMED else ""
        raise ValueError(f"{', '.join(map(brief, repeated[:MOST_NAMED]))}{more} given more than once")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _whole(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number of {len(text)} digits; at most {MAX_DIGITS} are read")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{brief(text)} is beyond any float")
    return number


def _finite_or_named(text: str) -> float:
    """TOML has inf and nan by name, which the fields refuse; digits must not come to them."""
    return _finite(text) if any(character.isdigit() for character in text) else float(text)


def _shallow(document: Any, name: str) -> Any:
    """The document, unless it is nested deeply; level by level, so that no stack grows with it."""
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [inner for one in level if isinstance(one, Mapping | list) for inner in _inside(one)]
        if not level:
            return document
    raise SpecError(_too_deep(name))


def _inside(one: Any) -> Any:
    return one.values() if isinstance(one, Mapping) else one


def _too_deep(name: str) -> str:
    return f"`{name}`: is nested too deeply: at most {MAX_DEPTH} levels are read"


def _line(error: Exception) -> str:
    """What the parser says, on one short line."""
    text = " ".join(str(error).split())
    if "integer string conversion" in text:
        return "a number of endless digits"
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}..."
