"""Text as HTML: escaped, powers as raised figures, `names` in the type of code; and powers in plain text.

Apart from `write` because how text becomes HTML that is inert is decided here alone.
"""

from __future__ import annotations

import re
from html import escape

from markupsafe import Markup

_FLOAT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)e([+-]?)0*(\d+)\b")
_POWER = re.compile(r"(?<=[\w)])(?:\^|\*\*)([-−]?\d+(?:\.\d+)?(?:/\d+)?|\([-−]?\d+(?:\.\d+)?(?:/\d+)?\))")
_WHOLE_POWER = re.compile(r"(?<=[\w)])(?:\^|\*\*)([-−]?\d+)(?![.\d/])")
_CODE = re.compile(r"`([^`]+)`")
_ROOT = re.compile(r"\bsqrt\(")
_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")


def typeset(text: object) -> Markup:
    """`1.2e+08` as 1.2 × 10 to the 8th, `n^1.5` and `2**40` with raised exponents, `--name` as code."""
    parts = _CODE.split(escape(str(text)))  # even places: prose, odd ones: code
    return Markup("".join(f"<code>{part}</code>" if i % 2 else _raised(part) for i, part in enumerate(parts)))


def plain(text: object) -> str:
    """The same where there is no mark-up, as in a title: whole exponents as raised characters."""
    powers = _powers_of_ten(_CODE.sub(r"\1", str(text)))
    return _WHOLE_POWER.sub(lambda found: found[1].translate(_RAISED), powers)


def _raised(text: str) -> str:
    return _POWER.sub(lambda found: f"<sup>{found[1].replace('-', '−')}</sup>", _powers_of_ten(text))


def _powers_of_ten(text: str) -> str:
    """A figure stays with its power of ten, in one line."""
    powers = _FLOAT.sub(lambda found: f"{found[1]} × 10^{found[2].replace('+', '')}{found[3]}", text)
    return _ROOT.sub("√(", powers.replace(" × 10^", "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10^"))
