"""A drawing as SVG text: accessible, on a light ground, the same bytes every time."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from qattention.render.shapes import PAPER, Circle, Drawing, Line, Rect, Shape, Text

FONT = "'DejaVu Sans', Verdana, 'Segoe UI', Helvetica, Arial, sans-serif"


def to_svg(drawing: Drawing) -> str:
    """One SVG document, ending in a newline."""
    width, height = _number(drawing.width), _number(drawing.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="{FONT}">'
    )
    about = [
        f'<title id="title">{escape(drawing.title)}</title>',
        f'<desc id="description">{escape(drawing.description)}</desc>',
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
    ]
    return "\n".join([head, *about, *map(_element, drawing.shapes), "</svg>"]) + "\n"


def _number(value: float) -> str:
    """Two decimals at most: float noise never reaches the file."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _tag(name: str, /, content: str | None, **attributes: float | str) -> str:
    pairs = [
        f"{key.replace('_', '-')}={quoteattr(value if isinstance(value, str) else _number(value))}"
        for key, value in attributes.items()
    ]
    opening = f"<{' '.join([name, *pairs])}"
    return f"{opening}/>" if content is None else f"{opening}>{escape(content)}</{name}>"


def _element(shape: Shape) -> str:
    if isinstance(shape, Line):
        ends = {"x1": shape.x1, "y1": shape.y1, "x2": shape.x2, "y2": shape.y2}
        return _tag("line", None, **ends, stroke=shape.color, stroke_width=shape.width)
    if isinstance(shape, Rect):
        box = {"x": shape.x, "y": shape.y, "width": shape.width, "height": shape.height, "rx": shape.radius}
        return _tag("rect", None, **box, fill=shape.fill, stroke=shape.stroke, stroke_width=1.4)
    if isinstance(shape, Circle):
        place = {"cx": shape.x, "cy": shape.y, "r": shape.radius}
        return _tag("circle", None, **place, fill=shape.fill, stroke="#1b1f24", stroke_width=1.4)
    return _text(shape)


def _text(shape: Text) -> str:
    weight = {"font_weight": "bold"} if shape.bold else {}
    # A third of the size below the middle: dominant-baseline is not understood by every viewer.
    return _tag(
        "text",
        shape.text,
        x=shape.x,
        y=shape.y + 0.35 * shape.size,
        font_size=shape.size,
        text_anchor=shape.anchor,
        fill=shape.color,
        **weight,
    )
