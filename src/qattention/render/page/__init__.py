"""Reports as pages: values that say what is on a page, and one template that sets them."""

from qattention.render.page.model import (
    Bars,
    Block,
    Bullets,
    Drawing,
    Entries,
    Figures,
    Page,
    Preformatted,
    Prose,
    Section,
    tables,
)
from qattention.render.page.write import page_html

__all__ = [
    "Bars",
    "Block",
    "Bullets",
    "Drawing",
    "Entries",
    "Figures",
    "Page",
    "Preformatted",
    "Prose",
    "Section",
    "page_html",
    "tables",
]
