"""Tables and words: what a number looks like, in each of the three forms."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from qattention.render.bloq_text import size_words
from qattention.render.estimate_tables import headline
from qattention.render.html import page, paragraph
from qattention.render.tables import Table, facts, to_html, to_markdown, to_rich, words

TABLE = Table(title="T", header=("part", "n"), rows=(("a|b", 1234), ("<c>", None)))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (True, "yes"),
        (0, "0"),
        (1234567, "1,234,567"),
        (2**60, "1.153e+18"),
        (10**400, "1" + "0" * 400),
        (0.00012345, "0.0001234"),
        (12345.678, "12,346"),
        (1.5e13, "1.5e+13"),
        (float("nan"), "not finite"),
        ("text", "text"),
    ],
)
def test_words(value: object, shown: str) -> None:
    assert words(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(7.2, "8"), (100, "1.0 × 10^2"), (101, "1.1 × 10^2"), (3.61e11, "3.7 × 10^11"), (9.96e5, "1.0 × 10^6")],
)
def test_headlines_have_two_digits_rounded_up(value: float, shown: str) -> None:
    assert headline(value) == shown


def test_markdown_aligns_numbers_and_escapes_bars() -> None:
    assert to_markdown(TABLE).splitlines() == [
        "## T",
        "",
        "| part | n |",
        "| --- | ---: |",
        "| a\\|b | 1,234 |",
        "| <c> | – |",
    ]


def test_html_escapes_and_loads_nothing() -> None:
    text = page("A & B", [to_html(TABLE), paragraph("x < y")])
    assert "&lt;c&gt;" in text
    assert "A &amp; B" in text
    assert "x &lt; y" in text
    assert '<td class="number">1,234</td>' in text
    assert not [word for word in ("src=", "href=", "http", "<script") if word in text]


def test_terminal_table_does_not_interpret_markup() -> None:
    stream = io.StringIO()
    Console(file=stream, width=80).print(to_rich(facts("F", [("[bold]", 3)])))
    assert "[bold]" in stream.getvalue()


def test_sizes_in_words() -> None:
    assert size_words({"n": 5, "padded": True, "selected": False}) == "n 5, padded"
    assert size_words({}) == "the only one"
