"""Points of a plot tell their values."""

from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure

from qattention.render.page.hover import svg_with_values

TITLE, USE = "{http://www.w3.org/2000/svg}title", "{http://www.w3.org/2000/svg}use"


def told(figure: Figure) -> list[str | None]:
    root = ElementTree.fromstring(svg_with_values(figure))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    return [mark.findtext(TITLE) for mark in root.iter(USE) if mark.find(TITLE) is not None]


@pytest.mark.parametrize("scale", ["log", "linear"])
def test_every_marker_of_a_named_line_and_no_other(scale: str) -> None:
    figure = Figure()
    one, other = figure.subplots(1, 2)
    one.plot([1, 10, 100], [2, 30, 41234.5], marker="o", label="qrom & <co>")
    one.plot([1, 100], [1, 100], label="a guide")  # no markers
    other.plot([5], [7], marker="s", linestyle="none", label="one-hot")
    other.plot([5], [8], marker="s")  # no name
    for axes in (one, other):
        axes.set(xscale=scale, yscale=scale)
    assert told(figure) == [
        "qrom & <co>: 1, 2",
        "qrom & <co>: 10, 30",
        "qrom & <co>: 100, 4.123e+04",
        "one-hot: 5, 7",
    ]


def test_the_same_figure_gives_the_same_bytes() -> None:
    texts = []
    for _ in range(2):
        figure = Figure()
        figure.subplots().plot([1, 2], [3, 4], marker="o", label="a")
        texts.append(svg_with_values(figure))
    assert texts[0] == texts[1]
