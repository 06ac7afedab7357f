"""Tables and words: what a number looks like, in each of the three forms."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from qattention.render.bloq_text import size_words
from qattention.render.estimate_tables import headline
from qattention.render.tables import Table, right_aligned, to_markdown, to_rich, words

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
        (5908.4, "5,908"),
        (1068.0, "1,068"),
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


def shown(table: Table, width: int) -> list[str]:
    stream = io.StringIO()
    Console(file=stream, width=width).print(to_rich(table, width))
    return stream.getvalue().splitlines()


def test_words_too_wide_break_at_hyphens_first() -> None:
    table = Table(title="", header=("sum", "n"), rows=(("bucket-tree", 10**9), ("unhyphenated", 1)))
    lines = [line.split() for line in shown(table, 25)[3:]]
    assert lines[:4] == [["bucket-", "1,000,000,000"], ["tree"], ["unhyphe", "1"], ["nated"]]


def test_terminal_table_does_not_interpret_markup() -> None:
    table = Table(title="T [bold]", header=("machine [engine]", "n"), rows=(("[bold]", 3),))
    lines = shown(table, 80)
    assert lines[0].strip() == "T [bold]"
    assert lines[2].split() == ["machine", "[engine]", "n"]
    assert lines[4].split() == ["[bold]", "3"]


@pytest.mark.parametrize(
    ("column", "right"),
    [
        ((1, 2.5, None), True),
        (("60.4%", "0.9%"), True),
        (("12.5 min", "10.7 years", "0.0196 us"), True),
        (("6.9e+08", "1.2 × 10^11", "-3", "1,234"), True),
        (("256 × 256", "8"), False),
        (("8, 8", "1"), False),
        (("never", "12"), False),
        (("n^1.50", "n^2"), False),
        ((None, None), False),
    ],
)
def test_columns_of_figures_stand_to_the_right(column: tuple[object, ...], right: bool) -> None:
    rows = tuple((value, "text") for value in column)
    assert right_aligned(Table(title="", header=("a", "b"), rows=rows)) == [right, False]


WIDE = Table(
    title="Machines",
    header=("machine [engine]", "physical qubits", "runtime", "its factors"),
    rows=(
        (
            "superconducting, Gidney-Fowler [qualtran.surface_code]",
            21916158,
            "12.5 min",
            "steps 2",
        ),
        ("majorana, round-based factories [qdk.qre]", 232105, "148 years", "routing 1.4 × cycle time 0.952"),
    ),
)


@pytest.mark.parametrize("width", [80, 100, 120])
def test_no_word_and_no_figure_breaks_in_a_terminal_of_usual_width(width: int) -> None:
    lines = shown(WIDE, width)
    assert max(map(len, lines)) <= width
    words_shown = " ".join(lines).split()
    for row in (WIDE.header, *WIDE.rows):
        for value in row:
            assert [word for word in words(value).split() if word not in words_shown] == []
    assert any("12.5 min" in line for line in lines)


def test_sizes_in_words() -> None:
    assert size_words({"n": 5, "padded": True, "selected": False}) == "n 5, padded"
    assert size_words({}) == "the only one"
