"""A page as one HTML file that loads nothing, or as a piece of one for a notebook."""

from __future__ import annotations

import base64
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from qattention.render.page.model import Drawing, Page
from qattention.render.page.typeset import plain, typeset
from qattention.render.tables import right_aligned, words

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
MOST_DATA = 3 * 2**20  # bytes of JSON that a page carries; the page stays under 6 MB
_ID = re.compile(r'(\bid="|url\(#|href="#|aria-labelledby=")([^")]+)')


def page_html(page: Page) -> str:
    """The page: no script, and nothing from elsewhere; its own policy tells the browser so."""
    data = page.data.encode() if page.data is not None else None
    told = data is not None and len(data) > MOST_DATA
    return (
        _environment()
        .get_template("page.html")
        .render(
            page=page,
            sections=[(f"section-{i}", section) for i, section in enumerate(page.sections, 1)],
            data=base64.b64encode(data).decode() if data is not None and not told else None,
            left_out=told,
        )
    )


def piece_html(page: Page) -> str:
    """The answer and the sections, folded, for places that have a page of their own, such as a notebook."""
    return _environment().get_template("piece.html").render(page=page)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"typeset": typeset, "plain": plain, "words": words}
    made.filters |= {"right_aligned": right_aligned, "svg": _inline}
    return made


def _inline(block: Drawing, prefix: str) -> str:
    """The <svg> element of a document, its ids made this page's own: two pictures may share none."""
    from markupsafe import Markup

    start = block.svg.index("<svg")
    return Markup(_ID.sub(lambda found: found[1] + _prefixed(found[2], prefix), block.svg[start:]))


def _prefixed(names: str, prefix: str) -> str:
    return " ".join(f"{prefix}-{name}" for name in names.split())
