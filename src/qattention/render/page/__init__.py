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
from qattention.render.page.result import result_page, several_page, told
from qattention.render.page.write import page_html, piece_html

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
    "piece_html",
    "result_page",
    "several_page",
    "tables",
    "told",
]
