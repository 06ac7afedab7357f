"""Drawings: deterministic, accessible, nothing clipped, nothing left out silently."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from qattention.catalogue import RECORDS, BloqRecord, find_record
from qattention.catalogue.drawn_circuit import DrawnCircuit
from qattention.catalogue.gather import bloq_facts, circuit_of
from qattention.catalogue.place import MAX_STEPS
from qattention.render.circuit_drawing import draw
from qattention.render.circuit_text import MAX_WIDTH, circuit_text
from qattention.render.diagrams import bloq_drawing
from qattention.render.grid import Grid, step_width
from qattention.render.png import to_png
from qattention.render.shapes import Circle, Line, Rect, Text, text_width
from qattention.render.svg import to_svg

SVG = "{http://www.w3.org/2000/svg}"


def circuit(slug: str) -> DrawnCircuit:
    record = find_record(slug)
    return circuit_of(record, record.example())


@pytest.fixture(scope="module", params=RECORDS, ids=lambda record: record.slug)
def drawn(request: pytest.FixtureRequest) -> DrawnCircuit:
    record: BloqRecord = request.param
    return circuit_of(record, record.example())


def test_svg_is_the_same_twice_and_says_what_it_shows(drawn: DrawnCircuit) -> None:
    drawing = draw(drawn, "a footer")
    text = to_svg(drawing)
    assert text == to_svg(draw(drawn, "a footer"))
    root = ET.fromstring(text)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == drawn.title
    assert drawn.summary in root.find(f"{SVG}desc").text
    assert {element.text for element in root.iter(f"{SVG}text")} >= {drawn.title, "a footer"}


def test_everything_is_inside_the_page(drawn: DrawnCircuit) -> None:
    drawing = draw(drawn, "a footer")
    for shape in drawing.shapes:
        x1, x2, y1, y2 = _extent(shape)
        assert 0 <= x1 <= x2 <= drawing.width, shape
        assert 0 <= y1 <= y2 <= drawing.height, shape


def _extent(shape: object) -> tuple[float, float, float, float]:
    if isinstance(shape, Line):
        return (
            min(shape.x1, shape.x2),
            max(shape.x1, shape.x2),
            min(shape.y1, shape.y2),
            max(shape.y1, shape.y2),
        )
    if isinstance(shape, Rect):
        return shape.x, shape.x + shape.width, shape.y, shape.y + shape.height
    if isinstance(shape, Circle):
        return shape.x - shape.radius, shape.x + shape.radius, shape.y - shape.radius, shape.y + shape.radius
    assert isinstance(shape, Text)
    width = text_width(shape.text, shape.size, shape.bold)
    left = shape.x - {"start": 0.0, "middle": width / 2, "end": width}[shape.anchor]
    return left, left + width, shape.y - shape.size / 2, shape.y + shape.size / 2


def test_steps_in_neighbouring_columns_do_not_touch(drawn: DrawnCircuit) -> None:
    columns = Grid(drawn).columns()
    for step in drawn.steps:
        middle, width = columns[step.column]
        assert step_width(step) <= width
        if step.column + 1 < len(columns):
            after, width_after = columns[step.column + 1]
            assert middle + width / 2 < after - width_after / 2


def test_no_two_steps_share_a_cell_and_no_wire_is_crossed_by_its_own_row(drawn: DrawnCircuit) -> None:
    taken = set()
    for step in drawn.steps:
        cells = {(step.column, row) for row in range(step.rows[0], step.rows[1] + 1)}
        assert not cells & taken, step
        taken |= cells
    for row in range(drawn.n_rows):
        spans = sorted(
            (-1 if wire.start is None else wire.start, 10**9 if wire.end is None else wire.end)
            for wire in drawn.wires
            if wire.row == row
        )
        assert all(end <= start for (_, end), (start, _) in pairwise(spans)), spans


def test_no_two_ports_of_a_box_are_written_in_the_same_place(drawn: DrawnCircuit) -> None:
    for step in drawn.steps:
        rows = [port.row for port in step.ports]
        assert len(rows) == len(set(rows)), step


def test_boxes_hold_their_labels(drawn: DrawnCircuit) -> None:
    for step in drawn.steps:
        labels = [step.title, *(port.text for port in step.ports)]
        assert step_width(step) >= max(text_width(label, 11) for label in labels)


def test_text_diagram_shows_every_step(drawn: DrawnCircuit) -> None:
    text = circuit_text(drawn)
    lines = text.splitlines()
    if "too wide" in text:
        assert len(lines) == 1
        return
    assert max(map(len, lines)) <= MAX_WIDTH
    for step in drawn.steps:
        if step.is_box:
            assert step.title in text


def test_oracle_shows_load_inner_product_flag_phase_and_unload() -> None:
    oracle = circuit("heavy_key_oracle")
    titles = [step.title or step.ports[-1].text for step in oracle.steps]
    assert titles == ["QROMLoad", "InnerProduct", "≥τ", "Z", "≥τ", "InnerProduct†", "MeasuredUnload"]
    assert {wire.label: wire.size for wire in oracle.wires} == {
        "address": "3 bits",
        "key": "2 × 3 bits",
        "sign": "1 bit",
        "flag": "1 bit",
        "junk": "8 bits",
    }


def test_measured_bits_are_drawn_as_classical_wires() -> None:
    unload = circuit("measured_unload")
    (outcomes,) = (wire for wire in unload.wires if wire.is_classical)
    (key,) = (wire for wire in unload.wires if wire.label == "key")
    assert outcomes.row == key.row
    assert key.end == outcomes.start


def test_equal_gates_on_several_wires_are_one_step_without_a_line() -> None:
    flips = [step for step in circuit("phase_at_zero").steps if step.ports[0].mark == "plus"]
    assert [step.is_joined for step in flips] == [False, False]


def test_iterates_in_a_row_are_one_box_that_says_how_often() -> None:
    record = find_record("grover_search")
    for m, title in ((1, "GroverIterate"), (3, "GroverIterate × 3")):
        search = circuit_of(record, record.build({"n": 5, "d": 2, "b": 3, "m": m}))
        assert [step.title for step in search.steps if step.title] == ["UniformSuperposition", title]
    longer = circuit_of(record, record.build({"n": 5, "d": 2, "b": 3, "m": 60}))
    assert longer.steps[-1].title == "GroverIterate × 60"
    assert longer.n_omitted == 0


def test_phases_that_differ_are_not_drawn_as_repetition() -> None:
    titles = [step.title for step in circuit("phased_search").steps if step.title]
    assert titles[1:] == ["HeavyKeyOracle", "Reflection"] * 2


def test_the_sign_of_several_rows_is_no_controlled_z() -> None:
    (step,) = (step for step in circuit("shared_oracle").steps if step.title == "NotAll")
    assert [(port.mark, port.text) for port in step.ports] == [("box", "any 0")] * 3


def test_a_row_of_a_table_is_not_taken_for_a_component_of_the_key() -> None:
    load = circuit("select_swap_load")
    assert {p.text for step in load.steps for p in step.ports if p.mark == "box"} >= {"⊕row 0", "⊕row 2"}
    (oracle_load, *_) = circuit("heavy_key_oracle").steps
    assert [port.text for port in oracle_load.ports] == ["j", "k[0], k[1]"]


def test_bits_are_named_in_order_and_as_ranges() -> None:
    labels = {wire.out_label for wire in circuit("stock_product").wires}
    assert labels >= {"junk[0…3]", "junk[5…8]", "junk[10, 12, 13]", "sign"}


def test_numbers_are_short_and_negative_ones_have_a_minus_sign(drawn: DrawnCircuit) -> None:
    texts = [port.text for step in drawn.steps for port in step.ports]
    assert [text for text in texts if re.search(r"\.\d{4}|(?<![a-z])-", text)] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.slug)
def test_call_graphs_and_footers_are_free_of_noise(record: BloqRecord) -> None:
    facts = bloq_facts(record)
    assert [line.name for line in facts.tree if re.search(r"\.\d{4}|\*\*|e-|1j", line.name)] == []
    drawing = bloq_drawing(facts)
    assert [shape for shape in drawing.shapes if isinstance(shape, Text) and "`" in shape.text] == []


def test_a_circuit_too_wide_for_its_place_says_so() -> None:
    search = circuit("heavy_key_oracle")
    assert max(map(len, circuit_text(search).splitlines())) > 80
    assert "too wide" in circuit_text(search, max_width=80)


def test_long_circuit_is_capped_with_a_clear_word() -> None:
    record = find_record("qrom_load")
    long = circuit_of(record, record.build({"n": 60, "d": 1, "b": 2}))
    assert len(long.steps) == MAX_STEPS
    assert long.n_omitted > 100
    assert f"{long.n_omitted:,} more steps, not drawn" in to_svg(draw(long))
    assert f"{long.n_omitted:,} more steps, not drawn" in circuit_text(long)


def test_png_is_the_same_twice_and_carries_no_date() -> None:
    drawing = draw(circuit("full_adder"))
    data = to_png(drawing)
    assert data == to_png(drawing)
    assert data.startswith(b"\x89PNG")
    assert b"Software" not in data
    assert b"tIME" not in data
