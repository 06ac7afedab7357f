"""Pages: what they hold, that hostile text is text, and what a browser makes of them at any width."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from browser import SCHEMES, WIDTHS, look

from qattention.render.page import (
    Bars,
    Bullets,
    Drawing,
    Entries,
    Figures,
    Page,
    Preformatted,
    Prose,
    Section,
    page_html,
    tables,
)
from qattention.render.page.typeset import plain, typeset
from qattention.render.page.write import MOST_DATA
from qattention.render.tables import Table

HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7 * 7 }}"
SVG = """<?xml version="1.0"?>
<svg viewBox="0 0 9 9" width="900"><defs><path id="a" d="M0 0"/></defs><use href="#a"/></svg>"""
LONG = "a_name_of_a_machine_that_does_not_break_anywhere_" * 4
TABLE = Table(title="Many columns", header=("part", *"abcdefgh"), rows=(("x", *range(10**9, 10**9 + 8)),))


def page(text: str = "words", data: str | None = '{"a": 1}') -> Page:
    """One of every block, with this text in every place for text."""
    blocks = (
        Prose(lines=(text, "grows as n^1.5, 2**40 keys, 3.2e+08 gates")),
        Bullets(lines=(text, LONG)),
        Entries(header=("figure", "value", "why"), rows=((text, "657", text, text), (LONG, "1", LONG, LONG))),
        Figures(table=Table(title=text, header=(text, "n"), rows=((text, 3), (LONG, None)))),
        Figures(table=TABLE),
        Bars(title=text, header=("part", "T", "share"), rows=((text, 3, 0.75), ("b", 1, 0.25))),
        Drawing(svg=SVG, caption=text),
        Drawing(svg=SVG),
        Preformatted(text=text + "\n" + LONG),
    )
    whole = Section(title=text, blocks=blocks)
    folded = Section(title=f"{text} more", blocks=(Prose(lines=(text,)),), folded=True)
    return Page(title=text, answer=(text,), sections=(whole, folded), data=data, stem="estimate")


class Elements(HTMLParser):
    """Tags with their attributes."""

    VOID = ("meta", "img", "br", "path", "use")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_elements_close_and_ids_are_unique_and_reached() -> None:
    elements = Elements(page_html(page()))
    assert elements.open == []
    ids = [found["id"] for _, found in elements.found if "id" in found]
    assert len(ids) == len(set(ids))
    asked = [found["href"] for _, found in elements.found if (found.get("href") or "").startswith("#")]
    assert len(asked) == 5  # the skip link, two sections, two uses
    assert {str(name)[1:] for name in asked} <= set(ids)
    labels = [found["aria-labelledby"] for _, found in elements.found if "aria-labelledby" in found]
    assert set(labels) <= set(ids)


def test_hostile_text_is_text() -> None:
    elements = Elements(page_html(page(HOSTILE)))
    assert elements.open == []
    assert not [tag for tag, _ in elements.found if tag in ("script", "img")]
    assert not [name for _, found in elements.found for name in found if name.startswith("on")]
    assert "49" not in page_html(page("{{ 7 * 7 }}", data=None))


def test_nothing_is_loaded() -> None:
    text = page_html(page())
    assert "default-src 'none'" in text
    urls = re.findall(r'(?:src|href)="([^"]*)"', text) + re.findall(r"url\(([^)]*)\)", text)
    assert {url.split(",")[0].split("-")[0] for url in urls} <= {
        "#report",
        "#section",
        "data:application/json;base64",
    }


def test_the_data_is_the_command_s() -> None:
    (encoded,) = re.findall(r'href="data:application/json;base64,([^"]*)"', page_html(page()))
    assert base64.b64decode(encoded) == b'{"a": 1}'
    assert "data:" not in page_html(page(data=None)).split("</style>")[1]
    large = page_html(page(data=" " * (MOST_DATA + 1)))
    assert len(large) < 100_000
    assert "are too many for a page" in large


def test_a_section_a_table() -> None:
    (section,) = tables([TABLE])
    assert section.title == "Many columns"
    text = page_html(Page(title="t", answer=(), sections=(section,)))
    assert "<caption>" not in text.split("</style>")[1]
    assert '<td class="number">1,000,000,000</td>' in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("n^1.99 k^0.48", "n<sup>1.99</sup> k<sup>0.48</sup>"),
        ("(as n^2)", "(as n<sup>2</sup>)"),
        ("n^(3/2).", "n<sup>(3/2)</sup>."),
        ("4.5 × 10^-13", "4.5\xa0×\xa010<sup>−13</sup>"),
        ("2**40", "2<sup>40</sup>"),
        ("6.9e+08", "6.9\xa0×\xa010<sup>8</sup>"),
        ("1e-05", "1\xa0×\xa010<sup>−5</sup>"),
        ("1.7 sqrt(n k)", "1.7 √(n k)"),
        ("a1e3b, 0x1e3", "a1e3b, 0x1e3"),
        ("`2**40` <b>", "<code>2**40</code> &lt;b&gt;"),
        ("--n-tokens 4096", "--n-tokens 4096"),
    ],
)
def test_powers_are_raised(text: str, shown: str) -> None:
    assert typeset(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("6.9e+08 of 2**40", "6.9\xa0×\xa010⁸ of 2⁴⁰"),
        ("`n^2` and n^1.5, n^(3/2)", "n² and n^1.5, n^(3/2)"),
        ("1e-05", "1\xa0×\xa010⁻⁵"),
    ],
)
def test_powers_are_raised_in_plain_text(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("text", ["words", HOSTILE])
def test_a_browser_shows_it(browser: Any, tmp_path: Path, text: str, scheme: str, width: int) -> None:
    path = tmp_path / "page.html"
    path.write_text(page_html(page(text)))
    look(browser, path, width, scheme)
    assert browser.title == text
