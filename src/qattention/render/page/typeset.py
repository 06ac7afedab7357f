"""Text as HTML: escaped, powers as raised figures, `names` in the type of code.

Apart from `write` because how text becomes HTML that is inert is decided here alone.
"""

from __future__ import annotations

import re
from html import escape

from markupsafe import Markup

_FLOAT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)e([+-]?)0*(\d+)\b")
_POWER = re.compile(r"(?<=[\w)])(?:\^|\*\*)([-−]?\d+(?:\.\d+)?(?:/\d+)?|\([-−]?\d+(?:\.\d+)?(?:/\d+)?\))")
_CODE = re.compile(r"`([^`]+)`")


def typeset(text: object) -> Markup:
    """`1.2e+08` as 1.2 × 10 to the 8th, `n^1.5` and `2**40` with raised exponents, `--name` as code."""
    parts = _CODE.split(escape(str(text)))  # even places: prose, odd ones: code
    return Markup("".join(f"<code>{part}</code>" if i % 2 else _raised(part) for i, part in enumerate(parts)))


def _raised(text: str) -> str:
    powers = _FLOAT.sub(lambda found: f"{found[1]} × 10^{found[2].replace('+', '')}{found[3]}", text)
    return _POWER.sub(lambda found: f"<sup>{found[1].replace('-', '−')}</sup>", powers)
