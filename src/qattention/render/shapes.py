"""A drawing as a list of simple shapes in pixels, y downwards; written out by `svg` and by `png`."""

from __future__ import annotations

from typing import Literal

import attrs

INK, FAINT, PAPER = "#1b1f24", "#656d76", "#ffffff"  # contrast on white 16:1 and 5:1

# Advance widths in em of DejaVu Sans, the widest of the fonts asked for, so that no label is ever clipped.
_NARROW, _WIDE = set("iIjl.,:;'|!()[]⟨⟩ ·frt"), set("mMwW%@…⊕Σ→—")


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Pixels that `text` needs at most."""
    em = sum(0.41 if c in _NARROW else 1.0 if c in _WIDE else 0.68 for c in text)
    return em * size * (1.08 if bold else 1.0)


@attrs.frozen(kw_only=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    color: str = INK
    width: float = 1.4


@attrs.frozen(kw_only=True)
class Rect:
    """A box with rounded corners."""

    x: float
    y: float
    width: float
    height: float
    fill: str = PAPER
    stroke: str = INK
    radius: float = 4


@attrs.frozen(kw_only=True)
class Circle:
    """A disc or ring."""

    x: float
    y: float
    radius: float
    fill: str = INK


@attrs.frozen(kw_only=True)
class Text:
    """One line of text; y is its middle."""

    x: float
    y: float
    text: str
    size: float = 13
    color: str = INK
    bold: bool = False
    anchor: Literal["start", "middle", "end"] = "middle"


Shape = Line | Rect | Circle | Text


@attrs.frozen(kw_only=True)
class Drawing:
    """Shapes in painting order, with a title and a description for those who cannot see."""

    width: float
    height: float
    title: str
    description: str
    shapes: tuple[Shape, ...]
