"""The ladder of docs/joins.md is that of the published studies."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/joins.md").read_text(encoding="utf-8")
SIZES = [2**m for m in range(12, 25, 2)]


def points(name):
    document = json.loads((ROOT / "estimates" / name / "result.json").read_text(encoding="utf-8"))
    return {tuple(point["axes"].values()): point["values"] for point in document["points"]}


def rows_of_page():
    """(d, k) -> cells "millions (qubits)"."""
    found = re.findall(r"^\| (64|128) \| (4|16|64) \| (.+) \|$", PAGE, re.MULTILINE)
    return {(int(d), int(k)): cells.split(" | ") for d, k, cells in found}


def test_the_ladder_is_the_study_s():
    study, page = points("joins-ladder"), rows_of_page()
    assert len(page) == 6
    for (d, k), cells in page.items():
        assert len(cells) == len(SIZES)
        for n, cell in zip(SIZES, cells, strict=True):
            millions, qubits = re.fullmatch(r"([\d.]+) \(([\d,]+)\)", cell).groups()
            values = study[d, k, n]
            assert float(millions) == pytest.approx(values["logical.toffoli_per_row"] / 1e6, rel=0.005)
            assert int(qubits.replace(",", "")) == values["logical.qubits"]
            assert values["logical.expected.volume"] == pytest.approx(
                values["logical.qubits"] * values["logical.expected.t_depth"]
            )


def test_every_rung_of_the_ladder_is_lower():
    """Blocks, and from some n on pairs, take less than row by row, and auto no more than either."""
    rungs, best = points("joins-algorithms"), points("joins-ladder")
    for d in (64, 128):
        for n in SIZES:
            rows, blocked, pairs = (
                rungs[d, name, n]["logical.expected.toffoli"]
                for name in ("row-by-row", "blocked", "pair-join")
            )
            assert max(blocked, pairs) < rows
            assert best[d, 16, n]["logical.expected.toffoli"] <= 1.02 * min(blocked, pairs)
            assert rungs[d, "pair-join", n]["logical.expected.t_depth"] > 0


def test_figures_of_the_reference_case():
    values = points("joins-ladder")[128, 16, 2**14]
    assert "T depth is 1.0 x 10^9" in PAGE
    assert values["logical.expected.t_depth"] == pytest.approx(1.01e9, rel=0.01)
    assert "1.65 x\n10^13" in PAGE
    assert values["logical.expected.volume"] == pytest.approx(1.65e13, rel=0.01)
    assert "1.1 x 10^13 classical XORs, 230 a Toffoli" in PAGE
    bits = values["classical_work.bit_ops"]
    assert bits == pytest.approx(1.14e13, rel=0.01)
    assert bits / values["logical.expected.toffoli"] == pytest.approx(230, rel=0.03)
