"""Tables of a study for a paper, read back; drawings in quantikz: balanced, a row a wire."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

import qattention as qa
from qattention.catalogue import RECORDS, BloqRecord
from qattention.export.latex import escape, number

STUDY = """\
title = "Contexts & 100 %"
question = "Which grows?"
[problem]
head_dim = 2
n_heavy = 1
[sweep]
"problem.n_tokens" = [4, 8]
"plan.loader" = ["qrom", "one-hot"]
[[columns]]
path = "logical.expected.toffoli"
label = "Toffoli, expected"
[[columns]]
path = "logical.qubits"
label = "qubits"
[figure]
x = "problem.n_keys"
y = "logical.expected.toffoli"
x_label = "n"
y_label = "Toffoli"
series = ["plan.loader"]
x_scale = "linear"
[[figure.also]]
path = "logical.qubits"
label = "qubits"
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> qa.StudyRun:
    path = tmp_path_factory.mktemp("study") / "study.toml"
    path.write_text(STUDY)
    return qa.study(path)


def test_a_row_an_estimate_unrounded_in_csv(study: qa.StudyRun) -> None:
    head, *rows = csv.reader(io.StringIO(study.table("csv")))
    assert head == ["n tokens", "loader", "Toffoli, expected", "qubits"]
    assert len(rows) == 4
    for row, (n, loader) in zip(
        rows, [(4, "qrom"), (4, "one-hot"), (8, "qrom"), (8, "one-hot")], strict=True
    ):
        alone = qa.estimate(n_tokens=n, head_dim=2, n_heavy=1, loader=loader, physical=False)
        assert row[:2] == [str(n), loader]
        assert float(row[2]) == alone.logical.expected.toffoli
        assert int(row[3]) == alone.logical.qubits


def test_latex_has_booktabs_a_label_and_heads_on_every_page(study: qa.StudyRun) -> None:
    text = study.table("latex", label="tab:mine", digits=3)
    for part in (
        r"\toprule",
        r"\midrule",
        r"\bottomrule",
        r"\label{tab:mine}",
        r"\endfirsthead",
        r"\endhead",
    ):
        assert part in text
    assert r"\caption{Contexts \& 100 \%. Which grows?}" in text
    assert text.count(r"n tokens & loader & Toffoli, expected & qubits \\") == 2
    body = text.split(r"\endlastfoot")[1]
    assert len(re.findall(r"\\\\$", body, flags=re.MULTILINE)) == 4
    assert r"\begin{longtable}{@{}rlrr@{}}" in text


def test_markdown_and_columns_that_are_chosen(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(STUDY)
    run = qa.study(path, columns=["logical.qubits=wires", "logical.expected.toffoli"])
    head, rule, *rows = run.table("markdown").splitlines()
    assert head == "| n tokens | loader | wires | Toffoli, expected |"
    assert rule == "| --- | --- | --- | --- |"
    assert len(rows) == 4
    with pytest.raises(qa.SpecError, match="is not one of"):
        qa.study(path, columns=["logical.qbits"])
    with pytest.raises(qa.SpecError, match="`format`: got 'html'"):
        run.table("html")


def test_several_figures_are_panels_on_the_scales_asked_for(study: qa.StudyRun) -> None:
    axes = study.figure().axes
    assert [one.get_ylabel() for one in axes] == ["Toffoli", "qubits"]
    assert {(one.get_xscale(), one.get_yscale()) for one in axes} == {("linear", "log")}


def test_numbers_and_signs_of_latex() -> None:
    assert number("1.5e+11") == r"$1.5 \times 10^{11}$"
    assert number("2e-07") == r"$2 \times 10^{-7}$"
    assert number("3.25") == "3.25"
    assert escape("⊕ τ ≥ 50 %") == r"$\oplus$ $\tau$ $\ge$ 50 \%"


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.slug)
def test_every_bloq_is_drawn_in_quantikz(record: BloqRecord) -> None:
    from qattention.catalogue.gather import circuit_of
    from qattention.export.quantikz import to_quantikz

    circuit = circuit_of(record, record.example())
    text = to_quantikz(circuit)
    code = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    assert code.isascii()
    assert code.count("{") - code.count(r"\{") == code.count("}") - code.count(r"\}")
    body = code.split("cm]\n", 1)[1].rsplit("\n\\end", 1)[0]
    rows = body.split(" \\\\\n")
    assert len(rows) == circuit.n_rows
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {circuit.n_columns + 1}
