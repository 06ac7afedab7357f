"""Points of a plot tell their values."""

import math
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure

from qattention.render.page.hover import svg_with_values, values_of

TITLE, USE = "{http://www.w3.org/2000/svg}title", "{http://www.w3.org/2000/svg}use"


def told(figure: Figure) -> list[str | None]:
    root = ElementTree.fromstring(svg_with_values(figure))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    return [mark.findtext(TITLE) for mark in root.iter(USE) if mark.find(TITLE) is not None]


@pytest.mark.parametrize("scale", ["log", "linear"])
def test_every_marker_of_a_named_line_and_no_other(scale: str) -> None:
    figure = Figure()
    one, other = figure.subplots(1, 2)
    one.plot([1, 10, 100], [2, 30, 4.1234e12], marker="o", label="qrom & <co>")
    one.plot([1, 100], [1, 100], label="a guide")  # no markers
    other.plot([5], [7], marker="s", linestyle="none", label="one-hot")
    other.plot([5], [8], marker="s")  # no name
    for axes in (one, other):
        axes.set(xscale=scale, yscale=scale)
    one.set(xlabel="n", ylabel="T")
    assert told(figure) == [
        "qrom & <co>: n 1, T 2",
        "qrom & <co>: n 10, T 30",
        "qrom & <co>: n 100, T 4.123\xa0×\xa010¹²",
        "one-hot: x 5, T 7",
    ]


def test_points_without_a_mark_are_not_told() -> None:
    figure = Figure()
    axes = figure.subplots()
    axes.plot([1, 2, 3, 4], [0, 5, math.nan, 6], marker="o", label="a")
    axes.set(yscale="log", xlabel="n", ylabel="T")
    assert told(figure) == ["a: n 1, T 0", "a: n 2, T 5", "a: n 4, T 6"]
    (table,) = values_of(figure)
    assert [row[0] for row in table.rows] == [1.0, 2.0, 3.0, 4.0]


def test_values_stand_side_by_side_where_lines_share_their_x() -> None:
    figure = Figure()
    one, other, bare = figure.subplots(1, 3)
    for label, y in (("a", [3, 4]), ("b", [5, 6])):
        one.plot([1, 2], y, marker="o", label=label)
    other.plot([1, 2], [3, 4], marker="o", label="a")
    other.plot([7], [8], marker="o", label="b")
    bare.plot([1], [2], label="a guide")
    one.set(title="Costs", xlabel="n", ylabel="T")
    other.set(xlabel="n")
    first, second = values_of(figure)
    assert (first.title, first.header) == ("Costs: T", ("n", "a", "b"))
    assert first.rows == ((1.0, 3.0, 5.0), (2.0, 4.0, 6.0))
    assert (second.title, second.header) == ("T", ("", "n", "T"))
    assert second.rows == (("a", 1.0, 3.0), ("a", 2.0, 4.0), ("b", 7.0, 8.0))


def test_a_plot_is_named_and_brings_no_style_of_its_own() -> None:
    figure = Figure()
    figure.subplots().set(title="T count")
    figure.suptitle("All rows")
    root = ElementTree.fromstring(svg_with_values(figure))
    assert (root.get("role"), root.get("aria-label")) == ("img", "Plot. All rows. T count")
    assert not [one for one in root.iter() if one.tag.endswith("}style")]


def test_the_same_figure_gives_the_same_bytes() -> None:
    texts = []
    for _ in range(2):
        figure = Figure()
        figure.subplots().plot([1, 2], [3, 4], marker="o", label="a")
        texts.append(svg_with_values(figure))
    assert texts[0] == texts[1]
