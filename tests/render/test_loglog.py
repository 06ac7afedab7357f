"""Log-log plots: every line drawn and named, no date, the same bytes every time."""

import re

from qattention.render.loglog import Guide, Line, Panel, loglog_svg

X = (1.0, 10.0, 1e4)
LINES = tuple(Line(label=f"loader {i}", x=X, y=tuple((i + 1) * x**1.5 for x in X)) for i in range(3))
GUIDES = (Guide(label="claim", exponent=1.5, through=(1.0, 0.5)),)
PANEL = Panel(title="T count", x_label="n", y_label="T gates", lines=LINES, guides=GUIDES)


def test_everything_that_is_plotted_is_named() -> None:
    svg = loglog_svg("Costs", [PANEL, PANEL], "Two panels.")
    for name in ("Costs", "T count", "T gates", "loader 0", "loader 2", "claim"):
        assert f">{name}<" in svg
    assert svg.count(">loader 1<") == 1  # one legend for all panels
    assert "Two panels." in svg


def test_the_same_values_give_the_same_bytes_without_a_date() -> None:
    once = loglog_svg("Costs", [PANEL], "One.")
    assert once == loglog_svg("Costs", [PANEL], "One.")
    assert not re.search(r"\b20\d\d-\d\d", once)
    assert once.endswith("</svg>\n")


def test_other_values_give_another_drawing() -> None:
    moved = Panel(title="T count", x_label="n", y_label="T gates", lines=LINES[:2])
    assert loglog_svg("Costs", [PANEL], "One.") != loglog_svg("Costs", [moved], "One.")
