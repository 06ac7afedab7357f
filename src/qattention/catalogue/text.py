"""How numbers stand in the texts of a drawing and of a call graph."""

from __future__ import annotations

import re


def signed(text: str) -> str:
    """With a minus sign where a hyphen stands for one: not within a word."""
    return re.sub(r"(?<![A-Za-z])-", "−", text)


def rounded(text: str) -> str:
    """Angles to three digits."""
    return re.sub(r"\d+\.\d{4,}", lambda match: f"{float(match[0]):.3g}", text)
