"""Log-log plots: every line drawn and named, no date, the same bytes every time."""

import re
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import attrs
import pytest

from qattention.circuit import LOADERS
from qattention.render.figures import saved
from qattention.render.loglog import COLORS, Guide, Line, Panel, loglog_svg, place_of, plot, style_of
from qattention.render.shapes import text_width
from qattention.render.study_report import study_svg

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


def legend(svg: str, names: list[str]) -> list[tuple[float, float]]:
    """From and to which x each name is written."""
    left = {}
    for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        moved = re.search(r"translate\(([\d.]+)", element.get("transform", ""))
        left[element.text] = float(moved[1] if moved else element.get("x", "nan"))
    return [(left[name], left[name] + text_width(name, 9)) for name in names]


@pytest.mark.parametrize("n_panels", [1, 2, 3])
def test_a_long_legend_stays_inside_the_picture(n_panels: int) -> None:
    names = [f"bucket-brigade-parallel, {i}" for i in range(14)]
    lines = tuple(Line(label=name, x=X, y=X) for name in names)
    panel = Panel(title="", x_label="n", y_label="T gates", lines=lines)
    svg = loglog_svg("Costs", [panel] * n_panels, "Many.")
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])  # type: ignore[index]
    assert [(a, b) for a, b in legend(svg, names) if not 0 <= a < b <= width] == []


def test_a_label_has_one_colour_in_all_panels() -> None:
    names = [line.label for line in LINES]
    colours = [COLORS[place_of(name, names) % len(COLORS)] for name in names]
    assert len(set(colours)) == 3
    first, last = (loglog_svg("", [PANEL, attrs.evolve(PANEL, lines=(LINES[i],))], "") for i in (0, 2))
    assert first.count(colours[0]) > last.count(colours[0])
    assert first.count(colours[2]) < last.count(colours[2])


def test_a_loader_looks_the_same_in_every_plot_and_no_two_alike() -> None:
    loaders = list(LOADERS)
    looks = [style_of(Line(label=name, x=X, y=X), [name]) for name in loaders]
    assert looks == [style_of(Line(label=name, x=X, y=X), ["other", *loaders]) for name in loaders]
    assert len({(look["color"], look["marker"]) for look in looks}) == len(loaders)
    assert {look["linewidth"] for look in looks} == {looks[0]["linewidth"]}
    others = [style_of(Line(label=f"{i}", x=X, y=X), [f"{i}" for i in range(40)]) for i in range(40)]
    seen = {(look["color"], look["marker"], str(look["linestyle"])) for look in [*looks, *others]}
    assert len(seen) == len(loaders) + 40


def test_axes_may_be_linear() -> None:
    panel = attrs.evolve(PANEL, x_scale="linear", y_scale="log")
    (axes,) = plot("", [panel]).axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("linear", "log")


@pytest.mark.parametrize(("form", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_a_figure_is_the_same_bytes_in_every_format(form: str, begins: bytes) -> None:
    once, again = (saved(plot("Costs", [PANEL]), form, "Costs", "One.") for _ in range(2))
    assert once == again
    assert (once.encode() if isinstance(once, str) else once).startswith(begins)


def test_steps_hold_until_the_next_point() -> None:
    step = Line(label="least", x=(10.0, 100.0), y=(8.0, 2.0), kind="steps")
    svg = loglog_svg("", [Panel(title="", x_label="n", y_label="T", lines=(step,))], "")
    assert re.search(r'd="M [\d.]+ ([\d.]+)\s+L ([\d.]+) \1\s+L \2 [\d.]+', svg)  # level, then straight down


def point(loader: str, head_dim: int, n: int) -> Any:
    values = {"plan.loader": loader, "problem.head_dim": head_dim, "n": n, "toffoli": n**2}
    return SimpleNamespace(values=values)


def test_a_study_draws_a_panel_for_each_value_of_its_further_series() -> None:
    axes: dict[str, Any] = {"x": "n", "y": "toffoli", "x_label": "keys", "y_label": "Toffoli"}
    axes |= {"also": (), "x_scale": "log", "y_scale": "log"}
    figure = SimpleNamespace(**axes, series=("plan.loader", "problem.head_dim"))
    study: Any = SimpleNamespace(title="Contexts", question="?", figure=figure)
    points = [point(name, d, n) for name in ("qrom", "qroam") for d in (64, 128) for n in (10, 10**4)]
    svg = study_svg(study, SimpleNamespace(points=points))  # type: ignore[arg-type]
    assert [svg.count(f">{text}<") for text in ("head dim 64", "head dim 128", "qrom", "qroam")] == [1] * 4
    figure.series = ()
    assert ">Toffoli<" in study_svg(study, SimpleNamespace(points=points))  # type: ignore[arg-type]
